import { DEFAULT_QUOTA_PER_SECOND } from "../domain.js";
import { LONGEST_TIMER_MS } from "../longest-timer.js";
import { createRateControl, type PacedRequest } from "./create-rate-control.js";

/**
 * What a late timer or a busy event loop held up is made up for, up to so long: well below the second's worth that the
 * service's bucket holds, and half a request at the smallest quota.
 */
const CATCH_UP_MS = 250;

/** Those under way when a 429 was acted on are waited for, so that the next ones find something in the bucket. */
const SETTLE_MS = 100;

/**
 * The one owner of pace. It knows no HTTP: permission to send goes out, outcomes come in. Times are milliseconds of
 * a monotonic clock.
 */
export interface Pacer {
  /** Resolves when one more request may be sent, in the order of the calls; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<Permit>;
  /** Requests a second at this moment. */
  readonly ratePerSecond: number;
  /** The quota that `auto` measured; undefined as long as no limit was met. */
  readonly learnedRate: number | undefined;
  /** Requests that the service let through and served. */
  readonly passed: number;
}

/** Permission for one request; whoever took it tells what became of it, once. */
export interface Permit {
  /** The service let it through and served it: accepted, or refused for its content. */
  passed(): void;
  /** Let through, but it failed (5xx, time-out, dropped): it used quota, and is no reason to go faster. */
  failed(): void;
  /** 429. Nobody may send until `retryAfterMs` from now, where it is given. */
  throttled(retryAfterMs?: number): void;
}

export interface PacerOptions {
  /**
   * Requests a second, or `auto` to find the account's quota. A fixed rate is never exceeded; it falls to what the
   * service lets through while that is less, and comes back.
   */
  readonly rate: number | "auto";
  /** Where `auto` begins: what an earlier run learned. */
  readonly startRate?: number;
  /** The documented quota of the operation, where `auto` begins otherwise and which no account is below. Default 2. */
  readonly defaultRate?: number;
}

/** Whoever waits to take. */
interface Waiter {
  readonly grant: (permit: Permit) => void;
}

/** Lets requests out evenly, at the rate that the outcomes allow. */
export function createPacer(options: PacerOptions): Pacer {
  const { rate, startRate, defaultRate = DEFAULT_QUOTA_PER_SECOND } = options;
  const control =
    rate === "auto"
      ? createRateControl({ ceiling: undefined, startRate, defaultRate })
      : createRateControl({ ceiling: rate, startRate: undefined, defaultRate });
  /** In the order in which they came. */
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let last: PacedRequest | undefined;
  /** When the last one was due, or as much later as was not made up for. */
  let lastDueAt = 0;
  let pausedUntil = 0;
  let passed = 0;

  const nextDueAt = (): number =>
    last === undefined ? pausedUntil : Math.max(lastDueAt + 1000 / control.ratePerSecond, pausedUntil);

  const pauseUntil = (at: number): void => {
    pausedUntil = Math.max(pausedUntil, at);
  };

  const toPermit = (now: number): Permit => {
    // Nothing was held up before the first one.
    const dueAt = last === undefined ? now : nextDueAt();
    const request: PacedRequest = {
      number: (last?.number ?? 0) + 1,
      at: now,
      intervalMs: 1000 / control.ratePerSecond,
      saturated: now - dueAt < CATCH_UP_MS,
    };
    last = request;
    lastDueAt = Math.max(dueAt, now - CATCH_UP_MS);
    control.sent(request);
    return {
      passed() {
        passed += 1;
        control.passed(request);
      },
      failed: () => control.failed(),
      throttled(retryAfterMs) {
        if (retryAfterMs !== undefined) pauseUntil(performance.now() + retryAfterMs);
        if (control.throttled(request)) pauseUntil((last ?? request).at + SETTLE_MS);
      },
    };
  };

  /** Grants what is due, and waits for the next one. */
  const run = (): void => {
    timer = undefined;
    for (const waiter of waiters) {
      const now = performance.now();
      const waitMs = nextDueAt() - now;
      if (waitMs > 0) {
        timer = setTimeout(run, Math.min(Math.ceil(waitMs), LONGEST_TIMER_MS));
        return;
      }
      waiters.delete(waiter);
      waiter.grant(toPermit(now));
    }
  };

  return {
    get ratePerSecond() {
      return control.ratePerSecond;
    },
    get learnedRate() {
      return rate === "auto" ? control.quota : undefined;
    },
    get passed() {
      return passed;
    },
    take(signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = (): void => {
          waiters.delete(waiter);
          if (waiters.size === 0) {
            clearTimeout(timer);
            timer = undefined;
          }
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          grant(permit) {
            signal?.removeEventListener("abort", abort);
            resolve(permit);
          },
        };
        signal?.addEventListener("abort", abort, { once: true });
        waiters.add(waiter);
        if (timer === undefined) run();
      });
    },
  };
}
