import type { Pacer } from "../../src/delivery/create-pacer.js";

export interface Simulation {
  /** Times at which requests reached the service, in milliseconds. */
  readonly sentAt: number[];
  readonly acceptedAt: number[];
  readonly throttledAt: number[];
}

export interface SimulatedService {
  /** Requests a second, refilled evenly. */
  readonly quota: (nowMs: number) => number;
  /** Tokens that the bucket holds at most, and at the start; default one second's worth. */
  readonly capacity?: number;
  readonly workers: number;
  /** Time to the answer; half of it passes before the request arrives. */
  readonly latencyMs: () => number;
  /** Whether a request that was let through fails for another reason. */
  readonly fails?: () => boolean;
  readonly untilMs: number;
  readonly now: () => number;
  readonly retryAfterMs?: number;
}

/**
 * A service with a quota as Pinpoint has it: a token bucket that answers 429 when it is empty. Workers send at the pacer's
 * pace until the clock says `untilMs`. Runs under a fake clock.
 */
export function simulateService(pacer: Pacer, service: SimulatedService): Simulation {
  const { quota, workers, latencyMs, untilMs, now } = service;
  const simulation: Simulation = { sentAt: [], acceptedAt: [], throttledAt: [] };
  const capacityAt = (at: number): number => service.capacity ?? Math.max(1, quota(at));
  let tokens = capacityAt(now());
  let filledAt = now();

  const tryTake = (): boolean => {
    const at = now();
    tokens = Math.min(capacityAt(at), tokens + ((at - filledAt) / 1000) * quota(at));
    filledAt = at;
    if (tokens < 1 - 1e-9) return false;
    tokens -= 1;
    return true;
  };

  const work = async (): Promise<void> => {
    while (now() < untilMs) {
      const permit = await pacer.take();
      if (now() >= untilMs) return;
      const halfMs = latencyMs() / 2;
      await wait(halfMs);
      const at = now();
      simulation.sentAt.push(at);
      const accepted = tryTake();
      await wait(halfMs);
      (accepted ? simulation.acceptedAt : simulation.throttledAt).push(at);
      if (!accepted) permit.throttled(service.retryAfterMs);
      else if (service.fails?.()) permit.failed();
      else permit.passed();
    }
  };
  for (let worker = 0; worker < workers; worker += 1) void work();
  return simulation;
}

function wait(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

/** How many of the times lie within `[fromMs, toMs)`. */
export function countBetween(times: readonly number[], fromMs: number, toMs: number): number {
  return times.filter((time) => time >= fromMs && time < toMs).length;
}

/** The most times that fall within any second. */
export function mostInASecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Numbers from 0 up to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
