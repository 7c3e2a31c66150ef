import type { Endpoint } from "../domain.js";

/** Pinpoint takes at most 100 items in one UpdateEndpointsBatch call (Endpoints API reference). */
export const MAX_BATCH_ITEMS = 100;

/** Batches that may be open at a time, so that endpoints with an Id that is already in the first one find a place. */
const MAX_OPEN_BATCHES = 8;

export interface Grouper<T extends Endpoint> {
  /** Takes the endpoints of one row; returns the batches that are ready, in the order in which they have to go. */
  add(endpoints: readonly T[]): readonly (readonly T[])[];
  /** The batches that are left. */
  flush(): readonly (readonly T[])[];
  /** Since when the first of them is there, in milliseconds of a monotonic clock; undefined where there is none. */
  readonly waitingSince: number | undefined;
}

interface OpenBatch<T> {
  readonly since: number;
  readonly items: T[];
  readonly keys: Set<string>;
}

/**
 * Groups endpoints into batches of up to `batchSize`. An Id stands once in a batch, since what Pinpoint does with two
 * of the same is not documented: a later endpoint of that Id goes into a later batch. Endpoints of one user or address
 * may share a batch, in order, and never go into an earlier one. Those of one row stay together where they fit, as
 * batches that have a key in common wait for each other.
 */
export function createGrouper<T extends Endpoint>(batchSize: number): Grouper<T> {
  let open: OpenBatch<T>[] = [];

  const place = (endpoints: readonly T[]): void => {
    const ids = endpoints.map(({ orderKeys }) => orderKeys[0] ?? "");
    const keys = endpoints.flatMap(({ orderKeys }) => orderKeys);
    // The first batch that nothing of this row has to come after, and where the row still fits.
    const last = open.findLastIndex((batch) => keys.some((key) => batch.keys.has(key)));
    const sameBatchWillDo = last >= 0 && !ids.some((id) => open[last]?.keys.has(id));
    let at = sameBatchWillDo ? last : last + 1;
    while (open[at] !== undefined && (open[at]?.items.length ?? 0) + endpoints.length > batchSize) at += 1;
    const batch = open[at] ?? { since: performance.now(), items: [], keys: new Set() };
    open[at] = batch;
    batch.items.push(...endpoints);
    for (const key of keys) batch.keys.add(key);
  };

  const takeReady = (): T[][] => {
    const ready: T[][] = [];
    while ((open[0]?.items.length ?? 0) >= batchSize || open.length > MAX_OPEN_BATCHES) {
      const batch = open.shift();
      if (batch !== undefined) ready.push(batch.items);
    }
    return ready;
  };

  return {
    get waitingSince() {
      return open[0]?.since;
    },
    add(endpoints) {
      for (const group of splitRow(endpoints, batchSize)) place(group);
      return takeReady();
    },
    flush() {
      const rest = open.map(({ items }) => items);
      open = [];
      return rest;
    },
  };
}

/** A row's endpoints, apart where they outnumber a batch or two of them have the same Id. */
function splitRow<T extends Endpoint>(endpoints: readonly T[], batchSize: number): readonly (readonly T[])[] {
  if (endpoints.length === 1) return [endpoints];
  const groups: T[][] = [];
  let ids = new Set<string>();
  for (const endpoint of endpoints) {
    const id = endpoint.id.toLowerCase();
    const group = groups.at(-1);
    if (group === undefined || group.length >= batchSize || ids.has(id)) {
      groups.push([endpoint]);
      ids = new Set();
    } else {
      group.push(endpoint);
    }
    ids.add(id);
  }
  return groups;
}
