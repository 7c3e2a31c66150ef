import { createQuotaEstimate, type SentRequest } from "./create-quota-estimate.js";

/** The highest quota that accounts are known to have (Pinpoint quotas before 2025), in requests a second. */
const HIGHEST_QUOTA_PER_SECOND = 5_000;

/** However often it is throttled, a run goes on. */
const SLOWEST_PER_SECOND = 0.5;

/**
 * Growth before any limit was met. What is sent while the first 429 is under way is refused as well, so the rate grows
 * by a share in each round trip, as long or short as that is. One request at a time risks no more than itself.
 */
const GROWTH_ALONE = 0.4;
const GROWTH_PER_ROUND_TRIP = 0.2;

/** Growth where the limit is not what it was, as a share in a second. */
const GROWTH_PER_SECOND = 0.5;

/** The rate sets in by this share below the quota, and is as much above it after twice the patience. */
const MARGIN = 0.03;

/**
 * Seconds to come back to the quota as it was measured: few while it is not proved, twice as many each time that it
 * is. A token is a large part of a small quota, so for that it takes some requests, too.
 */
const SHORTEST_PATIENCE_S = 2;
const LONGEST_PATIENCE_S = 15;
const LEAST_PATIENCE_REQUESTS = 20;

/** The rate is half as much again as the quota by then: what was measured no longer holds. */
const PATIENCES_TO_SEARCH = 3;

/**
 * One refusal in so many requests does not count: others use the quota, too, and services have hiccups. Above the quota
 * a refusal is what was waited for, and is rarely a stray one.
 */
const REQUESTS_A_STRAY = 30;
const REQUESTS_A_STRAY_ABOVE = 300;

/** With so many before it within that share, a refusal says that the rate is too high. */
const STRAYS_TO_SLOW_DOWN = 2;

/** As documented: the bucket holds one second's worth. */
const BUCKET_SECONDS = 1;

/** A quarter of it or four times as much, when what followed from it did not come true. */
const BUCKET_FACTOR = 4;

/** Fewer requests let through tell nothing of the quota. */
const MIN_PASSED = 3;

export interface PacedRequest extends SentRequest {
  /** The interval that the rate asked for at that time, in milliseconds. */
  readonly intervalMs: number;
  /** Whether the rate was used up. It is not where whoever takes came late. */
  readonly saturated: boolean;
}

export interface RateControlOptions {
  /** The rate to begin with and not to exceed, in requests a second; undefined to find the quota. */
  readonly ceiling: number | undefined;
  /** The quota that an earlier run found. */
  readonly startRate: number | undefined;
  /** The documented quota of the operation, which no account is below. */
  readonly defaultRate: number;
}

/**
 * The rate, from the outcomes of requests. It grows until the service refuses one. A 429 means that the service's token
 * bucket is empty, and from one such moment to the next exactly the quota is let through, whatever the bucket holds. From
 * then on the rate follows a cubic through the quota: a little below, so that the bucket fills somewhat, then close to
 * the quota for long, then ever faster above it until the bucket is empty again. What it gained is used up by then, so that
 * next to nothing of the quota is lost, and one refusal in each round is all that it costs.
 */
export interface RateControl {
  /** Requests a second at this moment. */
  readonly ratePerSecond: number;
  /** The quota as far as it is known; undefined as long as no limit was met. */
  readonly quota: number | undefined;
  sent(request: PacedRequest): void;
  passed(request: PacedRequest): void;
  failed(): void;
  /** Returns whether the rate is another one now, and those under way are to be waited for a little. */
  throttled(request: PacedRequest): boolean;
}

export function createRateControl(options: RateControlOptions): RateControl {
  const { ceiling = HIGHEST_QUOTA_PER_SECOND, startRate, defaultRate } = options;
  const estimate = createQuotaEstimate();
  /** The quota as it was measured last. */
  let level = startRate;
  let current = Math.min(options.ceiling ?? startRate ?? defaultRate, ceiling);
  /** Whether the rate follows the cubic; else it grows, or is at the ceiling. */
  let limited = level !== undefined;
  let patience = LONGEST_PATIENCE_S;
  /** Seconds of sending along the cubic. A bucket is full at the start, so there is nothing to fill. */
  let age = LONGEST_PATIENCE_S;
  let bucketSeconds = BUCKET_SECONDS;
  /** Whether the level rests on that. */
  let guessed = false;
  let last = 0;
  let underWay = 0;
  let passes = 0;
  /** Later requests than this one say whether the rate is too high, and so many of them were refused. */
  let judgedFrom = 0;
  let strays = 0;
  /** The quota before nothing at all was let through, until it is known anew. */
  let before: number | undefined;

  const limitTo = (quota: number, seconds: number): void => {
    before = undefined;
    level = Math.min(Math.max(quota, SLOWEST_PER_SECOND), ceiling);
    const least = LEAST_PATIENCE_REQUESTS / Math.max(level, defaultRate);
    patience = Math.min(Math.max(seconds, SHORTEST_PATIENCE_S, least), LONGEST_PATIENCE_S);
    age = 0;
    limited = true;
    current = level * (1 - MARGIN);
  };

  const probe = (seconds: number, quota: number): void => {
    age += seconds;
    current = Math.min(ceiling, quota * (1 + MARGIN * (age / patience - 1) ** 3));
    if (age <= PATIENCES_TO_SEARCH * patience && current < ceiling) return;
    limited = false;
    if (guessed) bucketSeconds /= BUCKET_FACTOR;
  };

  const grow = (): void => {
    if (before !== undefined) {
      current += current / underWay;
      if (current >= before) limitTo(before, SHORTEST_PATIENCE_S);
      return;
    }
    const share = underWay === 1 ? GROWTH_ALONE : GROWTH_PER_ROUND_TRIP / underWay;
    current = Math.min(ceiling, current + (level === undefined ? share * current : GROWTH_PER_SECOND));
  };

  /** The rate went above the quota, as it was meant to: this is the moment to measure. */
  const measure = (request: PacedRequest): void => {
    const fromEmpty = estimate.fromEmptyBucket(request);
    const fromFull = Math.min(estimate.fromFullBucket(request, bucketSeconds), 1000 / request.intervalMs);
    const quota = Math.max(fromFull, fromEmpty);
    guessed = fromFull > fromEmpty;
    if (level === undefined) limitTo(Math.max(quota, defaultRate), SHORTEST_PATIENCE_S);
    else limitTo(quota, limited ? 2 * patience : SHORTEST_PATIENCE_S);
  };

  /** Too many were refused at a rate that was no higher than what was known to be let through. */
  const slowDown = (letThrough: number): void => {
    if (guessed) bucketSeconds = Math.min(BUCKET_SECONDS, bucketSeconds * BUCKET_FACTOR);
    guessed = false;
    const known = before ?? level ?? current;
    limitTo(((level ?? current) * (letThrough + 1)) / (letThrough + strays + 2), SHORTEST_PATIENCE_S);
    if (letThrough === 0) before = known;
  };

  /** Nothing is known yet. */
  const backOff = (): void => {
    if (level !== undefined) limitTo(level * 0.9, SHORTEST_PATIENCE_S);
    else current = Math.max(current / 2, SLOWEST_PER_SECOND);
  };

  /** The rate stays what it is. */
  const ignore = (request: PacedRequest): boolean => {
    estimate.refused(request, false);
    return false;
  };

  return {
    get ratePerSecond() {
      return current;
    },
    get quota() {
      return limited || level === undefined ? level : current;
    },
    sent(request) {
      last = request.number;
      underWay += 1;
      estimate.sent(request);
    },
    passed({ number, intervalMs, saturated }) {
      passes += 1;
      if (saturated && number > judgedFrom) {
        // It may be over as suddenly as it came.
        if (before !== undefined) limited = false;
        if (limited && level !== undefined) probe(intervalMs / 1000, level);
        else grow();
      }
      underWay -= 1;
    },
    failed() {
      underWay -= 1;
    },
    throttled(request) {
      underWay -= 1;
      // It was sent before the last decision, or beside a stray one.
      if (request.number <= judgedFrom) return ignore(request);
      const letThrough = Math.max(0, request.number - judgedFrom - 1 - strays);
      const expected = limited && age >= patience;
      const requestsAStray = expected ? REQUESTS_A_STRAY_ABOVE : REQUESTS_A_STRAY;
      if (letThrough >= requestsAStray * (strays + 1)) {
        judgedFrom = request.number;
        strays = 0;
        return ignore(request);
      }
      const surprising = limited ? !expected : current === options.ceiling;
      if (surprising && strays < STRAYS_TO_SLOW_DOWN) {
        strays += 1;
        return ignore(request);
      }
      if (surprising) slowDown(letThrough);
      else if (passes < MIN_PASSED) backOff();
      else measure(request);
      judgedFrom = last;
      strays = 0;
      estimate.refused(request, true);
      return true;
    },
  };
}
