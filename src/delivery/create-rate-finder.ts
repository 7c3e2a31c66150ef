import { createRecentCounts } from "./create-recent-counts.js";

/** The highest quota that accounts are known to have (Pinpoint quotas before 2025), in requests a second. */
const HIGHEST_QUOTA_PER_SECOND = 5_000;

/** However often it is throttled, a run goes on. */
const SLOWEST_PER_SECOND = 0.1;

/**
 * As long as no limit was met the rate grows with each request that was served, and doubles in this time at most: from 2 to
 * 5,000 a second within five seconds, and by little in the time that a first 429 takes to come back.
 */
const RAMP_FACTOR = 1.5;
const RAMP_DOUBLING_MS = 400;

/** Then it grows slower, until what was measured twice agrees within this share: the first measurement rests on a guess. */
const SEEK_DOUBLING_MS = 2_000;
const AGREEMENT = 0.05;

/** Then it sets in by this share below the quota, and is as far above it twice the probing time later. */
const MARGIN = 0.03;

/** How long it takes to come back to the measured quota: short while little is known of it, then longer. */
const FIRST_PROBE_MS = 4_000;
const LONGEST_PROBE_MS = 30_000;

/** So many probing times without a limit, and the quota must have been raised. */
const PROBES_TO_RAMP = 4;

/** What is left of the rate when it was too high although it seemed below the quota, and nothing can be measured yet. */
const BACK_OFF_FACTOR = 0.9;

/** Fewer requests measure nothing. */
const MIN_TO_MEET_LIMIT = 3;
const MIN_TO_MEASURE = 10;

/** A measurement does not go back further than this: quotas change, and others use them too. */
const LONGEST_MEASUREMENT_MS = 60_000;

export interface RateFinderOptions {
  /** A rate that is not to be exceeded, from which a run begins; absent where the quota is to be found. */
  readonly ceiling?: number | undefined;
  /** What an earlier run learned. */
  readonly startRate?: number | undefined;
  /** The documented quota: what every account has. */
  readonly defaultRate: number;
}

/**
 * Finds the quota of a token bucket whose size and refill are unknown, by when it is empty: at each 429. Between two such
 * moments exactly what was refilled was let through, so the quota is what was let through over the time that it took,
 * whatever the size, and the more exactly the longer. In between the rate follows a cubic: it sets in a little below, so
 * that the bucket fills somewhat, stays near the quota for long, and rises ever faster if it is not met. What the bucket
 * gained is used before the next 429, so that hardly anything of the quota is lost.
 *
 * Times are milliseconds of a monotonic clock; rates are requests a second.
 */
export interface RateFinder {
  rateAt(now: number): number;
  /** A request was let through; `served` is false where it failed for another reason than the quota. */
  letThrough(now: number, served: boolean): void;
  /** A request that was sent at `sentAt` was answered 429. Returns whether that is news. */
  throttled(now: number, sentAt: number): boolean;
  /** The quota as it was measured; undefined as long as no limit was met. */
  readonly quota: number | undefined;
}

export function createRateFinder(options: RateFinderOptions, startAt: number): RateFinder {
  const { ceiling, startRate, defaultRate } = options;
  const cap = ceiling ?? HIGHEST_QUOTA_PER_SECOND;
  const recent = createRecentCounts();
  /** Before any limit is met; between the first one and one that confirms it; from then on. */
  let phase: "ramp" | "seek" | "hold" = ceiling === undefined && startRate === undefined ? "ramp" : "hold";
  /** The rate of the ramp, or else the quota as it is known. */
  let level = Math.min(ceiling ?? startRate ?? defaultRate, cap);
  let ramp = { at: startAt, from: level };
  let probeMs = startRate === undefined ? FIRST_PROBE_MS : LONGEST_PROBE_MS;
  let actedAt = Number.NEGATIVE_INFINITY;
  /** When the rate was last set, and what was let through since. */
  let since = { at: startAt, count: 0 };
  /** A moment at which the bucket was empty, and what was let through since: what the quota is measured from. */
  let anchor = { at: startAt, count: 0 };
  let shrinking = false;

  const rateAt = (at: number): number => {
    if (phase === "ramp" || level >= cap) return level;
    const elapsed = Math.max(at - since.at, 0);
    const factor =
      phase === "seek" ? 2 ** (elapsed / SEEK_DOUBLING_MS) : 1 + MARGIN * (elapsed / probeMs - 1) ** 3;
    return Math.min(level * factor, cap);
  };

  /** From one empty moment to this one; or, where the bucket was full in between, what a second's worth of it tells. */
  const measure = (at: number): number => {
    const elapsed = at - anchor.at;
    const measured = Math.max(anchor.count / (elapsed / 1000), recent.leastQuota(at));
    if (elapsed > LONGEST_MEASUREMENT_MS) anchor = { at, count: 0 };
    return Math.min(Math.max(measured, Math.min(defaultRate, level)), cap);
  };

  const endRamp = (at: number): void => {
    if (recent.total(at) < MIN_TO_MEET_LIMIT) {
      level = Math.max(level / 2, SLOWEST_PER_SECOND);
      ramp = { at, from: level };
      return;
    }
    level = Math.min(Math.max(recent.leastQuota(at), defaultRate), level);
    anchor = { at, count: 0 };
    probeMs = FIRST_PROBE_MS;
    phase = "seek";
  };

  const seek = (at: number): void => {
    const known = level;
    if (since.count >= MIN_TO_MEASURE) level = measure(at);
    if (Math.abs(level - known) <= AGREEMENT * known) phase = "hold";
  };

  const settle = (at: number): void => {
    level = measure(at);
    if (level > cap * (1 - MARGIN)) level = cap;
    probeMs = Math.min(probeMs * 2, LONGEST_PROBE_MS);
    shrinking = false;
  };

  /** Too fast, although the rate was no higher than what was measured: the quota fell, or others use it too. */
  const shrink = (at: number): void => {
    if (!shrinking) anchor = { ...since };
    const seconds = Math.max(at - anchor.at, 1) / 1000;
    const measured = anchor.count >= MIN_TO_MEASURE ? anchor.count / seconds : level * BACK_OFF_FACTOR;
    level = Math.max(Math.min(level, measured, (anchor.count + 1) / seconds), SLOWEST_PER_SECOND);
    probeMs = FIRST_PROBE_MS;
    shrinking = true;
  };

  return {
    rateAt,
    get quota() {
      return phase === "ramp" ? undefined : level;
    },
    letThrough(at, served) {
      recent.add(at);
      since.count += 1;
      anchor.count += 1;
      if (ceiling !== undefined) return;
      if (phase === "hold" && at - since.at > PROBES_TO_RAMP * probeMs) {
        level = rateAt(at);
        ramp = { at, from: level };
        phase = "ramp";
      }
      if (phase === "ramp" && served) {
        const most = ramp.from * 2 ** ((at - ramp.at) / RAMP_DOUBLING_MS);
        level = Math.min(level * RAMP_FACTOR, Math.max(level, most), cap);
      }
    },
    throttled(at, sentAt) {
      // What was under way when the last one came is no news, but the bucket is still empty.
      if (sentAt <= actedAt) {
        if (anchor.at === actedAt) anchor = { at, count: 0 };
        return false;
      }
      // One alone says nothing against a rate that was given.
      const isStray = level === ceiling && at - actedAt > FIRST_PROBE_MS;
      if (phase === "ramp") endRamp(at);
      else if (phase === "seek") seek(at);
      else if (at - since.at > probeMs) settle(at);
      else if (!isStray) shrink(at);
      actedAt = at;
      since = { at, count: 0 };
      return true;
    },
  };
}
