/** Records how to take back what is done, so that a refused batch leaves no trace. */
export interface UndoJournal {
  /** Notes the reverse of a change that is being made. */
  record(undo: () => void): void;
  /** Runs `work`; if it throws, everything recorded meanwhile is taken back, last first, and the error goes on. */
  transaction<T>(work: () => T): T;
}

/** A map that can be rolled back. Values are never undefined, and are replaced, never changed in place. */
export interface UndoableMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  set(key: K, value: V): void;
  delete(key: K): void;
  keys(): IterableIterator<K>;
  values(): IterableIterator<V>;
}

/** Transactions may nest; an inner one that fails takes back its own part only. */
export function createUndoJournal(): UndoJournal {
  const undos: (() => void)[] = [];
  let depth = 0;
  return {
    record(undo) {
      if (depth > 0) undos.push(undo);
    },
    transaction(work) {
      const mark = undos.length;
      depth += 1;
      try {
        return work();
      } catch (error) {
        while (undos.length > mark) undos.pop()?.();
        throw error;
      } finally {
        depth -= 1;
        if (depth === 0) undos.length = 0;
      }
    },
  };
}

/** A Map whose changes are recorded in the journal. A Map also makes `__proto__` an ordinary key. */
export function createUndoableMap<K, V extends {}>(journal: UndoJournal): UndoableMap<K, V> {
  const map = new Map<K, V>();
  const recordState = (key: K) => {
    const before = map.get(key);
    journal.record(before === undefined ? () => map.delete(key) : () => map.set(key, before));
  };
  return {
    get size() {
      return map.size;
    },
    get: (key) => map.get(key),
    has: (key) => map.has(key),
    set(key, value) {
      recordState(key);
      map.set(key, value);
    },
    delete(key) {
      if (!map.has(key)) return;
      recordState(key);
      map.delete(key);
    },
    keys: () => map.keys(),
    values: () => map.values(),
  };
}
