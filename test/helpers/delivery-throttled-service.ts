import { setMaxListeners } from "node:events";
import { vi } from "vitest";
import type { Pacer, Permit } from "../../src/delivery/create-pacer.js";

export interface Simulation {
  /** Times at which requests reached the service, in milliseconds since the start, and what became of them. */
  readonly accepted: number[];
  readonly throttled: number[];
}

export interface ServiceOptions {
  /** Requests a second, by the seconds since the start. */
  readonly quota: number | ((seconds: number) => number);
  /** What the bucket holds when it is full, as it is at the start: in seconds' worth of quota, at least one request. */
  readonly bucketSeconds?: number;
  readonly seconds: number;
  /** Requests in flight at most. */
  readonly workers?: number;
  /** From the permission to the answer; half of it passes on the way to the service. */
  readonly latencyMs?: number;
  /** Up to as much more on the way there, and back, by chance. */
  readonly jitterMs?: number;
  /** The share of requests that are let through and fail, and of those that are refused for no reason of quota. */
  readonly failing?: number;
  readonly stray?: number;
  /** Requests a second that another program makes. */
  readonly others?: number;
  readonly retryAfterMs?: number;
  /** Seconds that a worker has nothing to send, by the seconds since the start. */
  readonly idle?: (seconds: number) => number;
  readonly seed?: number;
}

/**
 * A service with a quota as Pinpoint has it: a token bucket that answers 429 when it is empty. Workers send at the pacer's
 * pace until the time is up. Runs under vitest's fake clock, which it moves on.
 */
export async function simulateService(pacer: Pacer, options: ServiceOptions): Promise<Simulation> {
  const { quota, bucketSeconds = 1, seconds, workers = 20, latencyMs = 20, jitterMs = 0 } = options;
  const { failing = 0, stray = 0, others = 0, retryAfterMs, idle = () => 0, seed = 1 } = options;
  const random = createRandom(seed);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const startAt = performance.now();
  const elapsedMs = (): number => performance.now() - startAt;
  const quotaAt = (ms: number): number => (typeof quota === "number" ? quota : quota(ms / 1000));
  const capacityAt = (ms: number): number => Math.max(1, bucketSeconds * quotaAt(ms));
  const accepted: number[] = [];
  const throttled: number[] = [];
  let tokens = capacityAt(0);
  let filledAt = 0;

  const tryTake = (): boolean => {
    const at = elapsedMs();
    tokens = Math.min(capacityAt(at), tokens + ((at - filledAt) / 1000) * quotaAt(at));
    filledAt = at;
    // The rounding errors of many small refills must not cost a token.
    if (tokens < 1 - 1e-9) return false;
    tokens -= 1;
    return true;
  };

  const request = async (permit: Permit): Promise<void> => {
    await wait(latencyMs / 2 + random() * jitterMs);
    const isStray = stray > 0 && random() < stray;
    const letThrough = !isStray && tryTake();
    (letThrough ? accepted : throttled).push(elapsedMs());
    await wait(latencyMs / 2 + random() * jitterMs);
    if (!letThrough) permit.throttled(retryAfterMs);
    else if (failing > 0 && random() < failing) permit.failed();
    else permit.passed();
  };
  const work = async (): Promise<void> => {
    for (;;) {
      const idleSeconds = idle(elapsedMs() / 1000);
      if (idleSeconds > 0) await wait(idleSeconds * 1000);
      await request(await pacer.take(stopping.signal));
    }
  };
  const takeForOthers = async (): Promise<void> => {
    for (; elapsedMs() < seconds * 1000; tryTake()) await wait(1000 / others);
  };

  for (let worker = 0; worker < workers; worker += 1) work().catch(() => {});
  if (others > 0) void takeForOthers();
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  stopping.abort();
  const result = { accepted: [...accepted], throttled: [...throttled] };
  // Those under way are answered.
  await vi.advanceTimersByTimeAsync(latencyMs + 2 * jitterMs);
  return result;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** From now on no timer fires in the last `ms` of a second, as if the event loop were busy then. */
export function stallEachSecond(ms: number): void {
  const { setTimeout: original } = globalThis;
  vi.stubGlobal("setTimeout", (callback: () => void, delayMs = 0) => {
    const intoSecond = (performance.now() + delayMs) % 1000;
    return original(callback, intoSecond > 1000 - ms ? delayMs + 1000 - intoSecond : delayMs);
  });
}

/** How many of the times, in milliseconds, lie within `[fromSeconds, toSeconds)`. */
export function countBetween(times: readonly number[], fromSeconds: number, toSeconds: number): number {
  return times.filter((time) => time >= fromSeconds * 1000 && time < toSeconds * 1000).length;
}

/** The most times, in milliseconds, that fall within any span of so long. */
export function mostWithin(times: readonly number[], spanMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - spanMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Numbers from 0 to 1 that are the same for the same seed, which is above 0 (Lehmer's generator). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
