import { expect, it } from "vitest";
import { createPace } from "../../src/cli/create-pace.js";

/** Sees a count each time that it grows. */
function see(pace: ReturnType<typeof createPace>, steps: readonly (readonly [at: number, count: number])[]) {
  for (const [at, count] of steps) pace.see(count, at);
}

const evenly = (count: number, everyMs: number) =>
  Array.from({ length: count }, (_, index) => [index * everyMs, index * 100] as const);

it("measures from step to step, whenever it is asked", () => {
  const pace = createPace(() => 10_000);
  see(pace, [[0, 0], ...evenly(6, 500).map(([at, count]) => [at + 50, count + 100] as const)]);
  for (const at of [2_550, 2_700, 3_040]) expect(pace.growth(at)).toBeCloseTo(0.2);
});

it("knows nothing until the count has grown twice", () => {
  const pace = createPace(() => 10_000);
  expect(pace.growth(0)).toBeUndefined();
  see(pace, [
    [0, 0],
    [500, 100],
  ]);
  expect(pace.growth(600)).toBeUndefined();
  expect(pace.until(1_000, 600)).toBeUndefined();
  pace.see(200, 1_000);
  expect(pace.growth(1_000)).toBeCloseTo(0.2);
  expect(pace.until(1_000, 1_100)).toBeCloseTo(3_900);
});

it("takes batches that are answered together for one step", () => {
  const pace = createPace(() => 10_000);
  pace.see(0, 0);
  for (let burst = 0; burst < 4; burst += 1)
    for (let batch = 1; batch <= 10; batch += 1)
      pace.see((10 * burst + batch) * 100, 3_000 * burst + 2 * batch);
  expect(pace.growth(9_020)).toBeCloseTo(1_000 / 3_000);
});

it("forgets what was before its window, but for some steps", () => {
  const fast = createPace(() => 2_000);
  see(fast, evenly(10, 1_000));
  see(
    fast,
    evenly(30, 100).map(([at, count]) => [9_100 + at, 1_000 + count] as const),
  );
  expect(fast.growth(12_000)).toBeCloseTo(1);
  const slow = createPace(() => 1_000);
  see(slow, evenly(10, 4_000));
  slow.see(950, 37_000);
  expect(slow.growth(37_000)).toBeCloseTo(650 / 25_000, 3);
});

it("grows more slowly when nothing comes, and not at all in the end", () => {
  const pace = createPace(() => 5_000);
  see(pace, evenly(11, 500));
  expect(pace.growth(5_900)).toBeCloseTo(0.2);
  expect(pace.growth(8_000)).toBeLessThan(0.16);
  expect(pace.growth(8_000)).toBeGreaterThan(0.1);
  expect(pace.growth(10_100)).toBe(0);
  expect(pace.until(2_000, 10_100)).toBeGreaterThan(7_000);
});

it("stays right in a long run", () => {
  const pace = createPace((ageMs) => ageMs);
  see(pace, evenly(10_001, 100));
  expect(pace.growth(1_000_000)).toBeCloseTo(1);
});
