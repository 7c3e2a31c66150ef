import { type Command, Option } from "commander";
import { addInputOptions, addMappingOption, type InputFlags, toWholeNumber } from "./input-options.js";
import { print, toShell } from "./print.js";
import { type Argument, leaveOut, splitArguments, toWords } from "./split-arguments.js";
import { tellNext } from "./tell-next.js";

interface PreviewFlags extends InputFlags {
  readonly mapping?: string;
  readonly rows?: number;
  readonly row?: number;
  readonly json?: boolean;
}

/** Where the width is not known. */
const DEFAULT_WIDTH = 80;

export function addPreviewCommand(program: Command, setExitCode: (code: number) => void): void {
  const preview = program
    .command("preview")
    .description("show the first rows beside the endpoints they become")
    .argument("[INPUT]", "a file (.gz too); - is standard input");
  addMappingOption(preview);
  preview
    .option("--rows <N>", "rows to show (default: 5)", toWholeNumber)
    .addOption(new Option("--row <N>", "show this row alone").argParser(toWholeNumber).conflicts("rows"))
    .option("--json", "print one JSON object, with values in full");
  addInputOptions(preview);
  preview
    .addHelpText("after", EXAMPLES)
    .action(async (input: string | undefined, flags: PreviewFlags, command: Command) =>
      setExitCode(await runPreview(input, flags, command)),
    );
}

async function runPreview(
  given: string | undefined,
  { json, maxRecordSize, ...flags }: PreviewFlags,
  command: Command,
): Promise<number> {
  const { stdin, stdout } = process;
  const input = given ?? (stdin.isTTY ? undefined : "-");
  if (input === undefined)
    command.error("error: no input given; name a file, or pipe rows in", { exitCode: 2 });
  const { previewImport, ConfigurationError, ImporterError, RunStoppedError } = await import("../index.js");
  const warnings: string[] = [];
  const parts = splitArguments(process.argv.slice(3), command.options);
  try {
    const preview = await previewImport({
      onEvent: (event) => {
        if (event.kind === "warning") warnings.push(event.message);
      },
      ...flags,
      ...(maxRecordSize === undefined ? {} : { maxRecordBytes: maxRecordSize }),
      input,
      stdin,
    });
    if (json) {
      const text = toJson(preview);
      if (text === undefined) throw new ConfigurationError("row_too_deep", TOO_DEEP);
      await print(`${text}\n`);
    } else {
      const { toPreviewText } = await import("./to-preview-text.js");
      const { default: colors } = await import("picocolors");
      // `hasColors` knows NO_COLOR and terminals that have none.
      const paint = colors.createColors(stdout.isTTY === true && stdout.hasColors());
      const look = { width: stdout.columns ?? DEFAULT_WIDTH, paint };
      await print(toPreviewText(preview, look, input === "-" ? undefined : toCheck(parts)));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ImporterError)) throw error;
    // They may well say why.
    for (const line of [...warnings, ...error.message.split("\n")])
      process.stderr.write(`pinpoint-import: ${line}\n`);
    tellNext(error, { command: "preview", parts, inputs: [input], mapping: flags.mapping });
    return error instanceof RunStoppedError ? 3 : 2;
  } finally {
    // A pipe that was opened and not read to its end would keep the program waiting for its writer.
    stdin.destroy();
  }
}

const TOO_DEEP =
  "a row is nested deeper than can be written as JSON; leave out --json, or show other rows with --row";

function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The same for the whole input. */
function toCheck(parts: readonly Argument[]): string {
  return toShell(["check", ...toWords(leaveOut(parts, "--json", "--row", "--rows"))]);
}

const EXAMPLES = `
Examples:
  The first rows of an export, with a mapping of your own:
    pinpoint-import preview --mapping mapping.json contacts.csv
  A row that was rejected, by its number in the rejects file:
    pinpoint-import preview --mapping mapping.json --row 4711 contacts.csv
  The endpoints of twenty rows for a script:
    pinpoint-import preview --mapping mapping.json --rows 20 --json contacts.csv`;
