import { setTimeout as sleep } from "node:timers/promises";

/** What an account has unless it was raised: 2 UpdateEndpointsBatch requests a second (Pinpoint quotas). */
export const DEFAULT_QUOTA_PER_SECOND = 2;

/** The highest quota that accounts are known to have (Pinpoint quotas before 2025). */
export const HIGHEST_QUOTA_PER_SECOND = 5_000;

/** Growth for each accepted request as long as no limit was met: from 2 to 5,000 a second within some 20 requests. */
const RAMP_FACTOR = 1.5;

/** After the limit was met: how far below it the run settles, and how fast it feels its way up again. */
const BACK_OFF_FACTOR = 0.9;
const PROBE_PER_SECOND = 0.01;

/**
 * The one owner of pace. It knows no HTTP: permission to send goes out, outcomes come in. Times are milliseconds of
 * a monotonic clock.
 */
export interface Pacer {
  /** Resolves when one more request may be sent; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** A request was let through, whatever became of it then. */
  passed(): void;
  throttled(retryAfterMs?: number): void;
  /** Requests a second at this moment. */
  readonly ratePerSecond: number;
  /** The rate at which the service set a limit; undefined as long as it did not. */
  readonly learnedRate: number | undefined;
}

export interface PacerOptions {
  /** A fixed rate in requests a second, or `auto` to find the account's quota. */
  readonly rate: number | "auto";
  /** Where `auto` begins: what an earlier run learned. Default is the documented quota. */
  readonly startRate?: number;
  readonly now?: () => number;
}

/**
 * A token bucket. With a fixed rate it holds at most one request, so that the requests go out evenly. With `auto` it
 * raises the rate with each accepted request until the service answers 429, takes the rate that was accepted until
 * then (the service's own bucket starts full and holds one second's worth), and from then on probes upward slowly.
 */
export function createPacer({ rate, startRate, now = () => performance.now() }: PacerOptions): Pacer {
  const auto = rate === "auto";
  let perSecond = auto ? (startRate ?? DEFAULT_QUOTA_PER_SECOND) : rate;
  let learned: number | undefined = startRate;
  let limitMet = startRate !== undefined;
  let nextAt = now();
  let measuredSince: number | undefined;
  let passedSince = 0;
  let pausedUntil = 0;

  const grow = (elapsedRequests: number) => {
    const factor = limitMet ? 1 + (PROBE_PER_SECOND * elapsedRequests) / perSecond : RAMP_FACTOR;
    perSecond = Math.min(perSecond * factor, HIGHEST_QUOTA_PER_SECOND);
  };

  return {
    get ratePerSecond() {
      return perSecond;
    },
    get learnedRate() {
      return learned;
    },
    async take(signal) {
      for (;;) {
        signal?.throwIfAborted();
        const at = now();
        measuredSince ??= at;
        if (at >= nextAt && at >= pausedUntil) {
          // A pace below one request a millisecond is beyond a timer: what a late wake-up missed is made up for, up
          // to a twentieth of a second.
          nextAt = Math.max(nextAt, at - 50) + 1000 / perSecond;
          return;
        }
        await sleep(Math.ceil(Math.max(nextAt, pausedUntil) - at), undefined, {
          signal,
        });
      }
    },
    passed() {
      passedSince += 1;
      if (auto) grow(1);
    },
    throttled(retryAfterMs) {
      const at = now();
      if (retryAfterMs !== undefined) pausedUntil = Math.max(pausedUntil, at + retryAfterMs);
      if (!auto) {
        nextAt = Math.max(nextAt, at + 1000 / perSecond);
        return;
      }
      // Requests that were under way when the first 429 came say nothing new.
      if (at < pausedUntil && retryAfterMs === undefined) return;
      const seconds = (at - (measuredSince ?? at)) / 1000;
      const measured = passedSince / (1 + seconds);
      perSecond = Math.max(limitMet ? perSecond * BACK_OFF_FACTOR : Math.min(measured, perSecond), 0.1);
      if (!limitMet || perSecond < (learned ?? perSecond)) learned = perSecond;
      limitMet = true;
      pausedUntil = Math.max(pausedUntil, at + Math.max(1000 / perSecond, 100));
      nextAt = pausedUntil;
    },
  };
}
