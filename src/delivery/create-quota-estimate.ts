/** A request as it was let out. */
export interface SentRequest {
  /** 1 for the first one of the run. */
  readonly number: number;
  /** When, in milliseconds of a monotonic clock. */
  readonly at: number;
}

/** The past is remembered by one request in so long, for some thirteen seconds. */
const MARK_INTERVAL_MS = 100;
const MAX_MARKS = 128;

/** A bucket that was found empty holds between nothing and one token. */
const TOKENS_LEFT = 0.5;

/**
 * Tells the refill of a token bucket from when it was found empty, which is at a 429. What matters is when requests went
 * out: answers come late and in any order. A request without an answer counts as let through.
 */
export interface QuotaEstimate {
  sent(request: SentRequest): void;
  /** A request met an empty bucket. What follows is measured from this moment if `anew`, or else as it was. */
  refused(request: SentRequest, anew: boolean): void;
  /**
   * What was let through from that moment until this request met an empty bucket, in requests a second. That is the
   * quota, or less where the bucket overflowed in between; 0 where no such moment is known.
   */
  fromEmptyBucket(request: SentRequest): number;
  /**
   * The least quota, in requests a second, of a bucket that lets through what it did before it refused this request, if
   * it holds so many seconds' worth: of all beginnings, the bucket was full at the one that says most.
   */
  fromFullBucket(request: SentRequest, bucketSeconds: number): number;
}

export function createQuotaEstimate(): QuotaEstimate {
  let marks: SentRequest[] = [];
  let empty: SentRequest | undefined;
  let refusals = 0;

  return {
    sent(request) {
      const last = marks.at(-1);
      if (last !== undefined && request.at - last.at < MARK_INTERVAL_MS) return;
      marks.push(request);
      if (marks.length > MAX_MARKS) marks.shift();
    },
    refused(request, anew) {
      if (anew) {
        empty = request;
        refusals = 0;
        marks = [];
      } else if (empty !== undefined && request.number > empty.number) refusals += 1;
    },
    fromEmptyBucket({ number, at }) {
      if (empty === undefined || at <= empty.at) return 0;
      return Math.max(0, number - empty.number - 1 - refusals) / ((at - empty.at) / 1000);
    },
    fromFullBucket({ number, at }, bucketSeconds) {
      const estimates = marks.map(
        (mark) => (number - mark.number + TOKENS_LEFT) / (bucketSeconds + (at - mark.at) / 1000),
      );
      return Math.max(0, ...estimates);
    },
  };
}
