import type { RejectCode, RejectPlace } from "../domain.js";
import type { ImportReport } from "./report.js";
import type { NextStep } from "./to-summary.js";

/** What the HTML report shows: the report itself, and what is kept of a run for it alone. */
export interface ReportPageData {
  readonly report: ImportReport;
  /** The command as it was given; null where it was none. */
  readonly command: string | null;
  /** What comes after a run that need not be gone on with; null where nobody said so. */
  readonly next: NextStep | null;
  /** Requests a second that were asked for; null for a check, which sends none. */
  readonly rate: number | "auto" | null;
  /** The quota that `auto` measured; null as long as no limit was met. */
  readonly learnedRate: number | null;
  readonly history: readonly HistoryPoint[];
  /** Those that took longest, the longest first. */
  readonly slowestBatches: readonly SlowBatch[];
  /** Some rejected rows, in the order in which they were decided. */
  readonly samples: readonly RejectSample[];
  /** Whether the samples hold the values as they are. */
  readonly showsValues: boolean;
}

/** Where a run stood at a moment, and what it had done by then. */
export interface HistoryPoint {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly rows: RowsDecided;
  /** Requests with many endpoints. */
  readonly batches: AnswerCounts;
  /** Requests with one endpoint, to find the bad ones of a refused batch: they have a quota of their own. */
  readonly singles: AnswerCounts;
  /** Requests with many endpoints that the pace allows in a second. */
  readonly ratePerSecond: number;
}

/** Rows that were decided, those of the interrupted run included that this one goes on with. */
export interface RowsDecided {
  readonly accepted: number;
  readonly unchanged: number;
  readonly filtered: number;
  readonly rejected: number;
}

/** Requests by their answer; `failed` is any other than 202 and 429, and none at all. */
export interface AnswerCounts {
  readonly accepted: number;
  readonly throttled: number;
  readonly failed: number;
}

export interface SlowBatch {
  /** When its first request was sent, in milliseconds since the run began. */
  readonly startedAtMs: number;
  /** From there to its last answer. */
  readonly tookMs: number;
  readonly items: number;
  readonly tries: number;
  /** How many of the tries met a 429. */
  readonly throttled: number;
  readonly outcome: "accepted" | "throttled" | "refused" | "failed";
  readonly from: RowPlace;
  readonly to: RowPlace;
}

/** A data row, from 1, of an input by its position. */
export interface RowPlace {
  readonly input: number;
  readonly row: number;
}

export interface RejectSample {
  /** What this row has in common with others, as in `rejectsByReason`. */
  readonly code: RejectCode;
  readonly reason: string;
  readonly place: RejectPlace;
  /** All its reasons, without their values unless values are shown. */
  readonly reasons: readonly string[];
  /** Name and value of each cell that is not empty, masked unless values are shown. */
  readonly cells: readonly (readonly [name: string, value: string])[];
  /** Cells that are left out. */
  readonly moreCells: number;
}
