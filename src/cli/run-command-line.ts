import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addImportCommands } from "./import-commands.js";
import { addSandboxCommand } from "./sandbox-command.js";
import { addStateCommand } from "./state-command.js";
import { addSuggestCommand } from "./suggest-command.js";

/** Exit code for wrong usage, mapping or configuration. */
const USAGE = 2;

/** Exit code for what stopped before its end. */
const STOPPED = 3;

/** Runs one command and returns its exit code. Everything heavy is loaded by the command that needs it. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  // The SDK's version is pinned to one that runs on this Node; its notice about later ones would only alarm.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // A reader that has seen enough (`| head`) is no reason to fail; a full disk behind stdout is.
  process.stderr.on("error", () => {});
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // A terminal that was closed says EIO.
    if (code === "EPIPE" || code === "EIO") return;
    process.stderr.write(`pinpoint-import: stdout cannot be written (${code})\n`);
    process.exitCode = STOPPED;
  });

  const program = new Command("pinpoint-import")
    .description("Loads contacts from CSV, JSONL or JSON into Amazon Pinpoint as endpoints.")
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 80, 100) })
    .exitOverride();
  if (argv.includes("--quiet")) keepToOneLine(program);
  program.addHelpText("after", EXAMPLES);
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  addImportCommands(program, setExitCode);
  addSuggestCommand(program, setExitCode);
  addStateCommand(program, setExitCode);
  addSandboxCommand(program, setExitCode);

  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    throw error;
  }
}

/** Mistakes in the command line itself, which are found before its options are known. */
function keepToOneLine(program: Command): void {
  program.showHelpAfterError(false).configureOutput({
    outputError: (message, write) =>
      write(
        `pinpoint-import: ${message
          .replace(/^error: /, "")
          .trim()
          .replaceAll("\n", " ")}\n`,
      ),
  });
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

const EXAMPLES = `
Examples:
  Try it without an AWS account:
    pinpoint-import run --sandbox --mapping hubspot-contacts contacts.csv
  See what would be sent, what would be rejected, and how long it takes:
    pinpoint-import check --mapping mapping.json contacts.csv
  Import:
    pinpoint-import run --mapping mapping.json --application-id 0123…cdef contacts.csv

Exit codes: 0 all rows accepted, 1 some rejected, 2 wrong usage, 3 stopped.`;
