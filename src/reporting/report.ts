import type { RejectCode, RejectGroup, RequestCounts } from "../domain.js";

/**
 * What became of a run: the object that `runImport` returns, `--summary json` prints and `--report` writes. The books
 * balance in every run: `rows.read = accepted + unchanged + filtered + rejected + pending`.
 */
export interface ImportReport {
  readonly runId: string;
  readonly status: "complete" | "stopped";
  /** 0 all well, 1 some rows rejected, 3 stopped before the end, 129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM. */
  readonly exitCode: 0 | 1 | 3 | 129 | 130 | 143;
  readonly stopReason: { readonly code: string; readonly message: string } | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly source: {
    readonly inputs: readonly string[];
    /** Null where no input could be opened. */
    readonly format: string | null;
    /** Bytes read, before decompression. */
    readonly bytes: number;
  };
  /** Path or name of the mapping; null where none was loaded. */
  readonly mapping: string | null;
  readonly target: {
    readonly applicationId: string | null;
    readonly region: string | null;
    readonly endpointUrl: string | null;
  };
  /** The interrupted run that this one went on with, and how many rows it had decided; null for a run from the first row. */
  readonly resumed: { readonly runId: string; readonly rows: number } | null;
  /** Rows and endpoints of the whole job: what the interrupted run had decided is included. Times and requests are not. */
  readonly rows: RowCounts;
  readonly endpoints: EndpointCounts;
  readonly requests: Readonly<RequestCounts> & {
    /** Accepted requests a second, over the whole run. */
    readonly ratePerSecond: number;
  };
  /** Rejected rows by the code of their first reason. */
  readonly rejectsByCode: Readonly<Partial<Record<RejectCode, number>>>;
  /**
   * The same by what the first reason says, whatever the values; the most frequent ones first. A hundred reasons are told apart,
   * the rest are `other reasons`.
   */
  readonly rejectsByReason: readonly RejectGroup[];
  readonly rejectsFile: string | null;
  readonly warnings: readonly string[];
  /** The command that goes on where a stopped run left off; null for a complete run. */
  readonly resumeCommand: string | null;
  /** Of a dry run: what sending would take. */
  readonly plan?: SendingPlan;
}

/** Whether all was done but for what is written at the end: there is nothing to go on with then. */
export function isDoneAllTheSame({ rows, stopReason }: Pick<ImportReport, "rows" | "stopReason">): boolean {
  const isAboutOutput = stopReason?.code === "report_unwritable" || stopReason?.code === "metrics_unwritable";
  return isAboutOutput && rows.read > 0 && rows.pending === 0;
}

export interface SendingPlan {
  readonly requests: number;
  /** At 2 requests a second. */
  readonly secondsAtDefaultQuota: number;
  /** The rate that was given, or that an earlier run learned, or else the default quota; and the time at that. */
  readonly ratePerSecond: number;
  readonly seconds: number;
}

export interface RowCounts {
  readonly read: number;
  readonly accepted: number;
  /** Not sent, since they did not differ from what was accepted before. */
  readonly unchanged: number;
  /** Rows that the mapping makes no endpoint of. */
  readonly filtered: number;
  readonly rejected: number;
  /** Read but not decided when the run stopped. */
  readonly pending: number;
}

export interface EndpointCounts {
  readonly mapped: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: number;
}
