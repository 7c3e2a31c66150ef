import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { withTicks } from "../src/with-ticks.js";

const never = new AbortController().signal;
const now = () => performance.now();

/** Values, each when it is told to; waits for its signal in between. */
async function* slow(signal: AbortSignal, values: readonly number[], release: readonly Promise<unknown>[]) {
  for (const [index, value] of values.entries()) {
    const aborted = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    aborted.catch(() => {});
    await Promise.race([release[index], aborted]);
    yield value;
  }
}

it("gives what the source gives, and nothing in between where nothing is due", async () => {
  const seen: unknown[] = [];
  const open = (signal: AbortSignal) => slow(signal, [1, 2, 3], []);
  for await (const value of withTicks(open, never, () => undefined)) seen.push(value);
  expect(seen).toEqual([1, 2, 3]);
});

it("ticks when something is due before the source gives more, and loses nothing", async () => {
  const seen: unknown[] = [];
  let due: number | undefined;
  let goOn = (): void => {};
  const second = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  for await (const value of withTicks(
    (signal) => slow(signal, [1, 2], [Promise.resolve(), second]),
    never,
    () => due,
  )) {
    seen.push(value);
    due = value === 1 ? now() : undefined;
    if (value === undefined) goOn();
  }
  expect(seen).toEqual([1, undefined, 2]);
});

it("prefers what is at hand to what is overdue", async () => {
  const seen: unknown[] = [];
  for await (const value of withTicks(
    (signal) => slow(signal, [1, 2, 3], []),
    never,
    () => now() - 60_000,
  ))
    seen.push(value);
  expect(seen).toEqual([1, 2, 3]);
});

it("asks for nothing before it is wanted", async () => {
  let asked = 0;
  async function* counting() {
    for (;;) {
      asked += 1;
      yield asked;
    }
  }
  const ticks = withTicks(
    () => counting(),
    never,
    () => undefined,
  );
  await ticks.next();
  await pause(5);
  expect(asked).toBe(1);
  await ticks.return();
});

it("lets go of a source that waits, when nothing more is wanted, and when the signal comes", async () => {
  const silent = new Promise<never>(() => {});
  const open = (signal: AbortSignal) => slow(signal, [1, 2], [Promise.resolve(), silent]);
  for await (const value of withTicks(open, never, now)) if (value === undefined) break;
  const stopping = new AbortController();
  const reading = async (): Promise<void> => {
    for await (const value of withTicks(open, stopping.signal, () => undefined))
      if (value === 1) setImmediate(() => stopping.abort(new Error("over")));
  };
  await expect(reading()).rejects.toThrow("over");
});

it("passes on what the source fails with, also while it ticks", async () => {
  async function* failing() {
    yield 1;
    await pause(1);
    throw new Error("broken");
  }
  const reading = async (): Promise<void> => {
    for await (const value of withTicks(() => failing(), never, now)) if (value === undefined) await pause(5);
  };
  await expect(reading()).rejects.toThrow("broken");
});
