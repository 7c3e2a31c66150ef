import { DEFAULT_QUOTA_PER_SECOND } from "../domain.js";
import { createRateFinder } from "./create-rate-finder.js";

/**
 * What late wake-ups and a busy process have missed is made up for, up to so long. It is well below the second's worth that
 * Pinpoint's own bucket holds, so that no request meets an empty one for it.
 */
const CATCH_UP_MS = 100;

/** After a 429 the bucket gains a little before the next request, lest those under way at the moment leave it empty. */
const MIN_PAUSE_MS = 50;

/**
 * The one owner of pace. It knows no HTTP: permission to send goes out, outcomes come in.
 */
export interface Pacer {
  /** Resolves when one more request may be sent; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<Permit>;
  /** Requests a second at this moment. */
  readonly ratePerSecond: number;
  /** The quota that `auto` measured; undefined as long as no limit was met. */
  readonly learnedRate: number | undefined;
}

/** Permission for one request. Whoever has it tells what became of the request, once. */
export interface Permit {
  /** The service let it through and dealt with it: accepted, or refused for its content. */
  passed(): void;
  /** The service let it through, and it failed: quota was used, but there is no reason to go faster. */
  failed(): void;
  /** The service's quota was used up. */
  throttled(retryAfterMs?: number): void;
}

export interface PacerOptions {
  /** A fixed rate in requests a second, or `auto` to find the account's quota. A fixed one is left for a lower one only while the service throttles. */
  readonly rate: number | "auto";
  /** Where `auto` begins: what an earlier run learned. */
  readonly startRate?: number;
  /** Where it begins otherwise: the documented quota of the operation, in requests a second. Default 2. */
  readonly defaultRate?: number;
}

/** Lets requests out evenly, as a token bucket does. */
export function createPacer({
  rate,
  startRate,
  defaultRate = DEFAULT_QUOTA_PER_SECOND,
}: PacerOptions): Pacer {
  const ceiling = rate === "auto" ? undefined : rate;
  const finder = createRateFinder({ ceiling, startRate, defaultRate }, performance.now());
  let nextAt = performance.now();
  let pausedUntil = 0;

  const toPermit = (sentAt: number): Permit => ({
    passed: () => finder.letThrough(performance.now(), true),
    failed: () => finder.letThrough(performance.now(), false),
    throttled(retryAfterMs = 0) {
      const now = performance.now();
      pausedUntil = Math.max(pausedUntil, now + retryAfterMs);
      if (!finder.throttled(now, sentAt)) return;
      pausedUntil = Math.max(pausedUntil, now + Math.max(1000 / finder.rateAt(now), MIN_PAUSE_MS));
      nextAt = Math.max(nextAt, pausedUntil);
    },
  });

  return {
    get ratePerSecond() {
      return finder.rateAt(performance.now());
    },
    get learnedRate() {
      return ceiling === undefined ? finder.quota : undefined;
    },
    async take(signal) {
      for (;;) {
        signal?.throwIfAborted();
        const now = performance.now();
        const waitMs = Math.max(nextAt, pausedUntil) - now;
        if (waitMs <= 0) {
          nextAt = Math.max(nextAt, now - CATCH_UP_MS) + 1000 / finder.rateAt(now);
          return toPermit(now);
        }
        await pause(Math.ceil(waitMs), signal);
      }
    },
  };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
