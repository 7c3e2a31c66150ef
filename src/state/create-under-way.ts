import type { Fingerprint, OrderKeys, SharedState } from "../domain.js";
import { type OrderedItem, toOrderKeys } from "../to-order-keys.js";

/** What an endpoint makes of a user or address: an address it makes its own. */
export function toState({ state }: SharedState, id: string): string {
  return state === "" ? id : state;
}

/** Ids that are under way, and users and addresses with what is made of them. */
export function createUnderWay() {
  /** By order key: what is in no hash here is not under way, and needs no better one. */
  const hashes = new Map<number, number>();
  const ids = new Map<string, number>();
  /** By what is made of them: several, while not all agree. */
  const states = new Map<string, Map<string, number>>();

  const change = <K>(counts: Map<K, number>, key: K, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  const isTouched = (one: SharedState, id: string): boolean => {
    const found = states.get(one.key);
    return found !== undefined && (found.size > 1 || !found.has(toState(one, id)));
  };

  return {
    touches(fingerprint: Fingerprint, item: OrderedItem): boolean {
      if (hashes.size === 0 || !toOrderKeys(item).some((key) => key !== 0 && hashes.has(key))) return false;
      const { id, shared } = fingerprint;
      return ids.has(id) || shared.some((one) => isTouched(one, id));
    },
    add({ id, shared }: Fingerprint, orderKeys: OrderKeys): void {
      for (const key of orderKeys) change(hashes, key, 1);
      change(ids, id, 1);
      for (const one of shared) {
        const found = states.get(one.key) ?? new Map<string, number>();
        states.set(one.key, found);
        change(found, toState(one, id), 1);
      }
    },
    remove({ id, shared }: Fingerprint, orderKeys: OrderKeys): void {
      for (const key of orderKeys) change(hashes, key, -1);
      change(ids, id, -1);
      for (const one of shared) {
        const found = states.get(one.key);
        if (found === undefined) continue;
        change(found, toState(one, id), -1);
        if (found.size === 0) states.delete(one.key);
      }
    },
  };
}
