import { rm } from "node:fs/promises";
import { createCheckpointer } from "./create-checkpointer.js";
import { createProgressReport } from "./create-progress-report.js";
import type { RunRecord } from "./create-run-record.js";
import type { Delivery, Outcome } from "./delivery/create-delivery.js";
import { createDryDelivery } from "./delivery/create-dry-delivery.js";
import { createGrouper, type Grouper } from "./delivery/create-grouper.js";
import type { Target, TargetDescription } from "./delivery/target.js";
import { type OpenChanges, openChanges } from "./open-changes.js";
import { describeTarget, findKnownRate, openDelivery, openTarget } from "./open-delivery.js";
import { type BoundInput, openInputs } from "./open-inputs.js";
import { type OpenRejects, openRejects } from "./open-rejects.js";
import { openState, type RunState } from "./open-state.js";
import type { Options } from "./options.js";
import { checkOutputPath } from "./reporting/check-output-path.js";
import { carryOver, type Ledger } from "./reporting/create-ledger.js";
import type { Committed } from "./state/committed.js";
import {
  type CommitTracker,
  createCommitTracker,
  type TrackedEndpoint,
} from "./state/create-commit-tracker.js";

/** Everything a run needs, opened and checked before the first row is read. */
export interface PreparedRun {
  readonly inputs: readonly BoundInput[];
  readonly toRejectLine: OpenRejects["toLine"];
  readonly tracker: CommitTracker;
  readonly grouper: Grouper<TrackedEndpoint>;
  readonly delivery: Delivery<TrackedEndpoint>;
  /** What is known of endpoints that were accepted before; undefined where nothing is. */
  readonly changes: OpenChanges | undefined;
  /** Requests a second that this run may begin with, as far as that is known. */
  findRate(): Promise<number>;
  /** Where the interrupted run that this one goes on with had got to. */
  readonly start: Committed | undefined;
  warn(message: string): void;
  /** Writes the rejects that were committed and, now and then, a checkpoint; tells the caller where the run stands. */
  progressed(): Promise<void>;
  /** `complete`: every row is decided, and there is nothing to go on with. */
  close(complete: boolean): Promise<void>;
}

/** @param record Takes note of the run; undefined where nobody asks for it. */
export async function prepareImport(
  options: Options,
  runId: string,
  ledger: Ledger,
  record?: RunRecord,
): Promise<PreparedRun> {
  const { applicationId, dryRun, stateDir } = options;
  const warn = (message: string): void => {
    ledger.warnings.push(message);
    options.onEvent?.({ kind: "warning", message });
  };
  for (const output of ["report", "metrics"] as const) {
    const path = options[output];
    if (path !== undefined) await checkOutputPath(output, path, toOwnFiles(options));
  }
  if (dryRun && options.metrics !== undefined) warn("--metrics has no effect here: a check is no import");
  if (options.showValues && record === undefined)
    warn("--show-values has no effect here: only a --report that ends in .html shows rows");
  const { inputs, mapping } = await openInputs(options, warn);
  const sources = inputs.map(({ source }) => source);
  ledger.facts.format = [...new Set(sources.map(({ format }) => format))].join("+");
  ledger.facts.bytes = () => sources.reduce((sum, source) => sum + source.bytesRead(), 0);
  ledger.facts.mapping = mapping.name;

  if (dryRun && options.resume) warn("--resume has no effect here: a check begins with the first row");
  const target = dryRun || applicationId === undefined ? undefined : await openTarget(options, applicationId);
  const description = target?.description ?? (await describeTarget(options));
  if (description !== undefined) ledger.facts.target = description;
  let state: RunState | undefined;
  let changes: OpenChanges | undefined;
  let rejects: OpenRejects | undefined;
  try {
    if (target !== undefined) {
      const job = {
        mapping,
        application: { id: target.description.applicationId, region: target.description.region },
      };
      const { endpointUrl } = target.description;
      if (stateDir !== undefined) state = await openState(stateDir, options, sources, job, endpointUrl, warn);
    }
    if (description !== undefined) changes = await openChanges(options, description, warn);
    rejects = await openRejects(sources, runId, options, state?.earlier?.rejects, warn);
    const parts = {
      options,
      runId,
      ledger,
      inputs,
      rejects,
      state,
      changes,
      target,
      description,
      record,
      warn,
    };
    const run = await assemble(parts);
    // A run that is killed leaves none, rather than that of the run before.
    if (options.report !== undefined) await rm(options.report, { force: true });
    options.onEvent?.({ kind: "started", runId, inputs: options.inputs, mapping: mapping.name });
    if (run.start !== undefined) {
      const { input, row } = run.start.position;
      options.onEvent?.({ kind: "resumed", input: sources[input]?.name ?? "", row });
    }
    return run;
  } catch (error) {
    await rejects?.writer.close().catch(() => {});
    await changes?.close(undefined);
    await state?.close();
    target?.close();
    throw error;
  }
}

interface Parts {
  readonly options: Options;
  readonly runId: string;
  readonly ledger: Ledger;
  readonly inputs: readonly BoundInput[];
  readonly rejects: OpenRejects;
  readonly state: RunState | undefined;
  readonly changes: OpenChanges | undefined;
  readonly target: Target | undefined;
  /** Where the run sends to, or would. */
  readonly description: TargetDescription | undefined;
  readonly record: RunRecord | undefined;
  warn(message: string): void;
}

async function assemble(parts: Parts): Promise<PreparedRun> {
  const { options, runId, ledger, inputs, rejects, state, changes, target, description, record, warn } =
    parts;
  const earlier = state?.earlier;
  if (earlier !== undefined) carryOver(ledger, earlier.runId, earlier.committed);
  if (state !== undefined) ledger.facts.resumable = () => state.saved;
  ledger.facts.rejects = rejects.writer;

  const toRejectLine = record?.sample(rejects.toLine, inputs) ?? rejects.toLine;
  const tracker = createCommitTracker({
    start: earlier?.committed,
    toRejectLine({ kind, row, line, text }, reasons, input) {
      const values = inputs[input]?.source.readAgain(text) ?? {};
      return toRejectLine({ kind, row, line, text, values }, reasons, input);
    },
    onDecided: (outcome) => {
      ledger.rows[outcome] += 1;
    },
    onReject: rejects.writer.add,
  });
  ledger.facts.endpointsRejected = () => tracker.committed.endpoints.rejected;
  const checkpointer = createCheckpointer({
    runId,
    tracker,
    rejects: rejects.writer,
    changes,
    state,
  });
  const onOutcome = async (endpoints: readonly TrackedEndpoint[], outcome: Outcome): Promise<void> => {
    if (outcome === "accepted") ledger.endpoints.accepted += endpoints.length;
    tracker.settle(endpoints, outcome);
    changes?.settled(endpoints);
    await progressed();
  };
  const noted = target && (changes?.watch(target) ?? target);
  const watched = noted && (record?.watch(noted) ?? noted);
  // While requests fail nothing is decided, and yet the run is at work.
  const onEvent: Options["onEvent"] = (event) => {
    options.onEvent?.(event);
    report();
  };
  const opened = watched && (await openDelivery({ ...options, onEvent }, watched, warn, onOutcome));
  record?.begin(opened?.pace);
  const delivery = opened?.delivery ?? createDryDelivery({ onOutcome });
  ledger.facts.requests = delivery.requests;
  const start = earlier?.committed;
  const report = createProgressReport({ options, ledger, inputs, start, delivery: opened });
  const progressed = async (): Promise<void> => {
    await checkpointer.progressed();
    report();
  };
  // Before anything is sent or rejected: what a crash leaves behind is known to the run that goes on.
  await checkpointer.save(false);

  /** All that was accepted is known all the same. */
  const warnOf = (error: Error): void =>
    warn(`what was accepted could not be summed up in ${options.stateDir} (${error.message})`);
  const findRate = () => findKnownRate(options, description);
  if (options.dryRun) ledger.facts.ratePerSecond = await findRate();
  let closed = false;
  return {
    inputs,
    tracker,
    delivery,
    changes,
    warn,
    progressed,
    toRejectLine,
    findRate,
    grouper: createGrouper(options.batchSize),
    start,
    async close(complete) {
      if (closed) return;
      closed = true;
      try {
        await (complete ? checkpointer.complete() : checkpointer.save(true));
        // The last rejects are in their file by now.
        report();
      } finally {
        await opened?.saveRates();
        await changes?.close(options.dryRun ? undefined : runId).catch(warnOf);
        target?.close();
        await rejects.writer.close().finally(() => state?.close());
      }
    },
  };
}

/** The files of the user that a report must not take the place of. */
function toOwnFiles({ inputs, mapping, rejects }: Options): string[] {
  const files = [...inputs.filter((input) => input !== "-"), mapping, rejects];
  return files.filter((file) => typeof file === "string");
}
