import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Suggestion } from "../index.js";
import { print, quoteArgument } from "./print.js";

interface SuggestFlags {
  readonly output?: string;
  readonly format?: "auto" | "csv" | "jsonl" | "json";
  readonly select?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
}

export function addSuggestCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("suggest")
    .description("write a first mapping file from a sample of the input")
    .argument("[INPUT]", "a file (.gz too), or - for standard input")
    .option("-o, --output <FILE>", "write the mapping to FILE, which must not be there yet (default: stdout)")
    .addOption(
      new Option("--format <FORMAT>", "input format (default: auto, by name, then by content)").choices([
        "auto",
        "csv",
        "jsonl",
        "json",
      ]),
    )
    .option("--select <PATH>", "where the array of rows is in a JSON document, such as data.records")
    .option("--delimiter <C>", "CSV delimiter (default: detected)")
    .option("--encoding <NAME>", "text encoding, such as windows-1252 (default: detected)")
    .addHelpText("after", EXAMPLES)
    .action(async (input: string | undefined, flags: SuggestFlags, command: Command) => {
      if (input === undefined && process.stdin.isTTY)
        command.error("error: no input given; name a file, or pipe rows in", { exitCode: 2 });
      setExitCode(await suggest(input ?? "-", flags));
    });
}

async function suggest(input: string, { output, ...options }: SuggestFlags): Promise<number> {
  const { suggestMapping, ImporterError, RunStoppedError } = await import("../index.js");
  try {
    const suggestion = await suggestMapping({ ...options, input, stdin: process.stdin });
    if (output === undefined) await print(suggestion.text);
    else await writeFile(output, suggestion.text, { flag: "wx" });
    process.stderr.write(toReport(suggestion, input, output));
    return 0;
  } catch (error) {
    const message = error instanceof ImporterError ? error.message : toWriteFault(error, output);
    if (message === undefined) throw error;
    process.stderr.write(`pinpoint-import: ${message}\n`);
    return error instanceof RunStoppedError ? 3 : 2;
  } finally {
    process.stdin.destroy();
  }
}

/** Why the mapping could not be written; undefined for other errors. */
function toWriteFault(error: unknown, output: string | undefined): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (output === undefined || code === undefined || syscall === undefined) return undefined;
  if (code === "EEXIST") return `${output} is there already and is left as it is; name another file with -o`;
  return `${output} cannot be written (${code}); name another file with -o`;
}

function toReport(
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
  if (output === undefined) return ["Written to stdout; -o FILE writes a file."];
  const source = quoteArgument(input);
  const mapping = quoteArgument(output);
  return [
    `Written to ${output}. Read it, then look at rows and check all of them:`,
    `  pinpoint-import preview ${source} --mapping ${mapping}`,
    `  pinpoint-import check ${source} --mapping ${mapping}`,
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

const EXAMPLES = `
Examples:
  A mapping for an export, to be read and corrected:
    pinpoint-import suggest contacts.csv -o mapping.json
  From what comes through a pipe:
    export-contacts | pinpoint-import suggest - > mapping.json
  Rows inside a JSON document:
    pinpoint-import suggest crm.json --select data.records -o mapping.json`;
