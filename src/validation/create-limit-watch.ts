import type { JsonObject, OrderKeys } from "../domain.js";
import { MAX_CUSTOM_NAMES, MAX_ENDPOINTS_PER_USER } from "./limits.js";

/**
 * Users and addresses that are remembered, as hashes, so that memory stays flat whatever the input. Of more than that every
 * second one is left out, then every second one of those: what is wrong with many is found all the same.
 */
const MAX_WATCHED = 25_000;

/** Slots for so many: a power of two, so that a hash finds its first one by a mask, and roomy enough to probe little. */
const MAX_SLOTS = 2 ** 16;

/**
 * A table begins small and grows by so much. One of full size would need room for the first time when V8 has optimised all that
 * leads there, throws that away, and a run stumbles at its row 25,000.
 */
const FIRST_SLOTS = 2 ** 10;
const GROWTH = 8;

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
  /** The number of the entry that is there, from 1; 0 in an empty slot. */
  let slots = new Uint32Array(0);
  let keys = new Float64Array(0);
  /** Of each entry so many. */
  let holders = new Uint32Array(0);
  let size = 0;
  /** Keys that have one of these bits are left out. */
  let leftOut = 0;

  const isLeftOut = (key: number): boolean => ((key >>> 20) & leftOut) !== 0;

  /** The slot of the key, or the empty one where it would go. */
  const slotOf = (key: number): number => {
    const last = slots.length - 1;
    let slot = key & last;
    for (let entry = slots[slot]; entry !== 0 && keys[(entry as number) - 1] !== key; entry = slots[slot])
      slot = (slot + 1) & last;
    return slot;
  };

  /** The place of the key's first holder. */
  const placeOf = (key: number): number => {
    const slot = slotOf(key);
    const entry = slots[slot] as number;
    if (entry !== 0) return (entry - 1) * maxHolders;
    keys[size] = key;
    size += 1;
    slots[slot] = size;
    return (size - 1) * maxHolders;
  };

  const grow = (count: number): void => {
    const entries = Math.floor((MAX_WATCHED * count) / MAX_SLOTS);
    const [oldKeys, oldHolders] = [keys, holders];
    slots = new Uint32Array(count);
    keys = new Float64Array(entries);
    keys.set(oldKeys);
    holders = new Uint32Array(entries * maxHolders);
    holders.set(oldHolders);
  };

  /** A larger table, or one that leaves out half of what is in it. */
  const makeRoom = (): void => {
    if (slots.length < MAX_SLOTS) grow(slots.length * GROWTH);
    else leftOut = 2 * leftOut + 1;
    slots.fill(0);
    const before = size;
    size = 0;
    for (let entry = 0; entry < before; entry += 1) {
      const key = keys[entry] as number;
      if (isLeftOut(key)) continue;
      holders.copyWithin(placeOf(key), entry * maxHolders, (entry + 1) * maxHolders);
    }
    holders.fill(0, size * maxHolders, before * maxHolders);
  };

  grow(FIRST_SLOTS);

  return {
    isFull(key, id) {
      if (isLeftOut(key)) return false;
      if (size === keys.length) makeRoom();
      // The lower 32 bits of the Id's key; not 0, which marks an empty place.
      const holder = id >>> 0 || 1;
      const first = placeOf(key);
      for (let at = first; at < first + maxHolders; at += 1) {
        if (holders[at] === 0) holders[at] = holder;
        if (holders[at] === holder) return false;
      }
      return true;
    },
  };
}
