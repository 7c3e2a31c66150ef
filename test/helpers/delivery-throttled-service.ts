import type { Pacer } from "../../src/delivery/create-pacer.js";

export interface Simulation {
  /** Times at which requests went out, in milliseconds. */
  readonly sentAt: number[];
  readonly acceptedAt: number[];
  readonly throttledAt: number[];
}

/**
 * A service with a quota as Pinpoint has it: a token bucket that starts full, holds one second's worth and answers 429
 * when it is empty. Workers send at the pacer's pace until the clock says `untilMs`. Runs under a fake clock.
 */
export function simulateService(
  pacer: Pacer,
  options: {
    readonly quota: (nowMs: number) => number;
    readonly workers: number;
    readonly latencyMs: number;
    readonly untilMs: number;
    readonly now: () => number;
    readonly retryAfterMs?: number;
  },
): Simulation {
  const { quota, workers, latencyMs, untilMs, now, retryAfterMs } = options;
  const simulation: Simulation = { sentAt: [], acceptedAt: [], throttledAt: [] };
  let tokens = Math.max(1, quota(now()));
  let filledAt = now();

  const tryTake = (): boolean => {
    const at = now();
    const perSecond = quota(at);
    tokens = Math.min(Math.max(1, perSecond), tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
    if (tokens < 1 - 1e-9) return false;
    tokens -= 1;
    return true;
  };

  const work = async (): Promise<void> => {
    while (now() < untilMs) {
      await pacer.take();
      const at = now();
      if (at >= untilMs) return;
      simulation.sentAt.push(at);
      const accepted = tryTake();
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      if (accepted) {
        simulation.acceptedAt.push(at);
        pacer.passed();
      } else {
        simulation.throttledAt.push(at);
        pacer.throttled(retryAfterMs);
      }
    }
  };
  for (let worker = 0; worker < workers; worker += 1) void work();
  return simulation;
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
