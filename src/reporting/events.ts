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
  /** Share of the input that was read, from 0 to 1; undefined where its size is not known (standard input). */
  readonly share: number | undefined;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly requestsSent: number;
  /** Requests a second that the pacer allows at this moment; 0 in a dry run. */
  readonly ratePerSecond: number;
}
