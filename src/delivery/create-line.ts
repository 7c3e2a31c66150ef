/**
 * A line in front of something that takes one at a time. Whoever has the lowest number is next, also when others came
 * before: a batch that is sent again goes ahead of those behind it in the input.
 */
export interface Line {
  /** Waits for its turn, then does the work; resolves with what comes of it. */
  pass<T>(order: number, work: () => Promise<T>): Promise<T>;
  /** How many wait or are at it. */
  readonly length: number;
}

export function createLine(): Line {
  const waiting: { readonly order: number; readonly enter: () => void }[] = [];
  let busy = false;

  const letNextIn = (): void => {
    const first = Math.min(...waiting.map(({ order }) => order));
    const [next] = waiting.splice(
      waiting.findIndex(({ order }) => order === first),
      1,
    );
    next?.enter();
    busy = next !== undefined;
  };

  return {
    get length() {
      return waiting.length + (busy ? 1 : 0);
    },
    async pass(order, work) {
      if (busy) await new Promise<void>((enter) => waiting.push({ order, enter }));
      busy = true;
      try {
        return await work();
      } finally {
        letNextIn();
      }
    },
  };
}
