import { type Command, InvalidArgumentError, Option } from "commander";
import type { ImportFlags } from "./import-flags.js";
import { addInputOptions, addMappingOption, toWholeNumber } from "./input-options.js";
import { runImportCommand } from "./run-import-command.js";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

export function addImportCommands(program: Command, setExitCode: (code: number) => void): void {
  const run = program.command("run").description("import rows into Pinpoint");
  const check = program
    .command("check")
    .description("do all of run except sending: parse, map, validate, reject, count, plan");
  for (const command of [run, check]) {
    addOptions(command);
    command.argument(
      "[INPUT...]",
      "files in the order in which they are read (.gz too); - is standard input",
    );
    command.action(async (inputs: string[], flags: ImportFlags) => {
      setExitCode(
        await runImportCommand(
          inputs,
          { ...flags, dryRun: command === check || flags.dryRun === true },
          command,
        ),
      );
    });
  }
  run.addOption(new Option("--dry-run", "the same as the command check"));
  run.addHelpText("after", RUN_EXAMPLES);
  check.addHelpText("after", CHECK_EXAMPLES);
}

function addOptions(command: Command): void {
  addMappingOption(command);
  command.addOption(
    new Option("-a, --application-id <ID>", "Pinpoint project").env("PINPOINT_APPLICATION_ID"),
  );
  addInputOptions(command);
  command
    .option("--region <REGION>", "AWS region (default: as the AWS SDK finds it)")
    .option("--profile <NAME>", "profile of the AWS config files")
    .option("--endpoint-url <URL>", "another endpoint than the region's own")
    .addOption(
      new Option("--sandbox", "import into an embedded sandbox; no AWS account needed").conflicts(
        "endpointUrl",
      ),
    )
    .option("--concurrency <N>", "requests in flight at most (default: 10)", toWholeNumber)
    .option("--rate <auto|N>", "requests a second; auto learns the account's quota (default: auto)", toRate)
    .option("--batch-size <N>", "endpoints in a request, 1 to 100 (default: 100)", toWholeNumber)
    .option("--max-attempts <N>", "tries per batch for 5xx and network faults (default: 8)", toWholeNumber)
    .option(
      "--rejects <FILE>",
      "where rejected rows go (default: NAME.rejects-<run id>.csv or .jsonl beside the input)",
    )
    .option("--max-rejects <N|N%>", "stop once more rows are rejected; a percentage counts after 1,000 rows")
    .addOption(
      new Option(
        "--resume",
        "go on with the interrupted run of the same inputs, mapping and application",
      ).conflicts("sandbox"),
    )
    .addOption(
      new Option(
        "--changed-only",
        "send only endpoints that differ from what this machine last had accepted",
      ).conflicts("sandbox"),
    )
    .addOption(
      new Option(
        "--full",
        "send everything, and remember it for later runs with --changed-only; goes before that",
      ).conflicts("sandbox"),
    )
    .option(
      "--max-duration <TIME>",
      "stop, to be resumed, after this long, such as 90s, 30m or 2h (default: never)",
      toMilliseconds,
    )
    .option(
      "--flush-after <TIME>",
      "send a batch that is not full after this long, where the input comes slowly (default: 5s)",
      toMilliseconds,
    )
    .option("--wait", "wait until another run of this job has ended, instead of refusing")
    .option("--limit <N>", "rows to read (default: all)", toWholeNumber)
    .option("--skip <N>", "rows to pass over first (default: 0)", toWholeNumber)
    .option(
      "--state-dir <DIR>",
      "what runs remember: checkpoints, learned rates, fingerprints (default: $XDG_STATE_HOME/pinpoint-import)",
    )
    .option(
      "--report <FILE>",
      "write the run report to FILE: .json for programs, .html as a page with charts",
    )
    .option("--show-values", "show values of rejected rows in the .html report (default: masked)")
    .option(
      "--metrics <FILE>",
      "write the outcome for Prometheus (node_exporter's textfile collector) to FILE, which ends in .prom",
    )
    .option(
      "--quiet",
      "print nothing if all is well, one line on stderr otherwise, whatever else is asked for",
    )
    .addOption(
      new Option("--summary <KIND>", "what stdout gets at the end").choices(["text", "json"]).default("text"),
    )
    .addOption(
      new Option("--progress <WHEN>", "progress on stderr")
        .choices(["auto", "always", "never"])
        .default("auto"),
    )
    .addOption(new Option("--log-level <LEVEL>", "log on stderr").choices(LOG_LEVELS).default("info"))
    .addOption(
      new Option("--log-format <FORMAT>", "log format (default: pretty on a terminal, else json)").choices([
        "pretty",
        "json",
      ]),
    );
}

function toRate(text: string): number | "auto" {
  if (text === "auto") return text;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It takes auto, or a number of requests a second above 0.");
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h`, `1h30m`. */
function toMilliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([smhd])/gi)];
  const ms = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * UNITS_MS[unit?.toLowerCase() as keyof typeof UNITS_MS],
    0,
  );
  if (/^(\d+(\.\d+)?\s*[smhd]\s*)+$/i.test(text) && ms >= 1) return Math.round(ms);
  throw new InvalidArgumentError("It takes a time with its unit, such as 90s, 30m, 2h or 1h30m.");
}

const RUN_EXAMPLES = `
Examples:
  One file, the project named by PINPOINT_APPLICATION_ID:
    pinpoint-import run --mapping mapping.json contacts.csv
  From a pipe, into a sandbox that runs elsewhere:
    export-contacts | pinpoint-import run - --mapping mapping.json --endpoint-url http://127.0.0.1:8080 --region us-east-1 -a demo
  Where an interrupted run stopped:
    pinpoint-import run --resume --mapping mapping.json contacts.csv
  Nightly, the outcome as JSON:
    pinpoint-import run --mapping mapping.json --summary json --log-format json export.jsonl.gz`;

const CHECK_EXAMPLES = `
Examples:
  What would be rejected, and why:
    pinpoint-import check --mapping mapping.json contacts.csv
  The first 100 rows only, the outcome as JSON:
    pinpoint-import check --mapping mapping.json --limit 100 --summary json contacts.csv
  A Shopify export with the mapping that comes with the program:
    pinpoint-import check --mapping shopify-customers customers_export.csv`;
