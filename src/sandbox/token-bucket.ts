/** Limits a rate; `tryTake` says whether one more request fits now. */
export interface TokenBucket {
  tryTake(): boolean;
}

/** Refilling by fractions adds up rounding errors; without this slack a full token can look like 0.999…. */
const ROUNDING_SLACK = 1e-9;

/**
 * A bucket that starts full, holds one second's worth (burst equals rate, reference §4, and at least one request, or a
 * rate below one a second would never let anything pass) and refills continuously.
 *
 * @param ratePerSecond requests a second, above 0; fractions are allowed
 * @param now milliseconds
 */
export function createTokenBucket(ratePerSecond: number, now: () => number): TokenBucket {
  const capacity = Math.max(1, ratePerSecond);
  let tokens = capacity;
  let filledAt = now();
  return {
    tryTake() {
      const time = now();
      // A clock set back must not empty the bucket.
      if (time > filledAt) tokens = Math.min(capacity, tokens + ((time - filledAt) / 1000) * ratePerSecond);
      filledAt = time;
      if (tokens < 1 - ROUNDING_SLACK) return false;
      tokens -= 1;
      return true;
    },
  };
}
