import { describe, expect, it } from "vitest";
import { createTimeLeft } from "../../src/cli/create-time-left.js";

/** A run: how many rows it has, and how many are decided in each step. */
interface Run {
  readonly rows: number;
  readonly startShare?: number;
  /** Rows that a step decides, and the milliseconds that it takes. */
  step(decided: number, at: number): { readonly rows: number; readonly ms: number };
  /** What the pace allows, in requests a second; 0 in a check. */
  readonly rate: (at: number) => number;
  /** The quota as far as it is known by then. */
  readonly quota?: (at: number) => number | undefined;
}

const SECOND = 1_000;

/** A batch of a hundred rows at a time, at the rate. */
const batches = (rate: (at: number) => number) => (_: number, at: number) => ({
  rows: 100,
  ms: SECOND / rate(at),
});

const given = (rate: number): Pick<Run, "rate" | "quota"> => ({ rate: () => rate, quota: () => rate });

/**
 * A quota that is looked for as the pace does that: from 2 a second on ever faster, far beyond the quota, which lets through what
 * its bucket held, until it is known.
 */
function learning(quota: number, foundAt: number): Pick<Run, "rate" | "quota" | "step"> {
  const growth = Math.log((4 * quota) / 2) / foundAt;
  const rate = (at: number): number => (at < foundAt ? 2 * Math.exp(growth * at) : 0.98 * quota);
  return {
    rate,
    quota: (at) => (at < foundAt ? undefined : 0.98 * quota),
    step: batches((at) => (at < foundAt ? rate(at) : quota)),
  };
}

/** Numbers that look like chance and are always the same. */
function createNoise(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

/** What was said of the time left, five times a second, and what was true. */
function simulate({ rows, startShare = 0, step, rate, quota = () => undefined }: Run) {
  const timeLeft = createTimeLeft();
  const said: { readonly share: number; readonly at: number; readonly ms: number | undefined }[] = [];
  let at = 0;
  let lookAt = 0;
  let decided = 0;
  const toShare = () => startShare + (1 - startShare) * (decided / rows);
  const see = () => {
    timeLeft.see({ share: toShare(), ratePerSecond: rate(at), quotaPerSecond: quota(at) }, at);
  };
  see();
  while (decided < rows) {
    const { rows: more, ms } = step(decided, at);
    const next = at + ms;
    for (; lookAt < next; lookAt += 200)
      said.push({ share: toShare(), at: lookAt, ms: timeLeft.msFrom(lookAt) });
    at = next;
    decided = Math.min(rows, decided + more);
    see();
  }
  return { said, tookMs: at, startShare };
}

/** The worst of what was said after the first tenth, as a share of the truth; within the last seconds those count. */
function worstAfterFirstTenth({ said, tookMs, startShare }: ReturnType<typeof simulate>): number {
  const later = said.filter(({ share }) => share >= startShare + 0.1 * (1 - startShare));
  expect(later.length).toBeGreaterThan(20);
  return Math.max(
    ...later.map(({ at, ms }) => {
      const trueMs = tookMs - at;
      if (ms === undefined) throw new Error(`nothing was said at ${at} ms`);
      return Math.abs(ms - trueMs) / Math.max(trueMs, 5 * SECOND);
    }),
  );
}

const noise = createNoise();
const runs: readonly (readonly [string, Run])[] = [
  ["a check at one speed", { rows: 1_000_000, rate: () => 0, step: () => ({ rows: 400, ms: 12 }) }],
  [
    "a check whose pieces take as long as they like",
    { rows: 1_000_000, rate: () => 0, step: () => ({ rows: 400, ms: 4 + 16 * noise() }) },
  ],
  ["two requests a second", { rows: 6_000, ...given(2), step: batches(() => 2) }],
  ["two requests a second for hours", { rows: 1_000_000, ...given(2), step: batches(() => 2) }],
  ["one request in two seconds", { rows: 6_000, ...given(0.5), step: batches(() => 0.5) }],
  ["a quota of 2 that is learned in the first second", { rows: 10_000, ...learning(2, 1_000) }],
  ["a quota of 50 that is learned in two seconds", { rows: 180_000, ...learning(50, 2_000) }],
  ["a quota of 1,000 that is learned in five seconds", { rows: 5_000_000, ...learning(1_000, 5_000) }],
  [
    "no quota, and a service that takes as much as it can by three seconds",
    {
      rows: 1_000_000,
      rate: (at) => Math.min(400, 2 * Math.exp(at / 550)),
      step: batches((at) => Math.min(250, 2 * Math.exp(at / 550))),
    },
  ],
  ["a run that goes on at 60 %", { rows: 40_000, startShare: 0.6, ...given(2), step: batches(() => 2) }],
  [
    "a service that answers ten requests at once, each second",
    { rows: 100_000, ...given(50), step: (decided) => ({ rows: 100, ms: decided % 1_000 === 0 ? 991 : 1 }) },
  ],
  [
    "a rate that wavers about the quota",
    {
      rows: 60_000,
      rate: (at) => 2 * (1 + 0.03 * Math.sin(at / 5_000)),
      quota: () => 2,
      step: batches((at) => 2 * (1 + 0.03 * Math.sin(at / 5_000))),
    },
  ],
  [
    "a rate that searches far above the quota now and then, to no avail",
    {
      rows: 60_000,
      rate: (at) => (at % 30_000 < 3_000 ? 4 : 2),
      quota: () => 2,
      step: batches(() => 2),
    },
  ],
  [
    "one row in three that has not changed, in no order",
    { rows: 200_000, ...given(20), step: () => ({ rows: 100 + 100 * noise(), ms: 50 }) },
  ],
];

describe("the time left after the first tenth", () => {
  it.each(runs)("is right within 20 %%: %s", (_, run) => {
    expect(worstAfterFirstTenth(simulate(run))).toBeLessThan(0.2);
  });

  it("follows when the run becomes slower for good", () => {
    // What was sent before comes first, and is known.
    const run = simulate({
      rows: 100_000,
      ...given(2),
      step: (decided) => (decided < 40_000 ? { rows: 1_000, ms: 20 } : { rows: 100, ms: 500 }),
    });
    const slowFrom = 800;
    for (const { at, ms = 0 } of run.said) {
      if (at < slowFrom + 20 * SECOND) continue;
      const trueMs = run.tookMs - at;
      expect(Math.abs(ms - trueMs) / Math.max(trueMs, 5 * SECOND), `at ${at} ms`).toBeLessThan(0.2);
    }
  });
});

describe("what is said", () => {
  it("is nothing while the quota is being learned", () => {
    const { said } = simulate({ rows: 400_000, ...learning(50, 6_000) });
    const first = said.find(({ ms }) => ms !== undefined);
    expect(first?.at).toBeGreaterThanOrEqual(7_500);
    expect(first?.at).toBeLessThan(8_000);
  });

  it("does not jump in a short run", () => {
    const random = createNoise();
    const { said } = simulate({
      rows: 40_000,
      rate: () => 0,
      step: () => ({ rows: 400, ms: 20 + 160 * random() }),
    });
    const later = said.filter(({ at, ms }) => ms !== undefined && at > 1_500);
    expect(later.length).toBeGreaterThan(20);
    for (const [index, { ms = 0 }] of later.entries()) {
      const before = later[index - 1]?.ms ?? ms;
      expect(Math.abs(before - 200 - ms)).toBeLessThan(500);
    }
  });

  it("counts down between two batches", () => {
    const timeLeft = createTimeLeft();
    for (let batch = 0; batch <= 10; batch += 1)
      timeLeft.see({ share: batch / 20, ratePerSecond: 0.5, quotaPerSecond: 0.5 }, batch * 2_000);
    const before = timeLeft.msFrom(20_000) ?? 0;
    expect(before).toBeCloseTo(20_000, -2);
    expect(timeLeft.msFrom(21_000)).toBeCloseTo(19_000, -2);
  });

  it("grows while nothing gets on", () => {
    const timeLeft = createTimeLeft();
    for (let batch = 0; batch <= 20; batch += 1)
      timeLeft.see({ share: batch / 100, ratePerSecond: 2, quotaPerSecond: 2 }, batch * 500);
    const before = timeLeft.msFrom(10_000) ?? 0;
    for (let at = 10_200; at <= 60_000; at += 200) timeLeft.msFrom(at);
    expect(timeLeft.msFrom(60_000)).toBeGreaterThan(2 * before);
  });
});
