import type { JsonObject, OrderKeys } from "../domain.js";
import { MAX_CUSTOM_NAMES, MAX_ENDPOINTS_PER_USER } from "./limits.js";

/**
 * Users and addresses that are remembered, as hashes, so that memory stays flat whatever the input. Of more than that every
 * second one is left out, then every second one of those: what is wrong with many is found all the same.
 */
const MAX_WATCHED = 25_000;

/**
 * Slots of a table: powers of two, so that a hash finds its first one by a mask. A table of the largest size from the beginning
 * would do what it does when it is full so late that V8 throws away by then well optimised code, and the run stumbles.
 */
const FIRST_SLOTS = 2 ** 8;
const MAX_SLOTS = 2 ** 16;

/** Watches for limits that hold over a whole run. Each gives one warning, and no endpoint is turned away for it. */
export interface LimitWatch {
  observe(item: JsonObject, orderKeys: OrderKeys): void;
}

export function createLimitWatch(warn: (message: string) => void): LimitWatch {
  const names = new Set<string>();
  const users = createHolderTable(MAX_ENDPOINTS_PER_USER);
  const addresses = createHolderTable(1);
  let watchNames = true;
  let watchUsers = true;
  let watchAddresses = true;

  const tooManyNames = (item: JsonObject): boolean => {
    const user = item.User as JsonObject | undefined;
    for (const map of [item.Attributes, item.Metrics, user?.UserAttributes]) {
      // Without the list of its keys: these maps are plain objects.
      for (const name in map as JsonObject | undefined) names.add(name);
    }
    return names.size > MAX_CUSTOM_NAMES;
  };

  return {
    observe(item, [id, user, address]) {
      if (watchNames && tooManyNames(item)) {
        watchNames = false;
        names.clear();
        warn(
          `the import has more than ${MAX_CUSTOM_NAMES} custom attribute and metric names; Pinpoint takes ${MAX_CUSTOM_NAMES} in an application`,
        );
      }
      if (watchUsers && user !== 0 && users.isFull(user, id)) {
        watchUsers = false;
        warn(
          `a user has more than ${MAX_ENDPOINTS_PER_USER} endpoints; Pinpoint takes ${MAX_ENDPOINTS_PER_USER} for one User.UserId`,
        );
      }
      if (watchAddresses && address !== 0 && addresses.isFull(address, id)) {
        watchAddresses = false;
        warn(
          "one address stands under two Ids; Pinpoint keeps only the endpoint that was updated last active",
        );
      }
    },
  };
}

interface HolderTable {
  /** Notes that this Id holds the key; true if it is one too many. */
  isFull(key: number, id: number): boolean;
}

/** Which Ids hold a user or address, by their order keys: the first `maxHolders` of each. */
function createHolderTable(maxHolders: number): HolderTable {
  let keys = new Float64Array(FIRST_SLOTS);
  /** Of each slot so many. */
  let holders = new Uint32Array(FIRST_SLOTS * maxHolders);
  let size = 0;
  /** Keys that have one of these bits are left out. */
  let leftOut = 0;

  const isLeftOut = (key: number): boolean => ((key >>> 20) & leftOut) !== 0;

  /** The slot of the key, which is its own from here on. */
  const take = (key: number): number => {
    const last = keys.length - 1;
    let slot = key & last;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & last;
    if (keys[slot] === 0) {
      keys[slot] = key;
      size += 1;
    }
    return slot;
  };

  /** A larger table, or one that leaves out half of what is in it. */
  const makeRoom = (): void => {
    const [oldKeys, oldHolders] = [keys, holders];
    if (keys.length === MAX_SLOTS) leftOut = 2 * leftOut + 1;
    const slots = Math.min(2 * keys.length, MAX_SLOTS);
    keys = new Float64Array(slots);
    holders = new Uint32Array(slots * maxHolders);
    size = 0;
    for (let old = 0; old < oldKeys.length; old += 1) {
      const key = oldKeys[old] as number;
      if (key === 0 || isLeftOut(key)) continue;
      const slot = take(key);
      for (let at = 0; at < maxHolders; at += 1)
        holders[slot * maxHolders + at] = oldHolders[old * maxHolders + at] as number;
    }
  };

  return {
    isFull(key, id) {
      if (isLeftOut(key)) return false;
      if (size >= Math.min(MAX_WATCHED, keys.length / 2)) makeRoom();
      // The lower 32 bits of the Id's key; not 0, which marks an empty place.
      const holder = id >>> 0 || 1;
      const first = take(key) * maxHolders;
      for (let at = first; at < first + maxHolders; at += 1) {
        if (holders[at] === 0) holders[at] = holder;
        if (holders[at] === holder) return false;
      }
      return true;
    },
  };
}
