import type { Endpoint } from "../domain.js";
import { createKeyTable } from "./create-key-table.js";

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
}

/**
 * Groups endpoints into batches of up to `batchSize`. An Id stands once in a batch, since what Pinpoint does with two
 * of the same is not documented: a later endpoint of that Id goes into a later batch. Endpoints of one user or address
 * may share a batch, in order, and never go into an earlier one. Those of one row stay together where they fit, as
 * batches that have a key in common wait for each other.
 */
export function createGrouper<T extends Endpoint>(batchSize: number): Grouper<T> {
  const open: OpenBatch<T>[] = [];
  let begun = 0;
  const firstOpen = (): number => begun - open.length;
  /** By order key, the last open batch that holds it. */
  const holders = createKeyTable((batch) => batch < firstOpen());

  const begin = (): OpenBatch<T> => {
    const batch = { since: performance.now(), items: [] };
    begun += 1;
    open.push(batch);
    return batch;
  };

  /** The first batch, from this one on, where so many still fit. */
  const findRoom = (from: number, count: number): number => {
    let at = from;
    while (open[at] !== undefined && (open[at]?.items.length ?? 0) + count > batchSize) at += 1;
    return at;
  };

  /**
   * Says of the row's keys that this batch holds them; gives the first batch that the row may go into: nothing of it has to
   * come after that one.
   */
  const take = (endpoints: readonly T[], at: number): number => {
    const batch = firstOpen() + at;
    let first = 0;
    for (const { orderKeys } of endpoints) {
      for (let index = 0; index < orderKeys.length; index += 1) {
        const key = orderKeys[index] as number;
        const holder = key === 0 ? undefined : holders.put(key, batch);
        if (holder !== undefined) first = Math.max(first, holder - firstOpen() + (index === 0 ? 1 : 0));
      }
    }
    return first;
  };

  const place = (endpoints: readonly T[]): void => {
    let at = findRoom(0, endpoints.length);
    const first = take(endpoints, at);
    if (first > at) {
      at = findRoom(first, endpoints.length);
      take(endpoints, at);
    }
    const { items } = open[at] ?? begin();
    for (const endpoint of endpoints) items.push(endpoint);
  };

  const isReady = (): boolean => (open[0]?.items.length ?? 0) >= batchSize || open.length > MAX_OPEN_BATCHES;

  const takeReady = (): readonly T[][] => {
    // Most rows make no batch ready, and need no list.
    if (!isReady()) return NONE;
    const ready: T[][] = [];
    while (isReady()) ready.push(open.shift()?.items ?? []);
    return ready;
  };

  return {
    get waitingSince() {
      return open[0]?.since;
    },
    add(endpoints) {
      if (endpoints.length === 1) place(endpoints);
      else for (const group of splitRow(endpoints, batchSize)) place(group);
      return takeReady();
    },
    flush() {
      return open.splice(0).map(({ items }) => items);
    },
  };
}

const NONE: readonly never[] = [];

/** A row's endpoints, apart where they outnumber a batch or two of them have the same Id. */
function splitRow<T extends Endpoint>(endpoints: readonly T[], batchSize: number): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let ids = new Set<number>();
  for (const endpoint of endpoints) {
    const [id] = endpoint.orderKeys;
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
