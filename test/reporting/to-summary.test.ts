import { describe, expect, it } from "vitest";
import type { RejectGroup } from "../../src/domain.js";
import { toSummary } from "../../src/reporting/to-summary.js";
import { makeReport } from "../helpers/reporting-report.js";

const toGroup = (rows: number, reason: string, row: number): RejectGroup => ({
  code: "endpoint_invalid",
  reason,
  rows,
  first: { input: "contacts.csv", row, line: row + 1 },
});

const lines = (summary: string): string[] => summary.trimEnd().split("\n");

describe("a complete run", () => {
  it("says what became of rows, endpoints and requests", () => {
    expect(toSummary(makeReport())).toBe(
      [
        "The import into 0123456789abcdef0123456789abcdef is complete (0.4 s).",
        "Rows       10 read, 10 accepted, 0 rejected",
        "Endpoints  10 mapped, 10 accepted, 0 rejected",
        "Requests   1 sent, 1 accepted, 0 throttled, 0 retried",
        "",
      ].join("\n"),
    );
  });

  it("names the rejects file, why rows stand in it, and what to do with it", () => {
    const summary = toSummary(
      makeReport({
        exitCode: 1,
        rows: { read: 3_000, accepted: 1_000, unchanged: 0, filtered: 500, rejected: 1_500, pending: 0 },
        rejectsByCode: { endpoint_invalid: 1_499, row_unparsable: 1 },
        rejectsByReason: [
          toGroup(
            1_499,
            "email: Address … is no e-mail address; a person has to write another one here",
            4_711,
          ),
          toGroup(1, "has 29 values, the header has 28 columns", 12),
        ],
        rejectsFile: "/data/contacts.rejects-20261121-120000-abcd.csv",
      }),
    );
    expect(lines(summary).slice(1)).toEqual([
      "Rows       3,000 read, 1,000 accepted, 500 filtered out, 1,500 rejected",
      "Endpoints  10 mapped, 10 accepted, 0 rejected",
      "Requests   1 sent, 1 accepted, 0 throttled, 0 retried",
      "Rejects    /data/contacts.rejects-20261121-120000-abcd.csv",
      "           1,499  email: Address … is no e-mail address; a person has to write",
      "                  another one here (such as row 4,711)",
      "               1  has 29 values, the header has 28 columns (row 12)",
      "Next       Mend the rows in that file, and import it with the same mapping.",
    ]);
  });

  it("tells eight reasons, and how many more there are", () => {
    const rejectsByReason = Array.from({ length: 11 }, (_, index) =>
      toGroup(100 - index, `reason ${index + 1}`, index + 1),
    );
    const summary = toSummary(makeReport({ rejectsByReason, rejectsFile: "r.csv" }));
    expect(summary).toContain("reason 8 (such as row 8)\n");
    expect(summary).not.toContain("reason 9");
    // 92 + 91 + 90
    expect(summary).toContain("273  for 3 more reasons\n");
    const nine = toSummary(
      makeReport({ rejectsByReason: rejectsByReason.slice(0, 9), rejectsFile: "r.csv" }),
    );
    expect(nine).toContain(" 92  for 1 more reason\n");
  });

  it("names the input of a row where there are several", () => {
    const summary = toSummary(
      makeReport({
        source: { inputs: ["a.csv", "b.csv"], format: "csv", bytes: 1 },
        rejectsByReason: [{ ...toGroup(2, "no", 7), first: { input: "b.csv", row: 7, line: 8 } }],
        rejectsFile: "r.csv",
      }),
    );
    expect(summary).toContain("2  no (such as row 7 of b.csv)");
  });

  it("ends with the next step that it is given, the command in one line", () => {
    const command = `pinpoint-import run ${"a-long-name-of-a-file-".repeat(5)}.csv`;
    const words = "Mend the rows there and then, when that is done, come back to import them with this:";
    const summary = toSummary(makeReport({ rejectsFile: "r.csv", rejectsByReason: [toGroup(1, "no", 1)] }), {
      words,
      command,
    });
    expect(lines(summary).slice(-3)).toEqual([
      "Next       Mend the rows there and then, when that is done, come back to import",
      "           them with this:",
      `           ${command}`,
    ]);
    expect(toSummary(makeReport())).not.toContain("Next");
  });

  it("shows warnings", () => {
    const summary = toSummary(makeReport({ warnings: ["first thing", "second thing"] }));
    expect(lines(summary).filter((line) => line.startsWith("Warning"))).toHaveLength(2);
    expect(summary).toContain("second thing");
  });

  it.each([
    [400, "0.4 s"],
    [9_900, "9.9 s"],
    [48_400, "48 s"],
    [720_000, "12 min"],
    [7_500_000, "2 h 05 min"],
    [90_000_000, "25 h 00 min"],
  ])("took %i ms in words: %s", (durationMs, words) => {
    expect(toSummary(makeReport({ durationMs }))).toContain(`(${words}`);
  });

  it("says how fast it was where that means something", () => {
    const rows = { read: 40_000, accepted: 40_000, unchanged: 0, filtered: 0, rejected: 0, pending: 0 };
    expect(toSummary(makeReport({ durationMs: 4_000, rows }))).toContain("10,000 rows/s");
    expect(toSummary(makeReport({ durationMs: 400, rows }))).not.toContain("rows/s");
  });
});

describe("a run that stopped", () => {
  const stopped = makeReport({
    status: "stopped",
    exitCode: 3,
    stopReason: { code: "access_denied", message: "Pinpoint refuses access: HTTP 403" },
    rows: { read: 500, accepted: 100, unchanged: 0, filtered: 0, rejected: 0, pending: 400 },
    resumeCommand: "pinpoint-import run contacts.csv -a x",
  });

  it("says so, why, what is left, and how to go on", () => {
    const summary = toSummary(stopped);
    expect(lines(summary)[0]).toContain("STOPPED");
    expect(summary).toContain("Pinpoint refuses access: HTTP 403");
    expect(summary).toContain("400 pending");
    expect(summary).toContain("pinpoint-import run contacts.csv -a x");
    expect(toSummary(stopped, { words: "Do something else." })).toBe(summary);
    expect(summary).not.toContain("is complete");
  });

  it("says why also before the first row", () => {
    const rows = { read: 0, accepted: 0, unchanged: 0, filtered: 0, rejected: 0, pending: 0 };
    expect(toSummary({ ...stopped, rows })).toContain("Pinpoint refuses access: HTTP 403");
  });
});

describe("a check", () => {
  const check = makeReport({
    target: { applicationId: null, region: null, endpointUrl: null },
    plan: { requests: 14_400, secondsAtDefaultQuota: 7_200, ratePerSecond: 2, seconds: 7_200 },
  });

  it("says what would be, and what it would take", () => {
    const summary = toSummary(check);
    expect(lines(summary)[0]).toBe("The check is complete (0.4 s).");
    expect(summary).toContain("10 would be accepted");
    expect(summary).toContain("14,400 requests, 2 h 00 min at");
    expect(summary).not.toContain("sent");
    expect(summary).not.toContain("null");
    const known = { requests: 1, secondsAtDefaultQuota: 0.5, ratePerSecond: 47.25, seconds: 0.02 };
    expect(toSummary({ ...check, plan: known })).toContain("1 request, 0.0 s at 47.3 a second");
  });
});

describe("the width", () => {
  const many = {
    read: 1_000_000,
    accepted: 850_000,
    unchanged: 0,
    filtered: 40_000,
    rejected: 100_000,
    pending: 10_000,
  };
  const large = makeReport({
    durationMs: 5_400_000,
    rows: many,
    endpoints: { mapped: 1_900_000, accepted: 1_700_000, unchanged: 0, rejected: 200_000 },
    requests: {
      sent: 20_100,
      accepted: 19_000,
      throttled: 1_000,
      retried: 100,
      refused: 10,
      ratePerSecond: 2,
    },
    rejectsByCode: { endpoint_invalid: 90_000, endpoint_refused: 10_000 },
    rejectsByReason: [
      toGroup(90_000, 'SMS: Address (columns "Mobile", "Phone"): e164: … is no phone number of NZ', 999_999),
      toGroup(10_000, "Pinpoint refused it: Missing ChannelType for the endpoint …", 1),
    ],
    rejectsFile: "r.csv",
  });

  it.each([
    ["a run over a million rows", large],
    [
      "a check of a million rows",
      {
        ...large,
        rows: { ...many, pending: 0, rejected: 110_000 },
        plan: { requests: 19_000, secondsAtDefaultQuota: 9_500, ratePerSecond: 4_999.9, seconds: 3.8 },
      },
    ],
    ["a run that stopped", { ...large, status: "stopped" as const, resumeCommand: "pinpoint-import run" }],
  ])("of %s is 80 columns at most", (_, report) => {
    for (const line of lines(toSummary(report))) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("holds no colours", () => {
    expect(toSummary(large)).not.toContain("\u001B");
  });
});

it("calls a run complete that did all but write its report, and says what is wrong", () => {
  const stopReason = { code: "report_unwritable", message: "the report r.html cannot be written" };
  const done = makeReport({ status: "stopped", exitCode: 3, stopReason });
  const [first] = toSummary(done).split("\n");
  expect(first).toMatch(/is complete/);
  expect(toSummary(done)).toContain("Warning    the report r.html cannot be written");
  // Before the first row it is a reason not to begin.
  const rows = { ...done.rows, read: 0, accepted: 0 };
  expect(toSummary({ ...done, rows })).toContain("STOPPED");
});
