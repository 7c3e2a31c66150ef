import type { Endpoint } from "../domain.js";

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
  const running = new Set<Promise<void>>();
  const latestOfKey = new Map<string, Promise<void>>();
  /** Wakes who waits for room. `Promise.race` would leave a reaction at each batch, for as long as a slow one takes. */
  let wake = (): void => {};
  let fault: { readonly error: unknown } | undefined;

  return {
    async start(batch, work) {
      while (running.size >= limit) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (fault !== undefined) throw fault.error;
      const keys = batch.flatMap(({ orderKeys }) => orderKeys);
      const earlier = new Set<Promise<void>>();
      for (const key of keys) {
        const latest = latestOfKey.get(key);
        if (latest !== undefined) earlier.add(latest);
      }
      const done = Promise.all(earlier)
        .then(work)
        .catch((error: unknown) => {
          fault ??= { error };
        })
        .finally(() => {
          running.delete(done);
          for (const key of keys) if (latestOfKey.get(key) === done) latestOfKey.delete(key);
          wake();
        });
      running.add(done);
      for (const key of keys) latestOfKey.set(key, done);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
      if (fault !== undefined) throw fault.error;
    },
  };
}
