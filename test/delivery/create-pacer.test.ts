import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPacer, type Pacer } from "../../src/delivery/create-pacer.js";
import { countBetween, mostInASecond, simulateService } from "../helpers/delivery-throttled-service.js";

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
    // What is made up for is at most a twentieth of a second.
    expect(mostInASecond(times)).toBeLessThanOrEqual(rate * 1.05 + 1);
  });

  it("stays what it is, whatever the service says", async () => {
    const pacer = createPacer({ rate: 10 });
    for (let index = 0; index < 50; index += 1) pacer.passed();
    for (let index = 0; index < 50; index += 1) pacer.throttled();
    expect(pacer.ratePerSecond).toBe(10);
    expect(pacer.learnedRate).toBeUndefined();
  });
});

describe("auto", () => {
  it.each([
    { quota: 2, workers: 10, latencyMs: 20 },
    { quota: 10, workers: 10, latencyMs: 20 },
    { quota: 50, workers: 10, latencyMs: 20 },
    { quota: 1_000, workers: 8, latencyMs: 5 },
  ])(
    "finds a quota of $quota a second, uses it, and wastes little",
    async ({ quota, workers, latencyMs }) => {
      const pacer = createPacer({ rate: "auto" });
      const start = now();
      const simulation = simulateService(pacer, {
        quota: () => quota,
        workers,
        latencyMs,
        untilMs: start + 40_000,
        now,
      });
      await vi.advanceTimersByTimeAsync(45_000);
      const used = countBetween(simulation.acceptedAt, start + 10_000, start + 40_000) / (30 * quota);
      const wasted = simulation.throttledAt.length / simulation.sentAt.length;
      expect(used).toBeGreaterThan(0.85);
      expect(used).toBeLessThanOrEqual(1.03);
      expect(wasted).toBeLessThan(0.05);
      expect(pacer.learnedRate).toBeGreaterThan(0.75 * quota);
      expect(pacer.learnedRate).toBeLessThan(1.15 * quota);
    },
  );

  it("ramps up from cold where there is no limit to be met", async () => {
    const pacer = createPacer({ rate: "auto" });
    const start = now();
    expect(pacer.ratePerSecond).toBe(2);
    const { sentAt, throttledAt } = simulateService(pacer, {
      quota: () => 1e9,
      workers: 50,
      latencyMs: 20,
      untilMs: start + 6_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(throttledAt).toEqual([]);
    expect(pacer.learnedRate).toBeUndefined();
    expect(countBetween(sentAt, start, start + 1_000)).toBeLessThan(1_000);
    // 50 workers at 20 ms can do 2,500 a second.
    expect(countBetween(sentAt, start + 5_000, start + 6_000)).toBeGreaterThan(2_000);
    expect(pacer.ratePerSecond).toBeLessThanOrEqual(5_000);
  });

  it("begins where an earlier run left off, and meets no more than a few refusals", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 50 });
    expect(pacer.ratePerSecond).toBe(50);
    expect(pacer.learnedRate).toBe(50);
    const start = now();
    const { acceptedAt, throttledAt } = simulateService(pacer, {
      quota: () => 50,
      workers: 10,
      latencyMs: 20,
      untilMs: start + 10_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(acceptedAt.length).toBeGreaterThan(450);
    expect(throttledAt.length).toBeLessThan(10);
  });

  it("follows a quota that was lowered", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 50 });
    const start = now();
    const { acceptedAt, throttledAt } = simulateService(pacer, {
      quota: () => 5,
      workers: 10,
      latencyMs: 20,
      untilMs: start + 60_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(62_000);
    expect(countBetween(acceptedAt, start + 30_000, start + 60_000)).toBeGreaterThan(0.8 * 30 * 5);
    expect(throttledAt.length).toBeLessThan(60);
    expect(pacer.learnedRate).toBeLessThan(7);
  });

  it("follows a quota that was raised", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 10 });
    const start = now();
    const { acceptedAt } = simulateService(pacer, {
      quota: () => 20,
      workers: 10,
      latencyMs: 20,
      untilMs: start + 120_000,
      now,
    });
    await vi.advanceTimersByTimeAsync(121_000);
    expect(countBetween(acceptedAt, start + 100_000, start + 120_000)).toBeGreaterThan(0.85 * 20 * 20);
  });

  it("never falls to a standstill", async () => {
    const pacer = createPacer({ rate: "auto" });
    for (let index = 0; index < 200; index += 1) {
      pacer.throttled();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(pacer.ratePerSecond).toBeGreaterThanOrEqual(0.1);
  });

  it("takes the 429 of requests that were under way together for one", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 100 });
    for (let index = 0; index < 10; index += 1) pacer.throttled();
    expect(pacer.ratePerSecond).toBe(90);
  });

  it("takes them for one also where each says when to come back", async () => {
    const pacer = createPacer({ rate: "auto", startRate: 100 });
    for (let index = 0; index < 10; index += 1) pacer.throttled(2_000);
    expect(pacer.ratePerSecond).toBe(90);
  });
});

describe("Retry-After", () => {
  it.each([{ rate: 50 }, { rate: "auto", startRate: 50 }] as const)("is waited for: %j", async (options) => {
    const pacer = createPacer({ ...options });
    await pacer.take();
    pacer.throttled(4_000);
    const at = now();
    const times = takeAll(pacer, at + 6_000);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(times[0]).toBeGreaterThanOrEqual(at + 4_000);
    expect(times[0]).toBeLessThan(at + 4_200);
    expect(times.length).toBeGreaterThan(50);
  });

  it("holds back those who wait already", async () => {
    const pacer = createPacer({ rate: 1 });
    await pacer.take();
    const times = takeAll(pacer, now() + 60_000);
    await vi.advanceTimersByTimeAsync(500);
    pacer.throttled(10_000);
    const at = now();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(times[0]).toBeGreaterThanOrEqual(at + 10_000);
  });

  it("is not cut short by a smaller one", async () => {
    const pacer = createPacer({ rate: 50 });
    pacer.throttled(10_000);
    pacer.throttled(1_000);
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
