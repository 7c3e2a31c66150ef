import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { RequestLogEntry, Sandbox, SandboxBehaviors } from "../index.js";
import { createSignals } from "./create-signals.js";
import { print } from "./print.js";
import { type Argument, splitArguments } from "./split-arguments.js";
import { tellNext } from "./tell-next.js";

interface SandboxFlags {
  readonly port: number;
  readonly host: string;
  readonly requestsPerSecond?: number;
  readonly quota?: "none" | "default";
  readonly failRate?: number;
  readonly latency?: number;
  readonly strictApps?: boolean;
  readonly behavior?: Readonly<Record<string, string | number>>;
  readonly quiet?: boolean;
}

export function addSandboxCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("sandbox")
    .description("start a local server that speaks Pinpoint's endpoints API")
    .option("--port <N>", "port to listen on; 0 picks one", toNumber, 8080)
    .option("--host <H>", "address to bind to", "127.0.0.1")
    .option(
      "--requests-per-second <N>",
      "token bucket for UpdateEndpointsBatch, burst N (default: no limit)",
      toNumber,
    )
    .addOption(
      new Option("--quota <KIND>", "default sets the documented quota of every operation").choices([
        "none",
        "default",
      ]),
    )
    .option("--fail-rate <P>", "share of requests that is answered 500, 0 to 1", toNumber)
    .option("--latency <MS>", "milliseconds by which each answer is delayed", toNumber)
    .option("--strict-apps", "applications must be created before they are used")
    .option(
      "--behavior <NAME=VALUE>",
      "decide what AWS's documentation leaves open; may be given several times, docs/sandbox.md has the names and defaults",
      addBehavior,
    )
    .option("--quiet", "no log of requests")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: SandboxFlags, command: Command) => {
      const parts = splitArguments(process.argv.slice(3), command.options);
      setExitCode(await runSandbox(flags, parts));
    });
}

async function runSandbox(
  { latency, quiet, behavior, ...flags }: SandboxFlags,
  parts: readonly Argument[],
): Promise<number> {
  const { createSandbox } = await import("../index.js");
  const signals = createSignals({
    toReason: (name) => new Error(name),
    onFirst: () => {},
    onSecond: () => {},
  });
  const logRequest = ({ method, path, operation, status, ms }: RequestLogEntry): void => {
    // Ids below an application may be addresses: they stay out of the log.
    const resource = path.split("/").slice(0, 5).join("/");
    process.stderr.write(`${status} ${method} ${resource} ${operation} ${ms.toFixed(1)} ms\n`);
  };
  let sandbox: Sandbox;
  try {
    sandbox = await createSandbox({
      ...flags,
      ...(latency === undefined ? {} : { latencyMs: latency }),
      ...(behavior === undefined ? {} : { behaviors: behavior as Partial<SandboxBehaviors> }),
      ...(quiet ? {} : { onRequest: logRequest }),
    });
  } catch (error) {
    signals.close();
    const { code, message } = error as NodeJS.ErrnoException;
    process.stderr.write(`pinpoint-import: the sandbox cannot start: ${message}\n`);
    if (code === "EADDRINUSE")
      tellNext(
        { code: "port_taken", message },
        { command: "sandbox", parts, inputs: [], mapping: undefined },
      );
    return 2;
  }
  await print(`listening on ${sandbox.url}\n`);
  if (!signals.signal.aborted) await once(signals.signal, "abort");
  await sandbox.close();
  signals.close();
  return 0;
}

/** `readDelayMs=200`, `badItem=dropped`. */
function addBehavior(text: string, earlier: SandboxFlags["behavior"] = {}): SandboxFlags["behavior"] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It takes NAME=VALUE.");
  return { ...earlier, [name]: name.endsWith("Ms") ? Number(value) : value };
}

function toNumber(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a number.");
}

const EXAMPLES = `
Examples:
  For the AWS CLI, every SDK and a browser, with any credentials and region:
    pinpoint-import sandbox --port 8080
    aws pinpoint get-apps --endpoint-url http://127.0.0.1:8080 --region us-east-1
  With the quotas of an ordinary account:
    pinpoint-import sandbox --quota default
  To see how a program takes a bad day:
    pinpoint-import sandbox --fail-rate 0.1 --latency 200`;
