import { existsSync } from "node:fs";
import type { Command } from "commander";
import { addInputOptions, type InputFlags } from "./input-options.js";
import { print } from "./print.js";
import { splitArguments } from "./split-arguments.js";
import { tellNext } from "./tell-next.js";
import { writeNewFile } from "./write-new-file.js";

interface SuggestFlags extends InputFlags {
  readonly output?: string;
}

export function addSuggestCommand(program: Command, setExitCode: (code: number) => void): void {
  const suggest = program
    .command("suggest")
    .description("write a first mapping file from a sample of the input")
    .argument("[INPUT]", "a file (.gz too); - is standard input")
    .option(
      "-o, --output <FILE>",
      "write the mapping to FILE, which must not be there yet (default: stdout)",
    );
  addInputOptions(suggest);
  suggest
    .addHelpText("after", EXAMPLES)
    .action(async (input: string | undefined, flags: SuggestFlags, command: Command) =>
      setExitCode(await runSuggest(input, flags, command)),
    );
}

async function runSuggest(
  given: string | undefined,
  { output, maxRecordSize, ...flags }: SuggestFlags,
  command: Command,
): Promise<number> {
  const { stdin, stderr } = process;
  const input = given ?? (stdin.isTTY ? undefined : "-");
  if (input === undefined)
    command.error("error: no input given; name a file, or pipe rows in", { exitCode: 2 });
  // A pipe would be read for nothing.
  if (output !== undefined && existsSync(output))
    command.error(`error: ${describeExisting(output)}`, { exitCode: 2 });
  const { suggestMapping, ImporterError, RunStoppedError } = await import("../index.js");
  const { toSuggestionText } = await import("./to-suggestion-text.js");
  try {
    const suggestion = await suggestMapping({
      ...flags,
      ...(maxRecordSize === undefined ? {} : { maxRecordBytes: maxRecordSize }),
      input,
      stdin,
    });
    if (output === undefined) await print(suggestion.text);
    else await writeNewFile(output, suggestion.text);
    stderr.write(toSuggestionText(suggestion, input, output));
    return 0;
  } catch (error) {
    if (!(error instanceof ImporterError)) {
      const fault = describeWriteFault(error, output);
      if (fault === undefined) throw error;
      stderr.write(`pinpoint-import: ${fault}\n`);
      return 2;
    }
    stderr.write(`pinpoint-import: ${error.message}\n`);
    const parts = splitArguments(process.argv.slice(3), command.options);
    tellNext(error, { command: "suggest", parts, inputs: [input], mapping: undefined });
    return error instanceof RunStoppedError ? 3 : 2;
  } finally {
    // A pipe that was opened and not read to its end would keep the program waiting for its writer.
    stdin.destroy();
  }
}

function describeExisting(output: string): string {
  return `${output} is there already and is left as it is; name another file with -o`;
}

/** Why the mapping could not be written; undefined for other errors. */
function describeWriteFault(error: unknown, output: string | undefined): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (output === undefined || code === undefined || syscall === undefined) return undefined;
  if (code === "EEXIST") return describeExisting(output);
  return `${output} cannot be written (${code}); name another file with -o`;
}

const EXAMPLES = `
Examples:
  A mapping for an export, to be read and corrected:
    pinpoint-import suggest contacts.csv -o mapping.json
  From what comes through a pipe:
    export-contacts | pinpoint-import suggest - > mapping.json
  Rows inside a JSON document:
    pinpoint-import suggest crm.json --select data.records -o mapping.json`;
