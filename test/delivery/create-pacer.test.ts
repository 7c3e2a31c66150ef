import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPacer, type Pacer, type Permit } from "../../src/delivery/create-pacer.js";
import {
  countBetween,
  createRandom,
  mostInASecond,
  simulateService,
} from "../helpers/delivery-throttled-service.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

const now = () => performance.now();

/** Takes as fast as the pacer lets it until `untilMs`; returns the times. */
function takeAll(pacer: Pacer, untilMs: number): number[] {
  const times: number[] = [];
  const run = async () => {
    while (now() < untilMs) {
      await pacer.take();
      if (now() < untilMs) times.push(now());
    }
  };
  void run();
  return times;
}

describe("a fixed rate", () => {
  it.each([0.5, 2, 10, 50, 1_000])("of %d a second is kept, evenly", async (rate) => {
    const start = now();
    const times = takeAll(createPacer({ rate }), start + 60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(times.length).toBeGreaterThanOrEqual(60 * rate - 1);
    expect(times.length).toBeLessThanOrEqual(60 * rate + 1);
    expect(mostInASecond(times)).toBeLessThanOrEqual(rate + 1);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(Math.floor(1000 / rate) - 1);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(1000 / rate) + 1);
  });

  it.each([2, 50, 1_000])("of %d a second is shared by all who take", async (rate) => {
    const pacer = createPacer({ rate });
    const start = now();
    const times = Array.from({ length: 10 }, () => takeAll(pacer, start + 10_000));
    await vi.advanceTimersByTimeAsync(10_000);
    const all = times.flat().sort((a, b) => a - b);
    expect(Math.abs(all.length - 10 * rate)).toBeLessThanOrEqual(1);
    expect(mostInASecond(all)).toBeLessThanOrEqual(rate + 1);
  });

  it.each([2, 10, 50, 1_000])("of %d a second is not saved up while nobody takes", async (rate) => {
    const pacer = createPacer({ rate });
    await pacer.take();
    await vi.advanceTimersByTimeAsync(30_000);
    const times = takeAll(pacer, now() + 5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    // What is made up for is at most a tenth of a second.
    expect(mostInASecond(times)).toBeLessThanOrEqual(rate * 1.1 + 1);
  });

  it.each([2, 50, 1_000])(
    "of %d a second meets no 429 where that is the quota, and uses all of it",
    async (rate) => {
      const random = createRandom(rate);
      const start = now();
      const simulation = simulateService(createPacer({ rate }), {
        quota: () => rate,
        workers: 10,
        latencyMs: () => 2 + 6 * random(),
        untilMs: start + 60_000,
        now,
      });
      await vi.advanceTimersByTimeAsync(61_000);
      expect(simulation.throttledAt).toEqual([]);
      expect(simulation.acceptedAt.length).toBeGreaterThanOrEqual(0.99 * 60 * rate);
    },
  );

  it("makes up for a process that was busy for a moment, and for no more than that", async () => {
    const pacer = createPacer({ rate: 1_000 });
    const start = now();
    const times = takeAll(pacer, start + 10_000);
    for (let second = 0; second < 10; second += 1) {
      await vi.advanceTimersByTimeAsync(910);
      // Time passes, and nobody who was woken gets to run.
      vi.advanceTimersByTime(90);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(times.length).toBeGreaterThan(9_900);
    expect(mostInASecond(times)).toBeLessThanOrEqual(1_101);
  });

  it("is kept after a single 429", async () => {
    const pacer = createPacer({ rate: 10 });
    const permit = await pacer.take();
    permit.throttled();
    expect(pacer.ratePerSecond).toBe(10);
    expect(pacer.learnedRate).toBeUndefined();
    const at = now();
    const times = takeAll(pacer, at + 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times.length).toBeGreaterThanOrEqual(99);
  });

  it("above the quota slows down to what is accepted, and is taken up again when there is more", async () => {
    const pacer = createPacer({ rate: 50 });
    const start = now();
    const { sentAt, acceptedAt, throttledAt } = simulateService(pacer, {
      quota: (at) => (at < start + 60_000 ? 10 : 200),
      workers: 10,
      latencyMs: () => 20,
      untilMs: start + 180_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(181_000);
    expect(countBetween(acceptedAt, start + 10_000, start + 60_000)).toBeGreaterThan(0.95 * 10 * 50);
    expect(throttledAt.length / countBetween(sentAt, start, start + 60_000)).toBeLessThan(0.08);
    expect(countBetween(sentAt, start + 170_000, start + 180_000)).toBeGreaterThanOrEqual(499);
    expect(mostInASecond(sentAt)).toBeLessThanOrEqual(56);
    expect(pacer.ratePerSecond).toBe(50);
  });
});

/** What is used of the quota from the tenth second to the sixtieth, and which share of all requests met a 429. */
async function runAuto(
  pacer: Pacer,
  quota: number,
  service: Partial<Parameters<typeof simulateService>[1]> = {},
): Promise<{ used: number; wasted: number }> {
  const start = now();
  const { sentAt, acceptedAt, throttledAt } = simulateService(pacer, {
    quota: () => quota,
    workers: 10,
    latencyMs: () => 20,
    untilMs: start + 60_000,
    now,
    ...service,
  });
  await vi.advanceTimersByTimeAsync(62_000);
  const used = countBetween(acceptedAt, start + 10_000, start + 60_000) / (50 * quota);
  return { used, wasted: throttledAt.length / sentAt.length };
}

describe("auto", () => {
  it.each([
    { quota: 2, workers: 10, latencyMs: 5, most: 0.05 },
    { quota: 2, workers: 10, latencyMs: 50, most: 0.05 },
    { quota: 2, workers: 50, latencyMs: 200, most: 0.05 },
    { quota: 10, workers: 10, latencyMs: 5, most: 0.03 },
    { quota: 10, workers: 10, latencyMs: 50, most: 0.03 },
    { quota: 10, workers: 50, latencyMs: 200, most: 0.05 },
    { quota: 50, workers: 10, latencyMs: 5, most: 0.01 },
    { quota: 50, workers: 10, latencyMs: 50, most: 0.01 },
    { quota: 1_000, workers: 10, latencyMs: 5, most: 0.01 },
  ])(
    "from cold finds $quota a second, latency $latencyMs ms, uses it and wastes little",
    async ({ quota, workers, latencyMs, most }) => {
      const random = createRandom(quota + latencyMs);
      const pacer = createPacer({ rate: "auto" });
      const { used, wasted } = await runAuto(pacer, quota, {
        workers,
        latencyMs: () => latencyMs * (0.5 + random()),
      });
      expect(used).toBeGreaterThanOrEqual(0.98);
      expect(wasted).toBeLessThanOrEqual(most);
      expect(pacer.learnedRate).toBeGreaterThan(0.97 * quota);
      expect(pacer.learnedRate).toBeLessThan(1.03 * quota);
    },
  );

  it.each([2, 10, 50, 1_000])(
    "from what was learned uses %d a second at once, and meets hardly a 429",
    async (quota) => {
      const { used, wasted } = await runAuto(createPacer({ rate: "auto", startRate: quota }), quota, {
        latencyMs: () => 5,
      });
      expect(used).toBeGreaterThanOrEqual(0.98);
      expect(wasted).toBeLessThanOrEqual(0.01);
    },
  );

  it.each([
    { quota: 10, capacity: 2 },
    { quota: 50, capacity: 10 },
    { quota: 50, capacity: 500 },
    { quota: 1_000, capacity: 200 },
    { quota: 1_000, capacity: 10_000 },
  ])("finds $quota a second also where the bucket holds $capacity", async ({ quota, capacity }) => {
    const { used, wasted } = await runAuto(createPacer({ rate: "auto" }), quota, {
      capacity,
      latencyMs: () => 5,
    });
    expect(used).toBeGreaterThan(0.85);
    expect(wasted).toBeLessThan(0.05);
  });

  it("is at 1,000 a second within ten seconds", async () => {
    const pacer = createPacer({ rate: "auto" });
    const start = now();
    const service = { quota: () => 1_000, workers: 10, latencyMs: () => 5, untilMs: start + 12_000, now };
    const { acceptedAt } = simulateService(pacer, service);
    await vi.advanceTimersByTimeAsync(13_000);
    expect(countBetween(acceptedAt, start, start + 1_000)).toBeLessThan(100);
    expect(countBetween(acceptedAt, start + 9_000, start + 10_000)).toBeGreaterThan(950);
  });

  it("counts requests that were let through and failed: they used quota", async () => {
    const random = createRandom(3);
    const pacer = createPacer({ rate: "auto" });
    const { used } = await runAuto(pacer, 50, { fails: () => random() < 0.15 });
    expect(used).toBeGreaterThanOrEqual(0.98);
    expect(pacer.learnedRate).toBeGreaterThan(48);
  });

  it("does not go faster for requests that fail", async () => {
    const pacer = createPacer({ rate: "auto" });
    for (let index = 0; index < 30; index += 1) (await settled(pacer.take())).failed();
    expect(pacer.ratePerSecond).toBe(2);
  });

  it("ramps up to the highest quota known where there is no limit to be met, and no further", async () => {
    const pacer = createPacer({ rate: "auto" });
    const start = now();
    expect(pacer.ratePerSecond).toBe(2);
    const { sentAt, throttledAt } = simulateService(pacer, {
      quota: () => 1e9,
      workers: 50,
      latencyMs: () => 20,
      untilMs: start + 8_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(throttledAt).toEqual([]);
    expect(pacer.learnedRate).toBeUndefined();
    // 50 workers at 20 ms can do 2,500 a second.
    expect(countBetween(sentAt, start + 6_000, start + 7_000)).toBeGreaterThan(2_000);
    expect(pacer.ratePerSecond).toBe(5_000);
  });

  it("begins at the documented quota of the operation", () => {
    expect(createPacer({ rate: "auto", defaultRate: 10 }).ratePerSecond).toBe(10);
  });

  it("follows a quota that was lowered, within seconds", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 50 });
    const start = now();
    const { acceptedAt, throttledAt } = simulateService(pacer, {
      quota: (at) => (at < start + 30_000 ? 50 : 5),
      workers: 10,
      latencyMs: () => 20,
      untilMs: start + 90_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(92_000);
    expect(countBetween(acceptedAt, start + 40_000, start + 90_000)).toBeGreaterThan(0.95 * 50 * 5);
    expect(throttledAt.length).toBeLessThan(40);
    expect(pacer.learnedRate).toBeLessThan(5.5);
  });

  it.each([
    [10, 20],
    [2, 1_000],
  ])("follows a quota that was raised from %d to %d, within minutes", async (before, after) => {
    const pacer = createPacer({ rate: "auto", startRate: before });
    const start = now();
    const { acceptedAt } = simulateService(pacer, {
      quota: (at) => (at < start + 10_000 ? before : after),
      workers: 10,
      latencyMs: () => 5,
      untilMs: start + 180_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(181_000);
    expect(countBetween(acceptedAt, start + 170_000, start + 180_000)).toBeGreaterThan(0.95 * 10 * after);
  });

  it("never falls to a standstill", async () => {
    const pacer = createPacer({ rate: "auto" });
    for (let index = 0; index < 200; index += 1) {
      (await settled(pacer.take())).throttled();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(pacer.ratePerSecond).toBeGreaterThanOrEqual(0.1);
    expect(pacer.learnedRate).toBeUndefined();
  });

  it("takes the 429 of requests that were under way together for one", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 100 });
    const permits: Permit[] = [];
    for (let index = 0; index < 40; index += 1) permits.push(await settled(pacer.take()));
    for (const permit of permits.splice(0, 30)) permit.passed();
    permits.shift()?.throttled();
    const once = pacer.ratePerSecond;
    for (const permit of permits) permit.throttled(2_000);
    expect(pacer.ratePerSecond).toBe(once);
    // 30 were let through in 0.4 seconds.
    expect(once).toBeGreaterThan(70);
    expect(once).toBeLessThan(100);
  });

  it("whatever quota, bucket, latency and faults: goes on, stays below the cap and does not drown in 429s", async () => {
    const cases = fc.record({
      quota: fc.double({ min: 2, max: 60, noNaN: true }),
      share: fc.double({ min: 0.5, max: 3, noNaN: true }),
      latencyMs: fc.integer({ min: 1, max: 150 }),
      failing: fc.double({ min: 0, max: 0.3, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ quota, share, latencyMs, failing, seed }) => {
        const random = createRandom(seed);
        const pacer = createPacer({ rate: "auto" });
        const { used, wasted } = await runAuto(pacer, quota, {
          capacity: Math.max(2, quota * share),
          workers: 12,
          latencyMs: () => latencyMs * (0.5 + random()),
          fails: () => random() < failing,
        });
        expect(used).toBeGreaterThan(0.8);
        expect(wasted).toBeLessThan(0.2);
        expect(pacer.ratePerSecond).toBeLessThanOrEqual(5_000);
        expect(vi.getTimerCount()).toBeLessThanOrEqual(12);
        await vi.advanceTimersByTimeAsync(30_000);
      }),
      { numRuns: 15 },
    );
  });
});

/** Runs the clock on until the work is done. */
async function settled<T>(work: Promise<T>): Promise<T> {
  await Promise.race([work, vi.advanceTimersByTimeAsync(60_000)]);
  return work;
}

describe("Retry-After", () => {
  it.each([{ rate: 50 }, { rate: "auto", startRate: 50 }] as const)("is waited for: %j", async (options) => {
    const pacer = createPacer({ ...options });
    (await pacer.take()).throttled(4_000);
    const at = now();
    const times = takeAll(pacer, at + 6_000);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(times[0]).toBeGreaterThanOrEqual(at + 4_000);
    expect(times[0]).toBeLessThan(at + 4_200);
    expect(times.length).toBeGreaterThan(50);
  });

  it("holds back those who wait already", async () => {
    const pacer = createPacer({ rate: 1 });
    const permit = await pacer.take();
    const times = takeAll(pacer, now() + 60_000);
    await vi.advanceTimersByTimeAsync(500);
    permit.throttled(10_000);
    const at = now();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(times[0]).toBeGreaterThanOrEqual(at + 10_000);
  });

  it("is not cut short by a smaller one", async () => {
    const pacer = createPacer({ rate: 50 });
    const permits = [await settled(pacer.take()), await settled(pacer.take())];
    permits[0]?.throttled(10_000);
    permits[1]?.throttled(1_000);
    const at = now();
    const times = takeAll(pacer, at + 11_000);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(times[0]).toBeGreaterThanOrEqual(at + 10_000);
  });
});

describe("a signal", () => {
  const reason = new Error("stop now");

  it("ends a wait with its reason", async () => {
    vi.useRealTimers();
    const pacer = createPacer({ rate: 0.001 });
    const stopping = new AbortController();
    await pacer.take(stopping.signal);
    const taking = pacer.take(stopping.signal);
    stopping.abort(reason);
    await expect(taking).rejects.toBe(reason);
  });

  it("that was given already keeps from taking", async () => {
    const pacer = createPacer({ rate: 10 });
    await expect(pacer.take(AbortSignal.abort(reason))).rejects.toBe(reason);
    await pacer.take();
  });

  it("leaves no timer behind", async () => {
    const pacer = createPacer({ rate: 0.001 });
    const stopping = new AbortController();
    await pacer.take(stopping.signal);
    const taking = pacer.take(stopping.signal).catch((error: unknown) => error);
    expect(vi.getTimerCount()).toBe(1);
    stopping.abort(reason);
    await taking;
    expect(vi.getTimerCount()).toBe(0);
  });
});
