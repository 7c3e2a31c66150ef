import { DEFAULT_QUOTA_PER_SECOND } from "../domain.js";

/** The highest quota that accounts are known to have (Pinpoint quotas before 2025). */
const HIGHEST_QUOTA_PER_SECOND = 5_000;

/** Growth for each accepted request as long as no limit was met: from 2 to 5,000 a second within some 20 requests. */
const RAMP_FACTOR = 1.5;

/** After the limit was met: the rate falls by a tenth with each 429, and rises again by 1 % in a second. */
const BACK_OFF_FACTOR = 0.9;
const PROBE_STEP = 0.01;

/** Far below what every account has, the way back is shorter. */
const RECOVERY_FACTOR = 1.1;

/** However often it is throttled, a run goes on. */
const SLOWEST_PER_SECOND = 0.1;

/** Requests from which the quota is measured: fewer say nothing, more than two seconds' worth of the highest one no more. */
const MIN_MEASURED_REQUESTS = 3;
const MAX_MEASURED_REQUESTS = 10_000;

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
  /** The rate that `auto` settled at; undefined as long as the service set no limit. */
  readonly learnedRate: number | undefined;
}

export interface PacerOptions {
  /** A fixed rate in requests a second, or `auto` to find the account's quota. */
  readonly rate: number | "auto";
  /** Where `auto` begins: what an earlier run learned. Default is the documented quota. */
  readonly startRate?: number;
}

/**
 * Lets requests out evenly, at a fixed rate or, with `auto`, at one that it finds: it raises the rate with each request
 * that was let through until the service answers 429, measures the quota from what got through until then (the
 * service's own bucket starts full and holds one second's worth), and from then on probes upward slowly.
 */
export function createPacer({ rate, startRate }: PacerOptions): Pacer {
  const auto = rate === "auto";
  let perSecond = auto ? (startRate ?? DEFAULT_QUOTA_PER_SECOND) : rate;
  let limitMet = startRate !== undefined;
  let nextAt = performance.now();
  const passedAt: number[] = [];
  let pausedUntil = 0;

  /** The service's bucket was full at some moment and is empty now: of all moments, the one that says most. */
  const measure = (at: number): number =>
    passedAt.reduce(
      (most, from, index) => Math.max(most, (passedAt.length - index) / (1 + (at - from) / 1000)),
      0,
    );

  const raise = (): number => {
    if (!limitMet) return perSecond * RAMP_FACTOR;
    return perSecond < DEFAULT_QUOTA_PER_SECOND / 2 ? perSecond * RECOVERY_FACTOR : perSecond + PROBE_STEP;
  };

  return {
    get ratePerSecond() {
      return perSecond;
    },
    get learnedRate() {
      return auto && limitMet ? perSecond : undefined;
    },
    async take(signal) {
      for (;;) {
        signal?.throwIfAborted();
        const at = performance.now();
        if (at >= nextAt && at >= pausedUntil) {
          // A pace below one request a millisecond is beyond a timer: what a late wake-up missed is made up for, up
          // to a twentieth of a second.
          nextAt = Math.max(nextAt, at - 50) + 1000 / perSecond;
          return;
        }
        await pause(Math.ceil(Math.max(nextAt, pausedUntil) - at), signal);
      }
    },
    passed() {
      if (!auto) return;
      if (!limitMet) {
        passedAt.push(performance.now());
        if (passedAt.length > MAX_MEASURED_REQUESTS) passedAt.shift();
      }
      perSecond = Math.min(raise(), HIGHEST_QUOTA_PER_SECOND);
    },
    throttled(retryAfterMs) {
      const at = performance.now();
      // Requests that were under way when the first 429 came say nothing new.
      const news = at >= pausedUntil;
      if (retryAfterMs !== undefined) pausedUntil = Math.max(pausedUntil, at + retryAfterMs);
      if (!auto) {
        nextAt = Math.max(nextAt, at + 1000 / perSecond);
        return;
      }
      if (!news) return;
      if (limitMet) perSecond = Math.max(perSecond * BACK_OFF_FACTOR, SLOWEST_PER_SECOND);
      else if (passedAt.length < MIN_MEASURED_REQUESTS)
        perSecond = Math.max(perSecond / 2, SLOWEST_PER_SECOND);
      else {
        // The estimate errs on the low side, and no account has less than the documented quota; but something else may
        // use it as well, so later 429s go below it.
        perSecond = Math.min(Math.max(measure(at), DEFAULT_QUOTA_PER_SECOND), perSecond);
        limitMet = true;
      }
      passedAt.length = 0;
      pausedUntil = Math.max(pausedUntil, at + Math.max(1000 / perSecond, 100));
      nextAt = pausedUntil;
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
