import type { ImportProgress } from "../index.js";
import { createPace } from "./create-pace.js";
import { createTimeLeft } from "./create-time-left.js";

/** Where a run stands, and how fast it gets on. */
export interface ProgressView extends ImportProgress {
  /** Rows that were decided, of late; like the next two undefined as long as too little was seen. */
  readonly rowsPerSecond: number | undefined;
  /** Batches that were let through, of late. */
  readonly requestsPerSecond: number | undefined;
  readonly msLeft: number | undefined;
  /** Since nothing was read, let through or decided any more. */
  readonly quietMs: number;
  readonly elapsedMs: number;
}

/** Derives from the states of a run what a person wants to know. */
export interface ProgressWatch {
  see(progress: ImportProgress): void;
  view(): ProgressView;
}

const SPEED_WINDOW_MS = 10_000;

/** Where a run stands before it has told. */
const NOTHING: ImportProgress = {
  share: undefined,
  rowsRead: 0,
  rowsDecided: 0,
  rowsAccepted: 0,
  rowsUnchanged: 0,
  rowsRejected: 0,
  requestsSent: 0,
  requestsRetried: 0,
  batchesPassed: 0,
  ratePerSecond: 0,
  quotaPerSecond: undefined,
};

export function createProgressWatch(now = () => performance.now()): ProgressWatch {
  const beganAt = now();
  const rows = createPace(() => SPEED_WINDOW_MS);
  const batches = createPace(() => SPEED_WINDOW_MS);
  const timeLeft = createTimeLeft();
  let progress = NOTHING;
  /** Rows that were decided before: those that are passed over on the way to the first row say nothing of the time left. */
  let decidedBefore: number | undefined;
  let changedAt = beganAt;

  return {
    see(next) {
      const at = now();
      if (isNews(progress, next)) changedAt = at;
      progress = next;
      rows.see(next.rowsDecided, at);
      batches.see(next.batchesPassed, at);
      decidedBefore ??= next.rowsDecided;
      const { share } = next;
      if (share !== undefined && next.rowsDecided > decidedBefore) timeLeft.see({ ...next, share }, at);
    },
    view() {
      const at = now();
      return {
        ...progress,
        rowsPerSecond: toPerSecond(rows.growth(at)),
        requestsPerSecond: toPerSecond(batches.growth(at)),
        msLeft: timeLeft.msFrom(at),
        quietMs: at - changedAt,
        elapsedMs: at - beganAt,
      };
    },
  };
}

function toPerSecond(perMs: number | undefined): number | undefined {
  return perMs === undefined ? undefined : perMs * 1000;
}

function isNews(before: ImportProgress, now: ImportProgress): boolean {
  return (
    now.rowsDecided !== before.rowsDecided ||
    now.rowsRead !== before.rowsRead ||
    now.batchesPassed !== before.batchesPassed
  );
}
