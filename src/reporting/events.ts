import type { DeliveryEvent } from "../domain.js";
import type { ImportReport, RowCounts, SendingPlan } from "./report.js";

/** What belongs into a log. Holds no addresses, names or attribute values. */
export type ImportEvent =
  | {
      readonly kind: "started";
      readonly runId: string;
      readonly inputs: readonly string[];
      readonly mapping: string;
    }
  /** An interrupted run is gone on with, behind this row of this input. */
  | { readonly kind: "resumed"; readonly input: string; readonly row: number }
  /** What is about to be sent; no plan where an input can be read once only. */
  | {
      readonly kind: "planned";
      readonly ratePerSecond: number;
      /** With `sampledRows` it is an estimate, by so many of the first rows. */
      readonly plan: (SendingPlan & { readonly sampledRows: number | undefined }) | undefined;
    }
  | { readonly kind: "warning"; readonly message: string }
  | DeliveryEvent
  | { readonly kind: "finished"; readonly status: ImportReport["status"]; readonly rows: RowCounts }
  | { readonly kind: "stopped"; readonly code: string; readonly message: string; readonly cause: unknown };

/** Where a run stands. */
export interface ImportProgress {
  /**
   * Share of the bytes whose rows are decided, or of the rows that `limit` allows where that is more, from 0 to 1; undefined
   * where neither is known (standard input). A run that goes on with another begins where that one ended.
   */
  readonly share: number | undefined;
  readonly rowsRead: number;
  /** Rows of which it is known what became of them. */
  readonly rowsDecided: number;
  readonly rowsAccepted: number;
  readonly rowsUnchanged: number;
  readonly rowsRejected: number;
  readonly requestsSent: number;
  /** Tries that followed on failures of the service; throttling does not count. */
  readonly requestsRetried: number;
  /** Batches that the service let through, accepted or refused: what counts against the quota. */
  readonly batchesPassed: number;
  /** Batches a second that the pacer allows at this moment; 0 in a dry run. */
  readonly ratePerSecond: number;
  /** What they may be: the rate that was given, or the quota as it is known by now. */
  readonly quotaPerSecond: number | undefined;
}
