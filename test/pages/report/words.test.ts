import { describe, expect, it } from "vitest";
import { toOutcome } from "../../../src/pages/report/to-outcome.js";
import { toTicks } from "../../../src/pages/report/to-ticks.js";
import { toClock, toInputName, toRate, toShare, toSize } from "../../../src/pages/report/to-words.js";
import { makeReport } from "../../helpers/reporting-report.js";

describe("the words of the page", () => {
  it.each([
    [0, "0"],
    [0.4, "400 ms"],
    [1.54, "1.5 s"],
    [15, "15 s"],
    [59.99, "1:00"],
    [90, "1:30"],
    [3_725, "1:02:05"],
  ])("%d s after the beginning is %s", (seconds, words) => expect(toClock(seconds)).toBe(words));

  it.each([
    [0, 0, "0 %"],
    [0, 10, "0 %"],
    [1, 1_000_000, "under 0.1 %"],
    [999_999, 1_000_000, "over 99.9 %"],
    [10, 10, "100 %"],
    [1, 3, "33.3 %"],
  ])("%d of %d is %s", (part, whole, words) => expect(toShare(part, whole)).toBe(words));

  it.each([
    [0.25, "0.25"],
    [1.94, "1.9"],
    [1_234.5, "1,235"],
  ])("%d a second is %s", (rate, words) => expect(toRate(rate)).toBe(words));

  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1_000, "1 KB"],
    [421_867, "421.9 KB"],
    [5_500_000_000, "5.5 GB"],
  ])("%d bytes are %s", (bytes, words) => expect(toSize(bytes)).toBe(words));

  it.each([
    [0.05, [0, 0.01, 0.02, 0.03, 0.04, 0.05]],
    [0.4, [0, 0.1, 0.2, 0.3, 0.4]],
    [22.3, [0, 5, 10, 15, 20]],
    [5_000, [0, 1_800, 3_600]],
    [200_000, [0, 43_200, 86_400, 129_600, 172_800]],
  ])("an axis of %d s has marks where one reads time", (seconds, ticks) =>
    expect(toTicks(0, seconds, 5)).toEqual(ticks),
  );

  it.each([
    ["a/b.csv", ["a/b.csv", "a/c.csv"], "b.csv"],
    ["a/b.csv", ["a/b.csv", "c/b.csv"], "a/b.csv"],
    ["C:\\b.csv", ["C:\\b.csv"], "b.csv"],
    ["-", ["-"], "standard input"],
  ])("the input %s of %j is %s", (input, inputs, name) => expect(toInputName(input, inputs)).toBe(name));

  const rows = { read: 10, accepted: 8, unchanged: 0, filtered: 0, rejected: 2, pending: 0 };
  const plan = { requests: 1, secondsAtDefaultQuota: 1, ratePerSecond: 2, seconds: 1 };
  const stopReason = { code: "access_denied", message: "access denied: add the permission" };
  it.each([
    [makeReport(), "good", "Import complete, nothing was rejected"],
    [makeReport({ plan }), "good", "Check complete, nothing was rejected"],
    [makeReport({ rows }), "mixed", "Import complete, 2 of 10 rows rejected"],
    [
      makeReport({ rows: { ...rows, read: 0, accepted: 0, rejected: 0 } }),
      "mixed",
      "Import complete, without any row",
    ],
    [makeReport({ status: "stopped", stopReason, rows }), "bad", "Import stopped before the end"],
  ])("the outcome comes first (%#)", (report, tone, headline) =>
    expect(toOutcome(report)).toMatchObject({ tone, headline }),
  );

  it("says why a run stopped", () => {
    expect(toOutcome(makeReport({ status: "stopped", stopReason })).detail).toBe(
      "access denied: add the permission",
    );
  });
});
