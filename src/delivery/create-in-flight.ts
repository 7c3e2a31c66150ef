import pLimit from "p-limit";
import type { Endpoint } from "../domain.js";

/** The batches under way: bounded in number, and no two of them with an order key in common. */
export interface InFlight {
  /** Resolves as soon as the work on this batch has begun; until then its caller waits. */
  start(batch: readonly Endpoint[], work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>;
}

export function createInFlight(concurrency: number): InFlight {
  const limit = pLimit(concurrency);
  const running = new Set<Promise<void>>();
  const holderOfKey = new Map<string, Promise<void>>();

  return {
    async start(batch, work) {
      const keys = batch.flatMap(({ orderKeys }) => orderKeys);
      // p-limit's own queue has no bound: it never gets more than it can start.
      while (running.size >= concurrency) await Promise.race(running);
      for (const key of keys) {
        const holder = holderOfKey.get(key);
        if (holder !== undefined) await holder;
      }
      const done = limit(work).finally(() => {
        running.delete(done);
        for (const key of keys) if (holderOfKey.get(key) === done) holderOfKey.delete(key);
      });
      running.add(done);
      for (const key of keys) holderOfKey.set(key, done);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
