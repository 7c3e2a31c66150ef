import { describe, expect, it } from "vitest";
import { splitArguments } from "../../src/cli/split-arguments.js";
import { toNextStep } from "../../src/cli/to-next-step.js";
import type { ImportReport } from "../../src/index.js";
import { makeReport } from "../helpers/reporting-report.js";

const VALUED = ["mapping", "format", "select", "delimiter", "limit", "skip", "rejects", "report"];
const OPTIONS = [
  ...VALUED.map((name) => ({ long: `--${name}`, required: true })),
  ...["--sandbox", "--resume", "--dry-run"].map((long) => ({ long, required: false })),
  { short: "-a", long: "--application-id", required: true },
];

function next(report: ImportReport, line: string, hasProject = true) {
  const parts = splitArguments(line === "" ? [] : line.split(" "), OPTIONS);
  return toNextStep(report, parts, hasProject);
}

const plan = { requests: 1, secondsAtDefaultQuota: 0.5, ratePerSecond: 2, seconds: 0.5 };
const rows = { read: 10, accepted: 8, unchanged: 0, filtered: 0, rejected: 2, pending: 0 };
const first = { input: "b.csv", row: 97, line: 98 };
const rejecting = makeReport({
  rows,
  rejectsFile: "b.rejects.csv",
  rejectsByCode: { endpoint_invalid: 2 },
  rejectsByReason: [{ code: "endpoint_invalid", reason: "no", rows: 2, first }],
});

describe("after a check", () => {
  it("with rejects: a row of the most frequent kind is looked at", () => {
    const check = { ...rejecting, plan };
    expect(next(check, "a.csv b.csv --mapping m.json --delimiter ; --limit 500 -a x")?.command).toBe(
      "pinpoint-import preview --mapping m.json --delimiter ';' --row 97 b.csv",
    );
    for (const piped of ["--mapping m.json", "- --mapping m.json"]) {
      expect(next(check, piped)?.words).toContain("check again");
      expect(next(check, piped)?.command).toBeUndefined();
    }
  });

  const clean = makeReport({ plan });

  it("without: the import", () => {
    expect(next(clean, "a.csv --mapping m.json --dry-run")).toEqual({
      words: "Import it:",
      command: "pinpoint-import run a.csv --mapping m.json",
    });
    expect(next(clean, "--mapping m.json")?.words).toBe("Pipe the same input in again, and import it:");
  });

  it("without, and without a project: the import into a sandbox, or one with something to fill in", () => {
    expect(next(clean, "a.csv --mapping m.json", false)?.command).toBe(
      "pinpoint-import run --sandbox a.csv --mapping m.json",
    );
    const step = next(clean, "a.csv --mapping m.json --endpoint-url http://localhost", false);
    expect(step?.command).toBe(
      "pinpoint-import run --application-id APPLICATION_ID a.csv --mapping m.json --endpoint-url http://localhost",
    );
    expect(step?.words).toContain("APPLICATION_ID");
    expect(next(clean, "a.csv --sandbox", false)?.command).toBe("pinpoint-import run a.csv --sandbox");
  });

  it("of some rows: the check of all", () => {
    expect(next(clean, "a.csv --limit 100 --skip 5 --mapping m.json")).toEqual({
      words: "Check all of it:",
      command: "pinpoint-import check a.csv --mapping m.json",
    });
  });

  it("of nothing: nothing", () => {
    expect(next(makeReport({ plan: { ...plan, requests: 0 } }), "a.csv")).toBeUndefined();
  });
});

describe("after an import", () => {
  it("with rejects: the import of the mended file, by the same mapping", () => {
    const line =
      "a.csv --mapping m.json -a x --rejects b.rejects.csv --resume --limit 9 --report r.json b.csv";
    expect(next(rejecting, line)).toEqual({
      words: "Mend the rows in that file, or the mapping, and import it:",
      command: "pinpoint-import run --mapping m.json -a x b.rejects.csv",
    });
    expect(next(rejecting, "--mapping m.json")?.command).toBe(
      "pinpoint-import run --mapping m.json b.rejects.csv",
    );
  });

  it("of a JSON document with rejects: these are one object a line", () => {
    const report = { ...rejecting, source: { inputs: ["a.json"], format: "json", bytes: 1 } };
    expect(next(report, "a.json --format json --select data.rows --mapping m.json")?.command).toBe(
      "pinpoint-import run --mapping m.json --format jsonl b.rejects.csv",
    );
  });

  it("of an input that stands behind two dashes: options go before the file", () => {
    const report = { ...rejecting, source: { inputs: ["a.json"], format: "json", bytes: 1 } };
    expect(next(report, "--mapping m.json -- a.json")?.command).toBe(
      "pinpoint-import run --mapping m.json --format jsonl b.rejects.csv",
    );
  });

  it("that the service was too ill for: the rejects again, as they are", () => {
    const report = { ...rejecting, rejectsByCode: { service_failed: 2 } };
    expect(next(report, "a.csv")?.words).toContain("again");
    expect(next(report, "a.csv")?.words).not.toContain("Mend");
  });

  it("into a sandbox: the real one", () => {
    expect(next(makeReport(), "a.csv --sandbox --mapping m.json", false)?.command).toBe(
      "pinpoint-import run --application-id APPLICATION_ID a.csv --mapping m.json",
    );
    expect(next(makeReport(), "a.csv --sandbox -a x")?.command).toBe("pinpoint-import run a.csv -a x");
    expect(
      next(makeReport({ rows: { ...rows, accepted: 0, rejected: 0 } }), "a.csv --sandbox"),
    ).toBeUndefined();
  });

  it("in which all went well, or that stopped: nothing", () => {
    expect(next(makeReport(), "a.csv")).toBeUndefined();
    expect(next({ ...rejecting, status: "stopped" }, "a.csv")).toBeUndefined();
  });
});
