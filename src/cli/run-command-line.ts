import { existsSync, readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addCompletionCommand } from "./completion-command.js";
import { addImportCommands } from "./import-commands.js";
import { addPreviewCommand } from "./preview-command.js";
import { addSandboxCommand } from "./sandbox-command.js";
import { addStateCommand } from "./state-command.js";
import { addSuggestCommand } from "./suggest-command.js";
import { tellNext } from "./tell-next.js";

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
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 80, 100) })
    .exitOverride();
  if (argv.includes("--quiet")) keepToOneLine(program);
  program.addHelpText("after", EXAMPLES);
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  addSuggestCommand(program, setExitCode);
  addPreviewCommand(program, setExitCode);
  addImportCommands(program, setExitCode);
  addStateCommand(program, setExitCode);
  addSandboxCommand(program, setExitCode);
  addCompletionCommand(program);
  if (!argv.includes("--quiet")) nameHelp(program, "pinpoint-import");
  if (argv.length <= 2) {
    process.stderr.write(SHORT_HELP);
    return USAGE;
  }

  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      const [, , word = ""] = argv;
      // Whoever names a file alone wants to know what can be done with it.
      if (error.code === "commander.unknownCommand" && !argv.includes("--quiet") && existsSync(word))
        tellNext(
          { code: "command_missing", message: "" },
          { command: "", parts: [], inputs: [word], mapping: undefined },
        );
      return error.exitCode === 0 ? 0 : USAGE;
    }
    throw error;
  }
}

/** Behind a mistake stands the command that prints the help of where it was made. */
function nameHelp(command: Command, name: string): void {
  command.showHelpAfterError(`(${name} --help shows what there is)`);
  for (const inner of command.commands) nameHelp(inner, `${name} ${inner.name()}`);
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

/** The usual way from a file to an import. */
const USUAL_WAY = `  Have a mapping made of the file, and look at what it does:
    pinpoint-import suggest contacts.csv -o mapping.json
    pinpoint-import preview -m mapping.json contacts.csv
  See what would be rejected, and how long it takes:
    pinpoint-import check -m mapping.json contacts.csv
  Import; --sandbox in the place of the application needs no AWS account:
    pinpoint-import run -m mapping.json -a APPLICATION_ID contacts.csv`;

const SHORT_HELP = `Usage: pinpoint-import <command> [options]

${USUAL_WAY}

pinpoint-import --help lists all commands, pinpoint-import run --help the options
of one.
`;

const EXAMPLES = `
Examples:
${USUAL_WAY}

Exit codes: 0 all rows accepted, 1 some rejected, 2 wrong usage, 3 stopped.`;
