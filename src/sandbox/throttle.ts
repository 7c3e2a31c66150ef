import { DEFAULT_QUOTA_OF_OTHERS, DEFAULT_QUOTAS } from "./limits.js";
import type { NormalizedSandboxOptions } from "./sandbox-options.js";
import { ServiceError } from "./service-error.js";
import { createTokenBucket, type TokenBucket } from "./token-bucket.js";

type ThrottleOptions = Pick<NormalizedSandboxOptions, "requestsPerSecond" | "quota" | "now">;

/**
 * The quotas of the account: one bucket for each operation, over all applications (reference §4).
 *
 * @returns a function that throws 429 if the operation is over its quota. There is no Retry-After: Pinpoint sends none.
 */
export function createThrottle(options: ThrottleOptions): (operation: string) => void {
  const buckets = new Map<string, TokenBucket>();
  return (operation) => {
    const rate = rateOf(operation, options);
    if (rate === undefined) return;
    let bucket = buckets.get(operation);
    if (bucket === undefined) {
      bucket = createTokenBucket(rate, options.now);
      buckets.set(operation, bucket);
    }
    if (!bucket.tryTake()) throw new ServiceError(429, "Too Many Requests");
  };
}

function rateOf(operation: string, options: ThrottleOptions): number | undefined {
  if (operation === "UpdateEndpointsBatch" && options.requestsPerSecond !== undefined) {
    return options.requestsPerSecond;
  }
  return options.quota === "default" ? (DEFAULT_QUOTAS[operation] ?? DEFAULT_QUOTA_OF_OTHERS) : undefined;
}
