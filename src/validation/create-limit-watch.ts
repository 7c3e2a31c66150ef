import type { JsonObject, OrderKeys } from "../domain.js";
import { MAX_CUSTOM_NAMES, MAX_ENDPOINTS_PER_USER } from "./limits.js";

/**
 * Users and addresses that are remembered, as hashes in tables of fixed size, so that memory stays flat whatever the
 * input. Beyond that number new ones go unwatched, and the warnings speak only of what was watched.
 */
const MAX_WATCHED = 100_000;

/** Slots of a table: a power of two, so that a hash finds its first one by a mask, and roomy enough to probe little. */
const SLOTS = 2 ** 18;

/** Watches for limits that hold over a whole run. Each gives one warning, and no endpoint is turned away for it. */
export interface LimitWatch {
  observe(item: JsonObject, orderKeys: OrderKeys): void;
}

export function createLimitWatch(warn: (message: string) => void): LimitWatch {
  const names = new Set<string>();
  const users = createHashTable();
  const idsOfUser = new Uint32Array(MAX_WATCHED * MAX_ENDPOINTS_PER_USER);
  const addresses = createHashTable();
  const idOfAddress = new Uint32Array(MAX_WATCHED);
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

  const tooManyEndpoints = ([idKey, userKey]: OrderKeys): boolean => {
    const user = userKey === 0 ? undefined : users.indexOf(userKey);
    if (user === undefined) return false;
    const id = toMark(idKey);
    const first = user * MAX_ENDPOINTS_PER_USER;
    for (let at = first; at < first + MAX_ENDPOINTS_PER_USER; at += 1) {
      if (idsOfUser[at] === 0) idsOfUser[at] = id;
      if (idsOfUser[at] === id) return false;
    }
    return true;
  };

  const secondIdOfAddress = ([idKey, , addressKey]: OrderKeys): boolean => {
    const address = addressKey === 0 ? undefined : addresses.indexOf(addressKey);
    if (address === undefined) return false;
    const id = toMark(idKey);
    if (idOfAddress[address] === 0) idOfAddress[address] = id;
    return idOfAddress[address] !== id;
  };

  return {
    observe(item, orderKeys) {
      if (watchNames && tooManyNames(item)) {
        watchNames = false;
        names.clear();
        warn(
          `the import has more than ${MAX_CUSTOM_NAMES} custom attribute and metric names; Pinpoint takes ${MAX_CUSTOM_NAMES} in an application`,
        );
      }
      if (watchUsers && tooManyEndpoints(orderKeys)) {
        watchUsers = false;
        warn(
          `a user has more than ${MAX_ENDPOINTS_PER_USER} endpoints; Pinpoint takes ${MAX_ENDPOINTS_PER_USER} for one User.UserId`,
        );
      }
      if (watchAddresses && secondIdOfAddress(orderKeys)) {
        watchAddresses = false;
        warn(
          "one address stands under two Ids; Pinpoint keeps only the endpoint that was updated last active",
        );
      }
    },
  };
}

/** Numbers hashes from 0 in the order in which they come up, up to `MAX_WATCHED` of them. */
function createHashTable(): { indexOf(hash: number): number | undefined } {
  const hashes = new Float64Array(SLOTS);
  const indices = new Uint32Array(SLOTS);
  let size = 0;
  return {
    indexOf(hash) {
      let slot = hash & (SLOTS - 1);
      while (hashes[slot] !== 0) {
        if (hashes[slot] === hash) return indices[slot];
        slot = (slot + 1) & (SLOTS - 1);
      }
      if (size === MAX_WATCHED) return undefined;
      hashes[slot] = hash;
      indices[slot] = size;
      size += 1;
      return size - 1;
    },
  };
}

/** The lower 32 bits of an Id's key; not 0, which marks an empty place. */
function toMark(key: number): number {
  return key >>> 0 || 1;
}
