import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRequestWatch } from "../src/create-request-watch.js";
import type { Endpoint } from "../src/domain.js";
import type { RowTicket } from "../src/state/create-commit-tracker.js";
import { makeEndpoint } from "./helpers/delivery-endpoints.js";
import { connectionError, modelled } from "./helpers/delivery-errors.js";
import { createFakeTarget } from "./helpers/delivery-targets.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A batch of these rows of the first input. */
function toBatch(...rows: readonly number[]): readonly Endpoint[] {
  return rows.map((row) => {
    const ticket: Pick<RowTicket, "input" | "row"> = { input: 0, row };
    return { ...makeEndpoint(`e${row}`), ticket };
  });
}

/** A target that takes so many milliseconds for each answer in turn. */
function start(...answers: readonly (readonly [ms: number, error?: Error])[]) {
  const watch = createRequestWatch(performance.now());
  const inner = createFakeTarget((_, request) => {
    const [ms, error] = answers[request - 1] ?? [1];
    vi.advanceTimersByTime(ms);
    return error;
  });
  return { watch, inner, target: watch.watch(inner) };
}

it("counts answers by kind, each operation by itself, and passes all of them on", async () => {
  const throttled = modelled(429);
  const { watch, inner, target } = start(
    [1],
    [1, throttled],
    [1, modelled(400)],
    [1, modelled(500)],
    [1, throttled],
  );
  await target.send(toBatch(1, 2));
  await expect(target.send(toBatch(3))).rejects.toBe(throttled);
  await expect(target.send(toBatch(3))).rejects.toThrow();
  await expect(target.send(toBatch(3))).rejects.toThrow();
  await expect(target.sendOne(toBatch(3)[0] as Endpoint)).rejects.toBe(throttled);
  await target.sendOne(toBatch(3)[0] as Endpoint);
  expect(watch.batches).toEqual({ accepted: 1, throttled: 1, failed: 2 });
  expect(watch.singles).toEqual({ accepted: 1, throttled: 1, failed: 0 });
  expect(inner.requests).toEqual([["e1", "e2"], ["e3"], ["e3"], ["e3"], ["e3"], ["e3"]]);
  expect(target.description).toBe(inner.description);
});

it("takes the time of a batch from its first request to its last answer, with all its tries", async () => {
  const { watch, target } = start([100], [30, modelled(429)], [40, connectionError("ECONNRESET")], [50]);
  await target.send(toBatch(1, 2, 3));
  const again = toBatch(7, 9);
  await target.send(again).catch(() => {});
  vi.advanceTimersByTime(1_000);
  await target.send(again).catch(() => {});
  expect(watch.slowest.map(({ outcome }) => outcome)).toEqual(["failed", "accepted"]);
  await target.send(again);
  expect(watch.slowest).toEqual([
    {
      startedAtMs: 100,
      tookMs: 1_120,
      items: 2,
      tries: 3,
      throttled: 1,
      outcome: "accepted",
      from: { input: 0, row: 7 },
      to: { input: 0, row: 9 },
    },
    expect.objectContaining({ startedAtMs: 0, tookMs: 100, items: 3, tries: 1, outcome: "accepted" }),
  ]);
});

it("keeps the ten that took longest, the longest first", async () => {
  const times = Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1);
  const { watch, target } = start(...times.map((ms) => [ms] as const));
  for (const [index] of times.entries()) await target.send(toBatch(index + 1));
  expect(watch.slowest.map(({ tookMs }) => tookMs)).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31]);
});
