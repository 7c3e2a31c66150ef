import { countDecided } from "./domain.js";
import type { OpenDelivery } from "./open-delivery.js";
import type { BoundInput } from "./open-inputs.js";
import type { Options } from "./options.js";
import type { Ledger } from "./reporting/create-ledger.js";
import { type Committed, findStart } from "./state/committed.js";

export interface ProgressReportOptions {
  readonly options: Options;
  readonly ledger: Ledger;
  readonly inputs: readonly BoundInput[];
  /** Where the interrupted run that this one goes on with had got to. */
  readonly start: Committed | undefined;
  /** Undefined in a dry run. */
  readonly delivery: Pick<OpenDelivery, "pace"> | undefined;
}

/** Returns what tells the caller where the run stands. */
export function createProgressReport(parts: ProgressReportOptions): () => void {
  const { options, ledger, delivery } = parts;
  const { onProgress } = options;
  if (onProgress === undefined) return () => {};
  const findShare = createShare(parts);
  const pace = delivery?.pace ?? (() => ({ batchesPassed: 0, ratePerSecond: 0, quotaPerSecond: undefined }));
  return () => {
    const { rows, facts } = ledger;
    onProgress({
      share: findShare(),
      rowsRead: ledger.read,
      rowsDecided: countDecided(rows),
      rowsAccepted: rows.accepted,
      rowsUnchanged: rows.unchanged,
      rowsRejected: facts.rejects.tally.rows,
      requestsSent: facts.requests.sent,
      requestsRetried: facts.requests.retried,
      ...pace(),
    });
  };
}

/**
 * How much of the whole is decided. Reading is ahead of that, by what is under way and by the rest of the piece that was read
 * last, which may be all of a small input: those rows are taken off, each for as much as a row is on average.
 */
function createShare({ options, ledger, inputs, start }: ProgressReportOptions): () => number | undefined {
  const sizes = inputs.map(({ source }) => source.bytes);
  const total = sizes.some((bytes) => bytes === undefined)
    ? undefined
    : sizes.reduce<number>((sum, bytes = 0) => sum + bytes, 0);
  const first = start?.position.input ?? 0;
  const toShare = (bytes: number): number => bytes / Math.max(1, total ?? 0);
  const before = sizes.slice(0, first).reduce<number>((sum, bytes = 0) => sum + bytes, 0);
  const shareAtStart = toShare(before + (findStart(start, first).from?.offset ?? 0));
  const countRead = (): number =>
    inputs
      .slice(first)
      .reduce((sum, { source }) => sum + (source.bytes ?? 0) * (source.share() ?? 0), before);
  let share = shareAtStart;

  return () => {
    const decided = countDecided(ledger.rows);
    // Where there is a limit, the end is what comes first.
    const ofLimit = decided / Math.max(1, options.limit);
    if (total === undefined) return ofLimit > 0 ? Math.min(1, ofLimit) : undefined;
    const read = toShare(countRead());
    const aRow = (read - shareAtStart) / Math.max(1, ledger.arrived);
    const undecided = ledger.ahead + ledger.read - decided;
    // An average that changes must not lead back.
    share = Math.max(share, Math.min(1, Math.max(read - undecided * aRow, ofLimit)));
    return share;
  };
}
