import type { SlowBatch } from "./report-page-data.js";

const MAX_SLOWEST = 10;

/** Keeps the batches that took longest. */
export interface Slowest {
  /** To be called at each answer; a batch that is sent again is the same object, and took longer by then. */
  consider(batch: SlowBatch): void;
  readonly batches: readonly SlowBatch[];
}

export function createSlowest(): Slowest {
  const batches: SlowBatch[] = [];
  return {
    batches,
    consider(batch) {
      if (!batches.includes(batch)) {
        const last = batches[MAX_SLOWEST - 1];
        if (last !== undefined && batch.tookMs <= last.tookMs) return;
        batches.push(batch);
      }
      batches.sort((left, right) => right.tookMs - left.tookMs);
      if (batches.length > MAX_SLOWEST) batches.pop();
    },
  };
}
