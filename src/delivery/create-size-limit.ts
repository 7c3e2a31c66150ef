import type { Endpoint } from "../domain.js";

/** Batches in a row that were too large before others of their size are no longer tried: one may be an accident. */
const TOO_LARGE_TO_LEARN = 2;

/** Remembers which bodies are too large for the service, or for a proxy before it, so that not each one is refused anew. */
export interface SizeLimit {
  allows(batch: readonly Endpoint[]): boolean;
  accepted(batch: readonly Endpoint[]): void;
  tooLarge(batch: readonly Endpoint[]): void;
}

export function createSizeLimit(): SizeLimit {
  let smallest = Number.POSITIVE_INFINITY;
  let times = 0;
  return {
    allows: (batch) => times < TOO_LARGE_TO_LEARN || batch.length === 1 || toBytes(batch) < smallest,
    accepted(batch) {
      if (toBytes(batch) < smallest) return;
      smallest = Number.POSITIVE_INFINITY;
      times = 0;
    },
    tooLarge(batch) {
      smallest = Math.min(smallest, toBytes(batch));
      times += 1;
    },
  };
}

function toBytes(batch: readonly Endpoint[]): number {
  return batch.reduce((sum, { start, end }) => sum + end - start + 1, 0);
}
