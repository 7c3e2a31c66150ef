import type { ImportProgress } from "../index.js";
import { createPace } from "./create-pace.js";

/** How long a run will take from here. Times are milliseconds of a monotonic clock. */
export interface TimeLeft {
  see(
    progress: Pick<ImportProgress, "ratePerSecond" | "quotaPerSecond"> & { readonly share: number },
    at: number,
  ): void;
  /** Milliseconds from now; undefined as long as too little was seen. */
  msFrom(at: number): number | undefined;
}

/** What is said within the first seconds is wrong. A check, whose rate is 0, has less to warm up. */
const LEAST_AGE_MS = 3_000;
const LEAST_AGE_OF_CHECK_MS = 1_000;

/**
 * A run that looks for its quota grows ever faster, and overshoots. Its speed means something once the rate has been about the same
 * for so long, or the quota known.
 */
const SETTLED_MS = 1_500;
const SAME_RATE_SHARE = 0.25;

/** The last half of the run tells: the rows of a file differ from part to part, and so does a service from hour to hour. */
const SHARE_OF_AGE = 0.5;
const SHORTEST_WINDOW_MS = 3_000;
const LONGEST_WINDOW_MS = 120_000;

/** What is told follows what is reckoned within so long, sooner where that is short, and is never further away from it. */
const SMOOTHING_MS = 3_000;
const SMOOTHING_SHARE = 0.2;
const FURTHEST_SHARE = 0.1;

/** Time left, from the share that was decided of late. */
export function createTimeLeft(): TimeLeft {
  let beganAt: number | undefined;
  let isCheck = false;
  /** Since when the speed means something, and the rate by then. */
  let settled: { readonly at: number; readonly rate: number; readonly quotaIsKnown: boolean } | undefined;
  let told: { readonly at: number; readonly ms: number } | undefined;

  const pace = createPace((ageMs, at) => {
    const window = Math.max(ageMs * SHARE_OF_AGE, SHORTEST_WINDOW_MS);
    return Math.min(window, LONGEST_WINDOW_MS, at - (settled?.at ?? at));
  });
  const isTooEarly = (at: number): boolean =>
    beganAt === undefined ||
    at - beganAt < (isCheck ? LEAST_AGE_OF_CHECK_MS : LEAST_AGE_MS) ||
    (!isCheck && at - (settled?.at ?? at) < SETTLED_MS);

  return {
    see({ share, ratePerSecond: rate, quotaPerSecond }, at) {
      beganAt ??= at;
      isCheck = rate === 0;
      const quotaIsKnown = quotaPerSecond !== undefined;
      if (settled === undefined || (!settled.quotaIsKnown && (quotaIsKnown || isAnother(rate, settled.rate))))
        settled = { at, rate, quotaIsKnown };
      pace.see(share, at);
    },
    msFrom(at) {
      if (told === undefined && isTooEarly(at)) return undefined;
      const ms = pace.until(1, at);
      if (ms === undefined) return undefined;
      told = { at, ms: told === undefined ? ms : smooth(told.ms - (at - told.at), ms, at - told.at) };
      return told.ms;
    },
  };
}

function isAnother(rate: number, before: number): boolean {
  return Math.abs(rate - before) > SAME_RATE_SHARE * before;
}

/** From what was told, which has become less in the meantime, towards what is reckoned now. */
function smooth(told: number, reckoned: number, elapsedMs: number): number {
  const smoothingMs = Math.max(1, Math.min(SMOOTHING_MS, SMOOTHING_SHARE * reckoned));
  const next = reckoned + (told - reckoned) * Math.exp(-elapsedMs / smoothingMs);
  const furthest = FURTHEST_SHARE * reckoned;
  return Math.min(Math.max(next, reckoned - furthest, 0), reckoned + furthest);
}
