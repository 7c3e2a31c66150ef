import type { Suggestion } from "../index.js";
import { padText, toVisible, widthOf, wrapText } from "./fit-text.js";
import { toShell } from "./print.js";
import { toNumberText } from "./to-number-text.js";

/** What a look at the input has shown, for a person; on stderr, since the mapping may go to stdout. */
export function toSuggestionText(
  { source, sample, doubts, leftOut, fields }: Suggestion,
  input: string,
  output: string | undefined,
): string {
  const lines = [
    ...wrap(
      `${source.name}: ${describeSource(source)}; ${toNumberText(sample.rows)} rows looked at${EXTENT[sample.extent]}`,
    ),
    ...describeFields(fields),
    ...describeLeftOut(leftOut),
    ...doubts.flatMap((doubt) => wrap(`Unsure: ${doubt}`)),
    `Of these rows ${toNumberText(sample.accepted)} would be accepted, ${toNumberText(sample.rejected)} rejected, ${toNumberText(sample.filtered)} filtered out.`,
    ...describeNext(input, output),
  ];
  return `${lines.join("\n")}\n`;
}

const EXTENT = { all: ", all of them", beginning: ", the first ones", spread: ", from all parts of it" };

function describeSource({ format, delimiter, encoding, columns }: Suggestion["source"]): string {
  const between = delimiter === undefined ? "" : ` with ${delimiter === "\t" ? "tab" : `"${delimiter}"`}`;
  return `${format.toUpperCase()}${between}, ${encoding}, ${toNumberText(columns)} ${columns === 1 ? "column" : "columns"}`;
}

/** Which columns make the addresses, which the consent and the user's id: what matters most if it is wrong. */
const SHOWN = new Set(["Address", "OptOut", "User.UserId"]);

/** Cells for the name of one of them. */
const FIELD_WIDTH = 14;

function describeFields(fields: Suggestion["fields"]): readonly string[] {
  const shown = fields
    .filter(({ field }) => SHOWN.has(field))
    .map(({ entry, field, columns }) => {
      const name = field === "User.UserId" ? field : `${entry} ${field}`;
      const before = `  ${padText(name, FIELD_WIDTH)} `;
      const named = columns.map((column) => JSON.stringify(column)).join(", ");
      return wrapText(toVisible(named), WIDTH - widthOf(before)).map(
        (line, index) => (index === 0 ? before : " ".repeat(widthOf(before))) + line,
      );
    });
  // Once where several entries take it from the same columns.
  return [...new Set(shown.map((lines) => lines.join("\n")))];
}

/** Columns that are named for one reason; the mapping names them all. */
const MAX_NAMED = 8;

function describeLeftOut(leftOut: Suggestion["leftOut"]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { column, reason } of leftOut)
    byReason.set(reason, [...(byReason.get(reason) ?? []), JSON.stringify(column)]);
  return [...byReason].flatMap(([reason, columns]) => {
    const named = columns.slice(0, MAX_NAMED).join(", ");
    const more = columns.length > MAX_NAMED ? ` and ${columns.length - MAX_NAMED} more` : "";
    return wrap(`Left out: ${named}${more} (${reason})`);
  });
}

function describeNext(input: string, output: string | undefined): readonly string[] {
  if (output === undefined) return ["The mapping goes to stdout; -o FILE writes a file."];
  const again = input === "-" ? "pipe the input in again to" : "then";
  return [
    `Wrote ${toVisible(output)}.`,
    `Next: read it, ${again} look at rows and check all of them`,
    ...["preview", "check"].map((command) => `    ${toShell([command, "--mapping", output, input])}`),
  ];
}

const WIDTH = 80;
const INDENT = "  ";

/** The lines of a text, those that go on set in. */
function wrap(text: string): readonly string[] {
  return wrapText(toVisible(text), WIDTH - INDENT.length).map((line, index) =>
    index === 0 ? line : INDENT + line,
  );
}
