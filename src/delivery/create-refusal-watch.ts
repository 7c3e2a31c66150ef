import { MAX_BATCH_ITEMS } from "./create-grouper.js";

/** Whole batches that are refused alike, with nothing accepted in between: more than one of them at the start, many later on. */
const ENDPOINTS_AT_START = MAX_BATCH_ITEMS + 1;
const ENDPOINTS_LATER = 10 * MAX_BATCH_ITEMS;

/** So many of their endpoints must have been refused one by one as well. */
const ENDPOINTS_SINGLY = 20;

/** Tells a service that refuses every request for the same reason, such as a malformed application id, from one that refuses some items. */
export interface RefusalWatch {
  /** A whole batch was refused, before anything is known of its items. */
  batchRefused(endpoints: number, words: string): void;
  /** One endpoint was refused by itself; returns whether that was in other words than what was refused before it. */
  endpointRefused(words: string): boolean;
  accepted(): void;
  /** How many endpoints were refused one by one in the same words, once it is enough to say that all are. */
  refusedAlike(): number | undefined;
}

export function createRefusalWatch(): RefusalWatch {
  let words: string | undefined;
  let inBatches = 0;
  let singly = 0;
  let enough = ENDPOINTS_AT_START;

  const reset = (now: string | undefined): void => {
    words = now;
    inBatches = 0;
    singly = 0;
  };

  return {
    batchRefused(endpoints, now) {
      if (now !== words) reset(now);
      inBatches += endpoints;
    },
    endpointRefused(now) {
      const differs = words !== undefined && now !== words;
      if (now !== words) reset(now);
      singly += 1;
      return differs;
    },
    accepted() {
      reset(undefined);
      enough = ENDPOINTS_LATER;
    },
    refusedAlike: () => (inBatches >= enough && singly >= ENDPOINTS_SINGLY ? singly : undefined),
  };
}
