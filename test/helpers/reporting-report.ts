import type { ImportReport } from "../../src/reporting/report.js";

/** A report of a run in which all went well; what differs is given. */
export function makeReport(different: Partial<ImportReport> = {}): ImportReport {
  return {
    runId: "20261121-120000-abcd",
    status: "complete",
    exitCode: 0,
    stopReason: null,
    startedAt: "2026-11-21T12:00:00.000Z",
    finishedAt: "2026-11-21T12:00:00.400Z",
    durationMs: 400,
    source: { inputs: ["contacts.csv"], format: "csv", bytes: 1_000 },
    mapping: "pinpoint",
    target: { applicationId: "0123456789abcdef0123456789abcdef", region: "us-east-1", endpointUrl: null },
    resumed: null,
    rows: { read: 10, accepted: 10, unchanged: 0, filtered: 0, rejected: 0, pending: 0 },
    endpoints: { mapped: 10, accepted: 10, unchanged: 0, rejected: 0 },
    requests: { sent: 1, accepted: 1, throttled: 0, retried: 0, refused: 0, ratePerSecond: 2.5 },
    rejectsByCode: {},
    rejectsByReason: [],
    rejectsFile: null,
    warnings: [],
    resumeCommand: null,
    ...different,
  };
}
