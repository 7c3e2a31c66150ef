import { setImmediate as nextTurn } from "node:timers/promises";
import { createConverter } from "./create-converter.js";
import { createRunRecord } from "./create-run-record.js";
import type { SourceRecord } from "./domain.js";
import { ConfigurationError, InputError, InterruptedError, RunStoppedError } from "./errors.js";
import { LONGEST_TIMER_MS } from "./longest-timer.js";
import type { BoundInput } from "./open-inputs.js";
import { type ImportOptions, normalizeOptions, type Options } from "./options.js";
import { planImport } from "./plan-import.js";
import { type PreparedRun, prepareImport } from "./prepare-import.js";
import { createLedger, type Ledger, toReport } from "./reporting/create-ledger.js";
import type { ImportReport } from "./reporting/report.js";
import { createRunId } from "./reporting/run-id.js";
import { writeMetrics } from "./reporting/write-metrics.js";
import { writeReport } from "./reporting/write-report.js";
import { findStart } from "./state/committed.js";
import type { TrackedEndpoint } from "./state/create-commit-tracker.js";
import { createLimitWatch } from "./validation/create-limit-watch.js";
import { withTicks } from "./with-ticks.js";

/** A share of rejected rows (`--max-rejects 5%`) says little about the first rows of a file. */
const SHARE_COUNTS_AFTER_ROWS = 1_000;

/** Rejects wait for the rows before them; at so many characters those are sent, full batch or not. */
const MAX_HELD_LENGTH = 4 * 1024 * 1024;

/**
 * Imports contacts into Amazon Pinpoint as endpoints: reads rows, maps them, validates the endpoints, sends them in
 * batches, and writes a file of the rows that were rejected.
 *
 * Resolves with the report of the run, also when the run stopped before its end (`status: "stopped"`): rows that were
 * not decided by then count as `pending`. Running it again is safe, since an endpoint of the same Id is updated.
 *
 * @throws ConfigurationError for wrong options or mapping, a missing region or missing credentials. Nothing was sent.
 */
export async function runImport(raw: ImportOptions): Promise<ImportReport> {
  const options = normalizeOptions(raw);
  const startedAt = new Date();
  const runId = createRunId(startedAt);
  const ledger = createLedger(options.applicationId);
  const record = createRunRecord(options, ledger);
  const deadline = createDeadline(options);
  const bounded = { ...options, signal: deadline.signal };
  const metrics = options.dryRun ? undefined : options.metrics;
  let fault: RunStoppedError | undefined;
  const note = (error: unknown): void => {
    const stop = toStop(error, deadline.signal);
    // What follows from the first fault, such as a file that still cannot be written, is no news.
    if (fault?.code === stop.code) return;
    fault ??= stop;
    options.onEvent?.({ kind: "stopped", code: stop.code, message: stop.message, cause: stop.cause });
  };
  const ending = () => {
    const { inputs, dryRun, resumeCommand, restartCommand } = options;
    return toReport(ledger, { runId, inputs, startedAt, dryRun, resumeCommand, restartCommand, fault });
  };

  try {
    const run = await prepareImport(bounded, runId, ledger, record);
    try {
      if (!options.dryRun) await announce(run, bounded);
      await transfer(run, options, ledger, deadline.signal);
      await run.close(true);
    } catch (error) {
      try {
        note(error);
      } finally {
        await run.close(false).catch(note);
      }
    }
  } catch (error) {
    if (error instanceof ConfigurationError && metrics !== undefined)
      await writeMetrics(metrics, { ...ending(), status: "stopped", exitCode: 2 });
    note(error);
  } finally {
    deadline.clear();
    record?.close();
  }
  try {
    if (options.report !== undefined && fault?.code !== "report_unwritable")
      await writeReport(options.report, ending(), record?.toPageData);
    if (metrics !== undefined && fault?.code !== "metrics_unwritable") await writeMetrics(metrics, ending());
  } catch (error) {
    note(error);
  }
  const report = ending();
  options.onEvent?.({ kind: "finished", status: report.status, rows: report.rows });
  return report;
}

/** Says what is about to be sent and how long that takes. */
async function announce(run: PreparedRun, options: Options): Promise<void> {
  const { onEvent } = options;
  if (onEvent === undefined) return;
  const ratePerSecond = await run.findRate();
  onEvent({ kind: "planned", ratePerSecond, plan: await planImport(run, options, ratePerSecond) });
}

/** Moves the rows: source → mapping → validation → batches → delivery; whatever cannot go on → rejects. */
async function transfer(
  run: PreparedRun,
  options: Options,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<void> {
  const { inputs, grouper, tracker, delivery, changes, toRejectLine, start } = run;
  const { limit } = options;
  const convert = createConverter(changes, createLimitWatch(run.warn));

  /** Counts a row and sends it on its way; returns the batches that became ready with it. */
  const accept = (record: SourceRecord, input: BoundInput): readonly (readonly TrackedEndpoint[])[] => {
    ledger.read += 1;
    if (record.kind === "unreadable") {
      const row = { input: input.index, row: record.row, mapped: 0, unchanged: 0 };
      tracker.decide(row, toRejectLine(record, [record], input.index));
      return NONE;
    }
    const { mapped, unchanged, endpoints, reasons } = convert(record.values, input.bound);
    ledger.endpoints.mapped += mapped;
    ledger.endpoints.unchanged += unchanged;
    const row = { input: input.index, row: record.row, mapped, unchanged };
    if (endpoints.length > 0) return grouper.add(tracker.track(row, record, endpoints, reasons));
    tracker.decide(row, reasons.length === 0 ? undefined : toRejectLine(record, reasons, input.index));
    return NONE;
  };

  /** Sends what was read, in batches that may not be full. */
  const flush = async (): Promise<void> => {
    for (const batch of grouper.flush()) await delivery.submit(batch);
  };

  /** A source that comes slowly is not waited for until a batch is full. */
  const dueAt = (): number | undefined =>
    grouper.waitingSince === undefined ? undefined : grouper.waitingSince + options.flushAfterMs;

  // A silent pipe keeps no run from stopping.
  const reading = AbortSignal.any([signal, delivery.stopped]);
  const readAll = async (): Promise<void> => {
    let toSkip = ledger.read > 0 ? 0 : options.skip;
    for (const input of inputs.slice(start?.position.input ?? 0)) {
      if (ledger.read >= limit) return;
      const { source, index } = input;
      const { known, from } = findStart(start, index);
      let lastRow = from?.row ?? 0;
      const open = (ending: AbortSignal) => source.records(ending, from);
      for await (const piece of withTicks(open, reading, dueAt)) {
        if (piece === undefined) {
          await flush();
          continue;
        }
        const { records, mark } = piece;
        ledger.arrived += records.length;
        ledger.ahead = records.length;
        let submitted = 0;
        for (const record of records) {
          ledger.ahead -= 1;
          lastRow = record.row;
          if (record.row <= known) continue;
          if (toSkip > 0) {
            toSkip -= 1;
            continue;
          }
          for (const batch of accept(record, input)) {
            await delivery.submit(batch);
            submitted += 1;
            if (submitted % BATCHES_A_TURN === 0) await nextTurn();
          }
          checkRejectLimit(options, ledger);
          if (ledger.read >= limit) return;
        }
        // Before the first row is read, the checkpoint knows nothing of those that were skipped.
        if (mark !== undefined && ledger.read > 0) tracker.mark(index, mark);
        if (tracker.heldLength > MAX_HELD_LENGTH) {
          await flush();
          await delivery.drain();
        }
        await run.progressed();
      }
      if (lastRow < known) throw toTooShort(source.name, lastRow, known);
    }
  };

  const stopDelivery = (): void => void delivery.stop();
  signal.addEventListener("abort", stopDelivery, { once: true });
  try {
    // What ends the reading ends the run, but not before everything that was read is delivered.
    const ended = await readAll().catch(async (error: unknown) => {
      if (error instanceof InputError || error instanceof TooManyRejectsError) return error;
      if (delivery.stopped.aborted) await delivery.drain();
      throw error;
    });
    for (const warning of new Set(inputs.flatMap(({ bound }) => bound.takeWarnings()))) run.warn(warning);
    await flush();
    await delivery.finish();
    signal.throwIfAborted();
    if (ended !== undefined) throw ended;
    // What Pinpoint refused of the last batches.
    checkRejectLimit(options, ledger);
  } finally {
    signal.removeEventListener("abort", stopDelivery);
    await delivery.stop();
  }
}

/** A file is known by its size; of a pipe it shows only now that less came than the first time. */
function toTooShort(name: string, rows: number, known: number): InputError {
  const message = `${name}: it ended after ${rows} rows, the interrupted run had read ${known} of it; give it the same input again`;
  return new InputError("input_changed", message);
}

const NONE: readonly never[] = [];

/**
 * Of a piece of input so many batches are made before requests may leave and answers come in. Without that, two endpoints a row
 * took 5 % more; after less it costs more than it gives.
 */
const BATCHES_A_TURN = 4;

class TooManyRejectsError extends RunStoppedError {}

/** The limit holds for this run: whoever goes on with an interrupted one has seen what it rejected. */
function checkRejectLimit({ maxRejects }: Options, { rows, read, before }: Ledger): void {
  const rejected = rows.rejected - before.rejected;
  const rowsRead = read - before.read;
  const tooMany =
    rejected > maxRejects.rows ||
    (rowsRead >= SHARE_COUNTS_AFTER_ROWS && rejected > maxRejects.share * rowsRead);
  if (!tooMany) return;
  const message = `${rejected} of ${rowsRead} rows were rejected, more than --max-rejects allows. Look at the rejects file: a mended mapping or input begins anew, without --resume; to go on all the same give a higher --max-rejects`;
  throw new TooManyRejectsError("too_many_rejects", message);
}

/** The caller's signal, and one that comes when the run has lasted long enough. */
function createDeadline({ signal, maxDurationMs, requestTimeoutMs, onEvent }: Options): {
  signal: AbortSignal;
  clear(): void;
} {
  const over = new AbortController();
  const end = (): void => {
    const message = "the run has lasted as long as --max-duration allows";
    over.abort(new RunStoppedError("deadline", message));
    const longest = Math.round(requestTimeoutMs / 1000);
    onEvent?.({
      kind: "warning",
      message: `${message}: requests in flight are waited for, ${longest} seconds at most`,
    });
  };
  const timer =
    maxDurationMs === undefined ? undefined : setTimeout(end, Math.min(maxDurationMs, LONGEST_TIMER_MS));
  return {
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    clear: () => clearTimeout(timer),
  };
}

/** Errors that stop a run; a wrong configuration is thrown on to the caller, and so is a defect of the program. */
function toStop(error: unknown, signal: AbortSignal): RunStoppedError {
  if (error instanceof RunStoppedError) return error;
  if (!signal.aborted) throw error;
  return signal.reason instanceof RunStoppedError ? signal.reason : new InterruptedError();
}
