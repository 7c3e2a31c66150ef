import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createHistory } from "../../src/reporting/create-history.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const none = { accepted: 0, throttled: 0, failed: 0 };

/** A history of a run that decides a row every 10 ms. */
function start() {
  const startedAt = performance.now();
  const look = () => ({
    rows: {
      accepted: Math.floor((performance.now() - startedAt) / 10),
      unchanged: 0,
      filtered: 0,
      rejected: 0,
    },
    batches: none,
    singles: none,
    ratePerSecond: 2,
  });
  return createHistory(startedAt, look);
}

it("begins with the run, looks at it now and then, and ends with the moment at which it is taken", () => {
  const history = start();
  vi.advanceTimersByTime(60);
  expect(history.take().map(({ atMs, rows }) => [atMs, rows.accepted])).toEqual([
    [0, 0],
    [25, 2],
    [50, 5],
    [60, 6],
  ]);
});

it("keeps some hundred points of a run of hours, evenly, from its beginning to its end", () => {
  const history = start();
  vi.advanceTimersByTime(3 * 3_600_000 + 40);
  const points = history.take();
  expect(points.length).toBeGreaterThan(250);
  expect(points.length).toBeLessThanOrEqual(601);
  expect(points[0]?.atMs).toBe(0);
  expect(points.at(-1)).toMatchObject({ atMs: 10_800_040, rows: { accepted: 1_080_004 } });
  const steps = points.slice(1, -1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? 0));
  expect(new Set(steps).size).toBe(1);
});

it("leaves no timer behind when it is closed", () => {
  const history = start();
  expect(vi.getTimerCount()).toBe(1);
  history.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(history.take()).toHaveLength(2);
});
