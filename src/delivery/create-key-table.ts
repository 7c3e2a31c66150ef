/** Which batch was the last one to hold an order key. */
export interface KeyTable {
  /**
   * From here on it is `batch`; gives what it was, undefined where there was none, or none that still counts. Numbers of
   * batches count from 0.
   */
  put(key: number, batch: number): number | undefined;
}

const FIRST_SLOTS = 2 ** 12;

/**
 * A hash table without garbage: every row passes through two of these, and a `Map` with its boxed numbers and its deletions
 * took 2 µs more for each. What no longer counts makes room when room is needed.
 *
 * @param isOver Whether nothing has to wait for a batch any more. It stays so.
 */
export function createKeyTable(isOver: (batch: number) => boolean): KeyTable {
  let keys = new Float64Array(FIRST_SLOTS);
  let batches = new Int32Array(FIRST_SLOTS);
  let used = 0;

  /** The slot of the key, or the empty one where it would go. A key of 0 marks an empty slot. */
  const slotOf = (key: number): number => {
    const last = keys.length - 1;
    let slot = key & last;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & last;
    return slot;
  };

  const holderAt = (slot: number): number | undefined => {
    const holder = batches[slot] ?? 0;
    return keys[slot] === 0 || isOver(holder) ? undefined : holder;
  };

  /** Leaves out what is over, and keeps the table at most a quarter full at first. */
  const makeRoom = (): void => {
    const [oldKeys, oldBatches] = [keys, batches];
    const left: number[] = [];
    for (let slot = 0; slot < oldKeys.length; slot += 1)
      if (oldKeys[slot] !== 0 && !isOver(oldBatches[slot] ?? 0)) left.push(slot);
    let slots = FIRST_SLOTS;
    while (slots < 4 * left.length) slots *= 2;
    keys = new Float64Array(slots);
    batches = new Int32Array(slots);
    used = 0;
    for (const slot of left) {
      const key = oldKeys[slot] ?? 0;
      set(slotOf(key), key, oldBatches[slot] ?? 0);
    }
  };

  const set = (slot: number, key: number, batch: number): void => {
    if (keys[slot] === 0) used += 1;
    keys[slot] = key;
    batches[slot] = batch;
  };

  return {
    put(key, batch) {
      if (2 * used >= keys.length) makeRoom();
      const slot = slotOf(key);
      const holder = holderAt(slot);
      set(slot, key, batch);
      return holder;
    },
  };
}
