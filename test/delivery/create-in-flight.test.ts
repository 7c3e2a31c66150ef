import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createInFlight } from "../../src/delivery/create-in-flight.js";
import { makeEndpoint } from "../helpers/delivery-endpoints.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const work = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("in flight", () => {
  it("is nothing when nothing was started", async () => {
    await createInFlight(2).drain();
  });

  it("lets its caller wait until there is a place", async () => {
    const inFlight = createInFlight(2);
    let started = 0;
    const start = async (id: string) => {
      await inFlight.start([makeEndpoint(id)], () => work(100));
      started += 1;
    };
    const all = start("a")
      .then(() => start("b"))
      .then(() => start("c"));
    await vi.advanceTimersByTimeAsync(99);
    expect(started).toBe(2);
    await vi.advanceTimersByTimeAsync(2);
    expect(started).toBe(3);
    await vi.advanceTimersByTimeAsync(100);
    await all;
  });

  it("lets a batch wait for the one that shares a key, places or not", async () => {
    const inFlight = createInFlight(10);
    const log: string[] = [];
    const run = (name: string, ms: number) => async () => {
      log.push(`${name}+`);
      await work(ms);
      log.push(`${name}-`);
    };
    await inFlight.start([makeEndpoint("a", { user: "u" })], run("first", 100));
    await inFlight.start([makeEndpoint("b")], run("other", 10));
    const third = inFlight.start([makeEndpoint("c", { user: "u" })], run("second", 10));
    await vi.advanceTimersByTimeAsync(200);
    await third;
    await inFlight.drain();
    expect(log).toEqual(["first+", "other+", "other-", "first-", "second+", "second-"]);
  });

  it("drains what was started, and only then resolves", async () => {
    const inFlight = createInFlight(3);
    let drained = false;
    await inFlight.start([makeEndpoint("a")], () => work(50));
    await inFlight.start([makeEndpoint("b")], () => work(500));
    const drain = inFlight.drain().then(() => {
      drained = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(drained).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await drain;
    expect(drained).toBe(true);
  });

  it("keeps apart what shares one key of thousands", async () => {
    const inFlight = createInFlight(60);
    const running = new Set<number>();
    const keysOf = (batch: number) => [
      makeEndpoint(`shared-${batch % 3}`),
      ...Array.from({ length: 300 }, (_, key) => makeEndpoint(`${batch}-${key}`)),
    ];
    const startAll = async () => {
      for (let batch = 0; batch < 120; batch += 1) {
        await inFlight.start(keysOf(batch), async () => {
          for (const other of running) expect(other % 3).not.toBe(batch % 3);
          running.add(batch);
          await work(10);
          running.delete(batch);
        });
      }
      await inFlight.drain();
    };
    await Promise.all([startAll(), vi.advanceTimersByTimeAsync(120 * 11)]);
    expect(running.size).toBe(0);
  });

  it("whatever the batches: never above concurrency, no key twice at a time, each key in order", async () => {
    const batch = fc.record({
      keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), {
        minLength: 1,
        maxLength: 3,
      }),
      ms: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (batches, concurrency) => {
          const inFlight = createInFlight(concurrency);
          const running = new Set<number>();
          const order = new Map<string, number[]>();
          let done = 0;
          const startAll = async () => {
            for (const [index, { keys, ms }] of batches.entries()) {
              await inFlight.start(
                keys.map((key) => makeEndpoint(key)),
                async () => {
                  for (const other of running) {
                    expect(batches[other]?.keys.some((key) => keys.includes(key))).toBe(false);
                  }
                  running.add(index);
                  expect(running.size).toBeLessThanOrEqual(concurrency);
                  for (const key of keys) order.set(key, [...(order.get(key) ?? []), index]);
                  await work(ms);
                  running.delete(index);
                  done += 1;
                },
              );
            }
            await inFlight.drain();
          };
          const all = startAll();
          await Promise.race([all, vi.advanceTimersByTimeAsync(batches.length * 41 + 1)]);
          await all;
          expect(done).toBe(batches.length);
          for (const indexes of order.values()) expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("really uses its places", async () => {
    const inFlight = createInFlight(4);
    let now = 0;
    let most = 0;
    const startAll = async () => {
      for (let index = 0; index < 20; index += 1) {
        await inFlight.start([makeEndpoint(`e${index}`)], async () => {
          now += 1;
          most = Math.max(most, now);
          await work(10);
          now -= 1;
        });
      }
      await inFlight.drain();
    };
    const all = startAll();
    await vi.advanceTimersByTimeAsync(1_000);
    await all;
    expect(most).toBe(4);
  });
});
