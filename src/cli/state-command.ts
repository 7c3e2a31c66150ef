import type { Command } from "commander";
import type { InterruptedRun, KeptState, KnownTarget } from "../index.js";
import { findStateDir } from "./find-state-dir.js";
import { print } from "./print.js";
import { toNumberText } from "./to-number-text.js";

interface StateFlags {
  readonly stateDir?: string;
}

interface ClearFlags extends StateFlags {
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly yes?: boolean;
}

/** Something that can be forgotten. */
interface Forgettable {
  readonly description: string;
  readonly consequence: string;
  forget(): Promise<void>;
}

export function addStateCommand(program: Command, setExitCode: (code: number) => void): void {
  const state = program.command("state").description("list what runs remember, or forget some of it");
  const clear = state.command("clear").description("forget one target or interrupted run");
  for (const command of [state, clear])
    command.option("--state-dir <DIR>", "(default: $XDG_STATE_HOME/pinpoint-import)");
  state.addHelpText("after", EXAMPLES);
  state.action(async (flags: StateFlags) => {
    await print(await toList(flags.stateDir ?? findStateDir()));
  });
  clear
    .argument("<NAME>", "application id of a target, or the id of an interrupted run")
    .option("--region <REGION>", "of several targets with that application id, the one in this region")
    .option("--endpoint-url <URL>", "of several, the one at this endpoint")
    .option("--yes", "do not ask")
    .addHelpText("after", CLEAR_EXAMPLES)
    .action(async (name: string, _: ClearFlags, command: Command) => {
      setExitCode(await clearState(name, command.optsWithGlobals<ClearFlags>(), command));
    });
}

async function toList(stateDir: string): Promise<string> {
  const { listState } = await import("../index.js");
  const { targets, runs } = await listState(stateDir);
  if (targets.length + runs.length === 0) return `Nothing is kept in ${stateDir}.\n`;
  const toAge = await createAge();
  const lines: string[] = [];
  if (targets.length > 0) lines.push("Targets, with what they accepted (for --changed-only):");
  for (const { endpoints, bytes, createdAt, lastRun, ...target } of targets) {
    const last = lastRun === null ? "no run has ended" : `last run ended ${toAge(lastRun.endedAt)}`;
    lines.push(
      `  ${toName(target)}`,
      `      ${toNumberText(endpoints)} endpoints, ${toNumberText(bytes / 1e6, 1)} MB`,
      `      begun ${toAge(createdAt)}, ${last}`,
    );
  }
  if (runs.length > 0) lines.push("Interrupted runs (--resume goes on with them):");
  for (const { runId, inputs, applicationId, rows, savedAt, isActive } of runs) {
    const when = isActive ? "at work now" : `stopped ${toAge(savedAt)}`;
    lines.push(
      `  ${runId}`,
      `      ${inputs.join(", ")} into ${applicationId}, ${toNumberText(rows)} rows done, ${when}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

async function clearState(name: string, flags: ClearFlags, command: Command): Promise<number> {
  const stateDir = flags.stateDir ?? findStateDir();
  const library = await import("../index.js");
  const found = find(name, flags, await library.listState(stateDir), library, stateDir);
  const [first, ...more] = found;
  if (first === undefined)
    command.error(
      `error: nothing is kept in ${stateDir} under ${name}; "pinpoint-import state" lists what is`,
      {
        exitCode: 2,
      },
    );
  if (more.length > 0) {
    const names = found.map(({ description }) => `  ${description}`).join("\n");
    command.error(`error: there are several; tell them apart by --region and --endpoint-url:\n${names}`, {
      exitCode: 2,
    });
  }
  if (flags.yes !== true) {
    if (!process.stdin.isTTY)
      command.error("error: without a terminal nobody can be asked; give --yes to forget it", {
        exitCode: 2,
      });
    if (!(await confirm(`Forget ${first.description}?\n${first.consequence} [y/N] `))) {
      await print("Nothing was changed.\n");
      return 0;
    }
  }
  try {
    await first.forget();
  } catch (error) {
    if (!(error instanceof library.RunStoppedError)) throw error;
    process.stderr.write(`pinpoint-import: ${error.message}\n`);
    return 3;
  }
  await print(`Forgot ${first.description}.\n`);
  return 0;
}

function find(
  name: string,
  { region, endpointUrl }: ClearFlags,
  { targets, runs }: KeptState,
  { forgetTarget, forgetRun }: typeof import("../index.js"),
  stateDir: string,
): readonly Forgettable[] {
  const isMeant = (target: KnownTarget): boolean =>
    target.applicationId === name &&
    (region === undefined || target.region === region) &&
    (endpointUrl === undefined || target.endpointUrl === endpointUrl.replace(/\/+$/, ""));
  return [
    ...targets.filter(isMeant).map((target) => ({
      description: `${toNumberText(target.endpoints)} endpoints of ${toName(target)}`,
      consequence: "The next run sends everything.",
      forget: () => forgetTarget(stateDir, target),
    })),
    ...runs
      .filter(({ runId }) => runId === name)
      .map(({ runId, inputs }: InterruptedRun) => ({
        description: `the run ${runId} of ${inputs.join(", ")}`,
        consequence: "It cannot be gone on with then.",
        forget: () => forgetRun(stateDir, runId),
      })),
  ];
}

async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } catch {
    // Ctrl-C or Ctrl-D.
    process.stderr.write("\n");
    return false;
  } finally {
    terminal.close();
  }
}

function toName({
  applicationId,
  region,
  endpointUrl,
}: Pick<KnownTarget, "applicationId" | "region" | "endpointUrl">): string {
  return `${applicationId}  ${region}${endpointUrl === null ? "" : `  ${endpointUrl}`}`;
}

/** `3 days ago`. */
async function createAge(): Promise<(at: string) => string> {
  const { DateTime } = await import("luxon");
  return (at) => DateTime.fromISO(at).toRelative({ locale: "en" }) ?? at;
}

const EXAMPLES = `
Examples:
  What is remembered, and how old it is:
    pinpoint-import state
  Send everything into this project the next time:
    pinpoint-import state clear 0123456789abcdef0123456789abcdef
  Give up an interrupted run:
    pinpoint-import state clear 20261121-215813-4f2a`;

const CLEAR_EXAMPLES = `
Examples:
  Send everything into this project the next time:
    pinpoint-import state clear 0123456789abcdef0123456789abcdef
  Of two targets with that id, the one in Ireland:
    pinpoint-import state clear 0123456789abcdef0123456789abcdef --region eu-west-1
  An interrupted run, in a script:
    pinpoint-import state clear 20261121-215813-4f2a --yes`;
