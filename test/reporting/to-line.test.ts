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

it("tells of an input without a row, with what was noticed", () => {
  const empty = { ...rows, read: 0, accepted: 0, rejected: 0 };
  expect(toLine(makeReport({ rows: empty, warnings: ["a.csv is empty"] }))).toBe(
    "no row was read; a.csv is empty",
  );
});

it("calls no run stopped that did all but write its report", () => {
  const stopReason = { code: "report_unwritable", message: "the report cannot be written" };
  expect(toLine(makeReport({ rows: { ...rows, rejected: 0 }, stopReason }))).toBe(
    "the report cannot be written",
  );
});
