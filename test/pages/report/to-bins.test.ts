import fc from "fast-check";
import { expect, it } from "vitest";
import { toBins } from "../../../src/pages/report/to-bins.js";
import type { HistoryPoint } from "../../../src/reporting/report-page-data.js";

/** A point at which so many rows were accepted, and as many requests. */
const toPoint = (atMs: number, count: number): HistoryPoint => ({
  atMs,
  rows: { accepted: count, unchanged: 0, filtered: 0, rejected: 2 * count },
  batches: { accepted: count, throttled: 0, failed: 0 },
  singles: { accepted: 0, throttled: count, failed: 0 },
  ratePerSecond: count,
});

it("joins points of a tenth of a second into some that can be read", () => {
  const points = Array.from({ length: 101 }, (_, index) => toPoint(index * 100, index));
  const bins = toBins(points);
  expect(bins).toHaveLength(10);
  expect(bins[0]).toEqual({
    fromMs: 0,
    toMs: 1_000,
    rows: { accepted: 10, unchanged: 0, filtered: 0, rejected: 20 },
    batches: { accepted: 10, throttled: 0, failed: 0 },
    singles: { accepted: 0, throttled: 10, failed: 0 },
    ratePerSecond: 10,
  });
});

it("has nothing to show of a run without time", () => {
  expect(toBins([])).toEqual([]);
  expect(toBins([toPoint(0, 0)])).toEqual([]);
  expect(toBins([toPoint(0, 0), toPoint(0, 0)])).toEqual([]);
});

it("leaves nothing out and counts nothing twice, whenever the run was looked at", () => {
  const gaps = fc.array(fc.record({ ms: fc.nat(5_000), count: fc.nat(100) }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(gaps, (steps) => {
      let at = 0;
      let count = 50;
      const points = steps.map(({ ms, count: more }) => {
        at += ms;
        count += more;
        return toPoint(at, count);
      });
      const bins = toBins(points);
      const last = points.at(-1) as HistoryPoint;
      const first = points[0] as HistoryPoint;
      fc.pre(last.atMs > first.atMs);
      expect(bins.length).toBeLessThanOrEqual(60);
      expect(bins[0]?.fromMs).toBe(first.atMs);
      expect(bins.at(-1)?.toMs).toBe(last.atMs);
      for (const [index, bin] of bins.entries()) {
        expect(bin.toMs).toBeGreaterThan(bin.fromMs);
        if (index > 0) expect(bin.fromMs).toBe(bins[index - 1]?.toMs);
      }
      const sum = bins.reduce((total, { rows }) => total + rows.accepted, 0);
      expect(sum).toBe(last.rows.accepted - first.rows.accepted);
    }),
  );
});
