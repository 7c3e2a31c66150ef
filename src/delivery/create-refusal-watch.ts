/** Endpoints in batches that were refused alike, and of them those that were sent one by one: such is no accident. */
const ENDPOINTS_IN_BATCHES = 300;
const ENDPOINTS_SINGLY = 10;

/**
 * Tells a service that refuses every request for the same reason, such as a malformed application id, from one that
 * refuses some items. To be asked only as long as nothing was accepted.
 */
export interface RefusalWatch {
  /** A whole batch was refused, before anything is known of its items. */
  batchRefused(endpoints: number, words: string): void;
  /** One endpoint was refused by itself. */
  endpointRefused(words: string): void;
  /** How many endpoints were refused one by one in the same words, once it is enough to say that all are. */
  refusedAlike(): number | undefined;
}

export function createRefusalWatch(): RefusalWatch {
  let words: string | undefined;
  let inBatches = 0;
  let singly = 0;

  const compare = (now: string): void => {
    if (now === words) return;
    words = now;
    inBatches = 0;
    singly = 0;
  };

  return {
    batchRefused(endpoints, now) {
      compare(now);
      inBatches += endpoints;
    },
    endpointRefused(now) {
      compare(now);
      singly += 1;
    },
    refusedAlike: () =>
      inBatches >= ENDPOINTS_IN_BATCHES && singly >= ENDPOINTS_SINGLY ? singly : undefined,
  };
}
