import type { Command } from "commander";
import type { ImportOptions, ImportReport, NextStep } from "../index.js";
import { createConsole } from "./create-console.js";
import { createSignals } from "./create-signals.js";
import { findStateDir } from "./find-state-dir.js";
import type { ImportFlags } from "./import-flags.js";
import { print, toShell } from "./print.js";
import { type Argument, leaveOut, splitArguments, toWords } from "./split-arguments.js";
import { tellNext } from "./tell-next.js";
import { toNextStep } from "./to-next-step.js";

/** Runs an import from the command line; returns the exit code. */
export async function runImportCommand(
  given: readonly string[],
  flags: ImportFlags,
  command: Command,
): Promise<number> {
  const inputs = given.length > 0 || process.stdin.isTTY ? given : ["-"];
  if (inputs.length === 0)
    command.error("error: no input given; name a file, or pipe rows in", { exitCode: 2 });

  const { createSandbox, runImport, toLine, toSummary, ImporterError, InterruptedError } = await import(
    "../index.js"
  );
  const [name = "", ...args] = process.argv.slice(2);
  const parts = splitArguments(args, command.options);
  const nextStep = (report: ImportReport): NextStep | undefined =>
    toNextStep(report, parts, flags.applicationId !== undefined);
  const attempt = { command: name, parts, inputs, mapping: flags.mapping };
  const console = await createConsole(flags);
  const signals = createSignals({
    toReason: (name) => new InterruptedError(name),
    onFirst: console.stopping,
    onSecond: console.stopped,
  });
  const sandbox = flags.sandbox ? await createSandbox() : undefined;
  try {
    const report = await runImport({
      ...toOptions(inputs, flags),
      ...(sandbox === undefined ? {} : toSandboxOptions(sandbox.url, flags)),
      stdin: process.stdin,
      signal: signals.signal,
      command: toShell([name, ...args]),
      nextStep,
      resumeCommand: toResumption(name, parts, flags),
      restartCommand: toShell([name, ...toWords(leaveOut(parts, "--resume"))]),
      // Who sees no log waits for no plan.
      ...(flags.quiet ? {} : { onEvent: console.log }),
      onProgress: console.progress,
    });
    console.close();
    if (flags.quiet) {
      const line = toLine(report);
      if (line !== undefined) process.stderr.write(`pinpoint-import: ${line}\n`);
    } else {
      await print(
        flags.summary === "json" ? `${JSON.stringify(report)}\n` : toSummary(report, nextStep(report)),
      );
      if (report.stopReason !== null && report.resumeCommand === null) tellNext(report.stopReason, attempt);
    }
    return report.exitCode;
  } catch (error) {
    console.close();
    if (!(error instanceof ImporterError)) throw error;
    console.fail(error);
    if (!flags.quiet) tellNext(error, attempt);
    return 2;
  } finally {
    signals.close();
    await sandbox?.close();
    // A pipe that was opened and not read to its end would keep the program waiting for its writer.
    process.stdin.destroy();
  }
}

/**
 * The command that goes on. Where nothing is kept it is the same one again, without the rejects file: that is there by then,
 * and would be refused.
 */
function toResumption(
  name: string,
  parts: readonly Argument[],
  { dryRun, sandbox, resume }: ImportFlags,
): string {
  if (dryRun || sandbox) return toShell([name, ...toWords(leaveOut(parts, "--rejects"))]);
  return toShell([name, ...(resume ? [] : ["--resume"]), ...toWords(parts)]);
}

/** The flags as options; what was not given stays open for the mapping's defaults and those of the library. */
function toOptions(inputs: readonly string[], flags: ImportFlags): ImportOptions {
  const { summary, progress, logLevel, logFormat, quiet, sandbox, ...options } = flags;
  const { maxRecordSize, maxDuration, flushAfter, ...same } = options;
  // The AWS CLI's variable, which the SDK for JavaScript does not know; its own comes first.
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = flags.region ?? (AWS_REGION ? undefined : AWS_DEFAULT_REGION);
  return {
    ...same,
    ...(region ? { region } : {}),
    ...(maxRecordSize === undefined ? {} : { maxRecordBytes: maxRecordSize }),
    ...(maxDuration === undefined ? {} : { maxDurationMs: maxDuration }),
    ...(flushAfter === undefined ? {} : { flushAfterMs: flushAfter }),
    inputs,
    stateDir: flags.stateDir ?? findStateDir(),
  };
}

/** The sandbox takes any application, region and signature; what was named by hand stays. */
function toSandboxOptions(url: string, { applicationId, region }: ImportFlags): object {
  return {
    endpointUrl: url,
    applicationId: applicationId ?? "sandbox",
    region: region ?? "us-east-1",
    stateDir: undefined,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  };
}
