import type { Endpoint } from "../domain.js";
import { createKeyTable } from "./create-key-table.js";

/** The batches under way: bounded in number, and no two of them at work that have an order key in common. */
export interface InFlight {
  /**
   * Resolves when there is room for the batch; until then its caller waits. The work on it begins when all earlier batches
   * with one of its keys are done, and holds up no other batch until then. Rejects with what an earlier one was rejected with.
   */
  start(batch: readonly Endpoint[], work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more. Rejects as `start` does. */
  drain(): Promise<void>;
}

export function createInFlight(limit: number): InFlight {
  /** Batches are numbered as they are started. */
  let started = 0;
  const running = new Map<number, Promise<void>>();
  // The last one may be about to run.
  const holders = createKeyTable((batch) => batch < started - 1 && !running.has(batch));
  /** Wakes who waits for room. `Promise.race` would leave a reaction at each batch, for as long as a slow one takes. */
  let wake = (): void => {};
  let fault: { readonly error: unknown } | undefined;

  /** Those under way that hold one of the batch's keys; from here on it is the batch. */
  const takeKeys = (batch: readonly Endpoint[], number: number): Set<number> => {
    const earlier = new Set<number>();
    for (const { orderKeys } of batch) {
      for (const key of orderKeys) {
        const holder = key === 0 ? undefined : holders.put(key, number);
        if (holder !== undefined) earlier.add(holder);
      }
    }
    return earlier;
  };

  return {
    async start(batch, work) {
      while (running.size >= limit) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (fault !== undefined) throw fault.error;
      const number = started;
      started += 1;
      const earlier = [...takeKeys(batch, number)].map((holder) => running.get(holder));
      const done = Promise.all(earlier)
        .then(work)
        .catch((error: unknown) => {
          fault ??= { error };
        })
        .finally(() => {
          running.delete(number);
          wake();
        });
      running.set(number, done);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running.values());
      if (fault !== undefined) throw fault.error;
    },
  };
}
