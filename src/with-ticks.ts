import { LONGEST_TIMER_MS } from "./longest-timer.js";

/** What is at hand is read first: a timer that is over would come before it. */
const LEAST_WAIT_MS = 50;

/**
 * What a source gives, and `undefined` when nothing came until the time that `dueAt` says. Nothing is asked of the source
 * before it is wanted.
 *
 * @param open Opens the source; its signal is aborted when nothing more is wanted, also while the source waits.
 * @param dueAt In milliseconds of a monotonic clock; undefined to wait for as long as it takes.
 */
export async function* withTicks<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal,
  dueAt: () => number | undefined,
): AsyncGenerator<T | undefined, void, undefined> {
  const leaving = new AbortController();
  const iterator = open(AbortSignal.any([signal, leaving.signal]))[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const due = dueAt();
      const waitMs = due === undefined ? undefined : Math.max(LEAST_WAIT_MS, due - performance.now());
      const result = await inTime(next, waitMs);
      if (result === undefined) {
        yield undefined;
        continue;
      }
      if (result.done) return;
      yield result.value;
      next = iterator.next();
    }
  } finally {
    leaving.abort();
    await iterator.return?.();
  }
}

/** Resolves with undefined when it takes longer. */
async function inTime<T>(work: Promise<T>, waitMs: number | undefined): Promise<T | undefined> {
  if (waitMs === undefined) return work;
  // It may fail while nobody waits for it.
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.min(waitMs, LONGEST_TIMER_MS));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
