import {
  countDecided,
  createRequestCounts,
  createTally,
  DEFAULT_QUOTA_PER_SECOND,
  type RequestCounts,
  type Tally,
} from "../domain.js";
import { InterruptedError, type RunStoppedError } from "../errors.js";
import { createRejectTally, type RejectTally } from "./create-reject-tally.js";
import { type ImportReport, isDoneAllTheSame, type SendingPlan } from "./report.js";

/**
 * The books of a run, those of the interrupted run that it goes on with included. A rejected row counts in the report when
 * it is written: until then it is pending.
 */
export interface Ledger extends Tally {
  /** Rows that were read. */
  read: number;
  /** Records that came from the inputs, and those of them that were not looked at yet. */
  arrived: number;
  ahead: number;
  /** What an interrupted run had read and rejected before. */
  readonly before: { read: number; rejected: number };
  readonly warnings: string[];
  /** What is known of the run so far; filled in as it gets known. */
  readonly facts: {
    format: string | null;
    bytes: () => number;
    mapping: string | null;
    target: ImportReport["target"];
    resumed: ImportReport["resumed"];
    requests: Readonly<RequestCounts>;
    rejects: RejectFacts;
    /** The rate that is known before the run. */
    ratePerSecond: number;
    /** Endpoints of the rejected rows that are written. */
    endpointsRejected: () => number;
    /** Whether a run that stops now can be gone on with. */
    resumable: () => boolean;
  };
}

interface RejectFacts {
  readonly tally: Omit<RejectTally, "add">;
  readonly path: string | null;
}

export function createLedger(applicationId: string | undefined): Ledger {
  const ledger: Ledger = {
    ...createTally(),
    read: 0,
    arrived: 0,
    ahead: 0,
    before: { read: 0, rejected: 0 },
    warnings: [],
    facts: {
      format: null,
      bytes: () => 0,
      mapping: null,
      target: { applicationId: applicationId ?? null, region: null, endpointUrl: null },
      resumed: null,
      requests: createRequestCounts(),
      rejects: { tally: createRejectTally(), path: null },
      ratePerSecond: DEFAULT_QUOTA_PER_SECOND,
      endpointsRejected: () => 0,
      // Where nothing is kept, the same command again is the way to go on, if there was anything to read.
      resumable: () => ledger.read > 0,
    },
  };
  return ledger;
}

/** Takes over the books of an interrupted run. */
export function carryOver(ledger: Ledger, runId: string, { rows, endpoints }: Tally): void {
  Object.assign(ledger.rows, rows);
  Object.assign(ledger.endpoints, endpoints);
  ledger.read = countDecided(rows);
  Object.assign(ledger.before, { read: ledger.read, rejected: rows.rejected });
  ledger.facts.resumed = { runId, rows: ledger.read };
}

/** How a run ended. */
export interface Ending {
  readonly runId: string;
  readonly inputs: readonly string[];
  readonly startedAt: Date;
  readonly dryRun: boolean;
  readonly resumeCommand: string | undefined;
  readonly restartCommand: string | undefined;
  /** What stopped the run before its end. */
  readonly fault: RunStoppedError | undefined;
}

export function toReport(ledger: Ledger, ending: Ending): ImportReport {
  const { rows, endpoints, warnings, facts, read } = ledger;
  const { runId, inputs, startedAt, fault } = ending;
  const finishedAt = new Date();
  const durationMs = finishedAt.getTime() - startedAt.getTime();
  const { tally } = facts.rejects;
  const rejected = tally.rows;
  const report: ImportReport = {
    runId,
    status: fault === undefined ? "complete" : "stopped",
    exitCode: toExitCode(fault, rejected),
    stopReason: fault === undefined ? null : { code: fault.code, message: fault.message },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    durationMs,
    source: { inputs, format: facts.format, bytes: facts.bytes() },
    mapping: facts.mapping,
    target: facts.target,
    resumed: facts.resumed,
    rows: {
      read,
      accepted: rows.accepted,
      unchanged: rows.unchanged,
      filtered: rows.filtered,
      rejected,
      pending: read - countDecided({ ...rows, rejected }),
    },
    endpoints: { ...endpoints, rejected: facts.endpointsRejected() },
    requests: ending.dryRun
      ? { ...createRequestCounts(), ratePerSecond: 0 }
      : { ...facts.requests, ratePerSecond: toRate(facts.requests.accepted, durationMs) },
    rejectsByCode: tally.byCode,
    rejectsByReason: tally.byReason,
    rejectsFile: facts.rejects.path,
    warnings,
    resumeCommand: null,
  };
  const resumeCommand = isDoneAllTheSame(report) ? undefined : toNextCommand(ending, facts.resumable());
  const plan = ending.dryRun ? toSendingPlan(facts.requests.accepted, facts.ratePerSecond) : undefined;
  return { ...report, resumeCommand: resumeCommand ?? null, ...(plan && { plan }) };
}

/** Where nothing was read, a person has to mend something first, unless it was a person or a deadline that stopped the run. */
function toNextCommand(
  { fault, resumeCommand, restartCommand }: Ending,
  resumable: boolean,
): string | undefined {
  if (fault === undefined) return undefined;
  if (resumable) return resumeCommand;
  return fault instanceof InterruptedError || fault.code === "deadline" ? restartCommand : undefined;
}

/** 128 and the number of the signal. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

function toExitCode(fault: RunStoppedError | undefined, rejected: number): ImportReport["exitCode"] {
  if (fault instanceof InterruptedError) return EXIT_CODES[fault.signalName ?? "SIGINT"];
  if (fault !== undefined) return 3;
  return rejected > 0 ? 1 : 0;
}

export function toSendingPlan(requests: number, ratePerSecond: number): SendingPlan {
  return {
    requests,
    secondsAtDefaultQuota: requests / DEFAULT_QUOTA_PER_SECOND,
    ratePerSecond,
    seconds: requests / ratePerSecond,
  };
}

function toRate(requests: number, durationMs: number): number {
  return durationMs === 0 ? 0 : Math.round((requests / durationMs) * 100_000) / 100;
}
