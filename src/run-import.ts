import type { Endpoint, MappedEndpoint, RejectReason, SourceRecord, SourceRow } from "./domain.js";
import { InputError, InterruptedError, RunStoppedError } from "./errors.js";
import type { BoundInput } from "./open-inputs.js";
import { type ImportOptions, normalizeOptions, type Options } from "./options.js";
import { type PreparedRun, prepareImport } from "./prepare-import.js";
import { createLedger, type Ledger, toReport } from "./reporting/create-ledger.js";
import type { ImportReport } from "./reporting/report.js";
import { createRunId } from "./reporting/run-id.js";
import { writeReport } from "./reporting/write-report.js";
import type { TrackedEndpoint } from "./state/create-row-tracker.js";
import { createLimitWatch } from "./validation/create-limit-watch.js";
import { createValidator } from "./validation/create-validator.js";

/** A share of rejected rows (`--max-rejects 5%`) says little about the first rows of a file. */
const SHARE_COUNTS_AFTER_ROWS = 1_000;

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
  let fault: RunStoppedError | undefined;
  const note = (stop: RunStoppedError): void => {
    fault ??= stop;
    options.onEvent?.({ kind: "stopped", code: stop.code, message: stop.message, cause: stop.cause });
  };
  const ending = () => {
    const { inputs, dryRun, resumeCommand } = options;
    return toReport(ledger, { runId, inputs, startedAt, dryRun, resumeCommand, fault });
  };

  try {
    const run = await prepareImport(options, runId, ledger);
    try {
      await transfer(run, options, ledger);
    } finally {
      await run.close();
    }
  } catch (error) {
    note(toStop(error, options.signal));
  }
  try {
    if (options.report !== undefined && fault?.code !== "report_unwritable")
      await writeReport(options.report, ending());
  } catch (error) {
    note(toStop(error));
  }
  return ending();
}

/** Moves the rows: source → mapping → validation → batches → delivery; whatever cannot go on → rejects. */
async function transfer(run: PreparedRun, options: Options, ledger: Ledger): Promise<void> {
  const { inputs, grouper, tracker, delivery, rejects } = run;
  const { signal, limit, skip } = options;
  const toEndpoints = createConverter(run, ledger);

  /** Counts a row and sends it on its way; returns the batches that became ready with it. */
  const accept = (record: SourceRecord, input: BoundInput): readonly (readonly TrackedEndpoint[])[] => {
    ledger.rows.read += 1;
    if (record.kind === "unreadable") {
      rejects.add(record, [record], input.index);
      return [];
    }
    const { endpoints, reasons } = toEndpoints(record, input);
    if (endpoints.length > 0) return grouper.add(tracker.track(record, input.index, endpoints, reasons));
    if (reasons.length > 0) rejects.add(record, reasons, input.index);
    else ledger.rows.filtered += 1;
    return [];
  };

  const readAll = async (): Promise<void> => {
    let skipped = 0;
    for (const input of inputs) {
      if (ledger.rows.read >= limit) return;
      for await (const records of input.source.records(signal)) {
        for (const record of records) {
          if (skipped < skip) {
            skipped += 1;
            continue;
          }
          for (const batch of accept(record, input)) await delivery.submit(batch);
          checkRejectLimit(rejects.added, options, ledger);
          if (ledger.rows.read >= limit) return;
        }
        await rejects.flush();
        run.progressed();
      }
    }
  };

  const stopDelivery = (): void => void delivery.stop();
  signal?.addEventListener("abort", stopDelivery, { once: true });
  try {
    // An input that breaks off ends the run, but not before everything ahead of the break was delivered.
    const broken = await readAll().catch((error: unknown) => {
      if (error instanceof InputError) return error;
      throw error;
    });
    for (const warning of new Set(inputs.flatMap(({ bound }) => bound.takeWarnings()))) run.warn(warning);
    for (const batch of grouper.flush()) await delivery.submit(batch);
    await delivery.finish();
    signal?.throwIfAborted();
    if (broken !== undefined) throw broken;
  } finally {
    signal?.removeEventListener("abort", stopDelivery);
    await delivery.stop();
    await rejects.flush();
  }
}

/** Row → the endpoints that can go, and the reasons why others cannot. A row with neither was filtered out. */
function createConverter({ warn }: PreparedRun, ledger: Ledger) {
  const validate = createValidator();
  const limits = createLimitWatch();

  const toValidEndpoint = (made: MappedEndpoint): Endpoint | readonly RejectReason[] => {
    if (made.reasons !== undefined) {
      const failed = made.reasons.map((reason): RejectReason => ({ code: "mapping_failed", reason }));
      return [...failed, ...validate.findMistakes(made.item)];
    }
    const validated = validate(made.item);
    if ("json" in validated) for (const warning of limits.observe(made.item, validated)) warn(warning);
    return validated;
  };

  return (record: SourceRow, { bound }: BoundInput): { endpoints: Endpoint[]; reasons: RejectReason[] } => {
    const endpoints: Endpoint[] = [];
    const reasons: RejectReason[] = [];
    const mapped = bound.map(record.values);
    ledger.endpoints.mapped += mapped.length;
    for (const made of mapped) {
      const valid = toValidEndpoint(made);
      if ("json" in valid) {
        endpoints.push(valid);
        continue;
      }
      ledger.endpoints.rejected += 1;
      // Which of a row's endpoints a reason is about goes without saying when there is one.
      const about = mapped.length > 1 ? `${made.entry}: ` : "";
      for (const { code, reason } of valid) reasons.push({ code, reason: about + reason });
    }
    return { endpoints, reasons };
  };
}

function checkRejectLimit(rejected: number, { maxRejects }: Options, { rows }: Ledger): void {
  const tooMany =
    rejected > maxRejects.rows ||
    (rows.read >= SHARE_COUNTS_AFTER_ROWS && rejected > maxRejects.share * rows.read);
  if (!tooMany) return;
  const message = `${rejected} of ${rows.read} rows were rejected, more than --max-rejects allows. Look at the rejects file, mend the mapping or the input, and run again`;
  throw new RunStoppedError("too_many_rejects", message);
}

/** Errors that stop a run; a wrong configuration is thrown on to the caller, and so is a defect of the program. */
function toStop(error: unknown, signal?: AbortSignal): RunStoppedError {
  if (error instanceof RunStoppedError) return error;
  if (signal?.aborted) return new InterruptedError();
  throw error;
}
