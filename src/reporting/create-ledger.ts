import {
  createRequestCounts,
  DEFAULT_QUOTA_PER_SECOND,
  type RejectCode,
  type RequestCounts,
} from "../domain.js";
import { InterruptedError, type RunStoppedError } from "../errors.js";
import type { ImportReport } from "./report.js";

/** The books of a run. Rejected rows are counted by the rejects writer, when they are written. */
export interface Ledger {
  readonly rows: { read: number; accepted: number; filtered: number };
  readonly endpoints: { mapped: number; accepted: number; rejected: number };
  readonly warnings: string[];
  /** What is known of the run so far; filled in as it gets known. */
  readonly facts: {
    format: string | null;
    bytes: () => number;
    mapping: string | null;
    target: ImportReport["target"];
    requests: Readonly<RequestCounts>;
    rejects: RejectFacts;
  };
}

interface RejectFacts {
  readonly written: number;
  readonly writtenByCode: Readonly<Partial<Record<RejectCode, number>>>;
  readonly path: string | null;
}

export function createLedger(applicationId: string | undefined): Ledger {
  return {
    rows: { read: 0, accepted: 0, filtered: 0 },
    endpoints: { mapped: 0, accepted: 0, rejected: 0 },
    warnings: [],
    facts: {
      format: null,
      bytes: () => 0,
      mapping: null,
      target: { applicationId: applicationId ?? null, region: null, endpointUrl: null },
      requests: createRequestCounts(),
      rejects: { written: 0, writtenByCode: {}, path: null },
    },
  };
}

/** How a run ended. */
export interface Ending {
  readonly runId: string;
  readonly inputs: readonly string[];
  readonly startedAt: Date;
  readonly dryRun: boolean;
  readonly resumeCommand: string | undefined;
  /** What stopped the run before its end. */
  readonly fault: RunStoppedError | undefined;
}

export function toReport({ rows, endpoints, warnings, facts }: Ledger, ending: Ending): ImportReport {
  const { runId, inputs, startedAt, fault } = ending;
  const finishedAt = new Date();
  const durationMs = finishedAt.getTime() - startedAt.getTime();
  const rejected = facts.rejects.written;
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
    rows: {
      read: rows.read,
      accepted: rows.accepted,
      unchanged: 0,
      filtered: rows.filtered,
      rejected,
      pending: rows.read - rows.accepted - rows.filtered - rejected,
    },
    endpoints: { ...endpoints, unchanged: 0 },
    requests: ending.dryRun
      ? { ...createRequestCounts(), ratePerSecond: 0 }
      : { ...facts.requests, ratePerSecond: toRate(facts.requests.accepted, durationMs) },
    rejectsByCode: { ...facts.rejects.writtenByCode },
    rejectsFile: facts.rejects.path,
    warnings,
    // A run that read nothing has nothing to go on from: first a person has to mend what the message names.
    resumeCommand: fault === undefined || rows.read === 0 ? null : (ending.resumeCommand ?? null),
  };
  if (!ending.dryRun) return report;
  const requests = facts.requests.accepted;
  return { ...report, plan: { requests, secondsAtDefaultQuota: requests / DEFAULT_QUOTA_PER_SECOND } };
}

function toExitCode(fault: RunStoppedError | undefined, rejected: number): ImportReport["exitCode"] {
  if (fault instanceof InterruptedError) return fault.signalName === "SIGTERM" ? 143 : 130;
  if (fault !== undefined) return 3;
  return rejected > 0 ? 1 : 0;
}

function toRate(requests: number, durationMs: number): number {
  return durationMs === 0 ? 0 : Math.round((requests / durationMs) * 100_000) / 100;
}
