import { createPace } from "./create-pace.js";

/** How long a run will take from here. Times are milliseconds of a monotonic clock. */
export interface TimeLeft {
  /**
   * @param share How much of the whole is decided, from 0 to 1.
   * @param ratePerSecond Requests that may be sent; 0 where none are.
   */
  see(share: number, ratePerSecond: number, at: number): void;
  /** Milliseconds from now; undefined as long as too little was seen. */
  msFrom(at: number): number | undefined;
}

/** The quota is found within the first seconds; what is said before is wrong. */
const LEARNING_MS = 3_000;

/** With nothing to send there is nothing to learn. */
const WARMING_UP_MS = 1_000;

/** The last half of the run tells: it has forgotten how slowly the run began. */
const SHARE_OF_AGE = 0.5;
const SHORTEST_WINDOW_MS = 3_000;
const LONGEST_WINDOW_MS = 120_000;

/** What is told follows what is reckoned within so long, sooner where that is short, and is never further away from it. */
const SMOOTHING_MS = 3_000;
const SMOOTHING_SHARE = 0.2;
const FURTHEST_SHARE = 0.1;

/**
 * Time left, from what was decided of late. The growth is measured against the requests that the pace allowed, so that a
 * change of the rate tells at once: a run that learns its quota has an end as soon as the quota is known. Where the rate is
 * not what holds it up, it does not change, and the requests allowed are as good a clock as any.
 */
export function createTimeLeft(): TimeLeft {
  const pace = createPace((ageMs) =>
    Math.min(Math.max(ageMs * SHARE_OF_AGE, SHORTEST_WINDOW_MS), LONGEST_WINDOW_MS),
  );
  let beganAt: number | undefined;
  let seenAt: number | undefined;
  let rate = 0;
  let allowed = 0;
  let told: { readonly at: number; readonly ms: number } | undefined;

  const allow = (at: number): void => {
    allowed += (at - (seenAt ?? at)) * (rate || 1);
    seenAt = at;
  };

  return {
    see(share, ratePerSecond, at) {
      beganAt ??= at;
      allow(at);
      rate = ratePerSecond;
      pace.see(share, at, allowed);
    },
    msFrom(at) {
      if (beganAt === undefined || at - beganAt < (rate === 0 ? WARMING_UP_MS : LEARNING_MS))
        return undefined;
      allow(at);
      const requests = pace.until(1, allowed);
      if (requests === undefined) return undefined;
      const ms = requests / (rate || 1);
      told = { at, ms: told === undefined ? ms : smooth(told.ms - (at - told.at), ms, at - told.at) };
      return told.ms;
    },
  };
}

/** From what was told, which has become less in the meantime, towards what is reckoned now. */
function smooth(told: number, reckoned: number, elapsedMs: number): number {
  const smoothingMs = Math.max(1, Math.min(SMOOTHING_MS, SMOOTHING_SHARE * reckoned));
  const next = reckoned + (told - reckoned) * Math.exp(-elapsedMs / smoothingMs);
  const furthest = FURTHEST_SHARE * reckoned;
  return Math.min(Math.max(next, reckoned - furthest, 0), reckoned + furthest);
}
