import type { Suggestion } from "../index.js";
import { toShell } from "./print.js";

/** What a look at the input has shown, for a person; on stderr, since the mapping may go to stdout. */
export function toSuggestionText(
  { source, sample, doubts, leftOut, fields }: Suggestion,
  input: string,
  output: string | undefined,
): string {
  const lines = [
    ...wrap(
      `${describeSource(source)}; ${number(sample.rows)} rows looked at${EXTENT[sample.extent]}`,
      `${source.name}: `,
      "  ",
    ),
    ...describeFields(fields),
    ...describeLeftOut(leftOut),
    ...doubts.flatMap((doubt) => wrap(doubt, "Unsure: ", "  ")),
    `Of these rows ${number(sample.accepted)} would be accepted, ${number(sample.rejected)} rejected, ${number(sample.filtered)} filtered out.`,
    ...describeNext(input, output),
  ];
  return `${lines.join("\n")}\n`;
}

const EXTENT = { all: ", all of them", beginning: ", the first ones", spread: ", from all parts of it" };

function describeSource({ format, delimiter, encoding, columns }: Suggestion["source"]): string {
  const between = delimiter === undefined ? "" : ` with ${delimiter === "\t" ? "tab" : `"${delimiter}"`}`;
  return `${format.toUpperCase()}${between}, ${encoding}, ${number(columns)} columns`;
}

/** Which columns make the addresses, which the consent and the user's id: what matters most if it is wrong. */
const SHOWN = new Set(["Address", "OptOut", "User.UserId"]);

function describeFields(fields: Suggestion["fields"]): readonly string[] {
  const shown = new Set(
    fields
      .filter(({ field }) => SHOWN.has(field))
      .map(
        ({ entry, field, columns }) =>
          `  ${(field === "User.UserId" ? field : `${entry} ${field}`).padEnd(14)} ${columns.map((column) => JSON.stringify(column)).join(", ")}`,
      ),
  );
  return [...shown];
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
    return wrap(`${named}${more} (${reason})`, "Left out: ", "  ");
  });
}

function describeNext(input: string, output: string | undefined): readonly string[] {
  if (output === undefined) return ["The mapping goes to stdout; -o FILE writes a file."];
  const again = input === "-" ? "pipe the input in again to" : "then";
  return [
    `Wrote ${output}.`,
    `Next: read it, ${again} look at rows and check all of them`,
    ...["preview", "check"].map((command) => `    ${toShell([command, "--mapping", output, input])}`),
  ];
}

const WIDTH = 80;

function wrap(text: string, first: string, next: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    if (line.length + word.length > WIDTH && line !== first) {
      lines.push(line.trimEnd());
      line = next;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
