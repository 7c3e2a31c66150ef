import { expect, it } from "vitest";
import { toLine } from "../../src/reporting/to-line.js";
import { makeReport } from "../helpers/reporting-report.js";

const rows = { read: 12_000, accepted: 11_995, unchanged: 0, filtered: 0, rejected: 5, pending: 0 };

it("is nothing where all is well", () => {
  expect(toLine(makeReport({ rows: { ...rows, rejected: 0 }, rejectsFile: null }))).toBeUndefined();
});

it("says how many rows were rejected, and where they are", () => {
  expect(toLine(makeReport({ rows, rejectsFile: "r.csv" }))).toBe(
    "5 of 12,000 rows were rejected and stand in r.csv",
  );
});

it("says in one line why a run stopped, and how to go on", () => {
  const line = toLine(
    makeReport({
      rows: { ...rows, rejected: 0 },
      rejectsFile: null,
      stopReason: { code: "service_down", message: "the service is down:\nno batch" },
      resumeCommand: "pinpoint-import run --resume a.csv",
    }),
  );
  expect(line).toBe("stopped: the service is down: no batch; go on with: pinpoint-import run --resume a.csv");
});
