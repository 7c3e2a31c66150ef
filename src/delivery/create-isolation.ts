import { setMaxListeners } from "node:events";
import type { Endpoint } from "../domain.js";
import { createInFlight } from "./create-in-flight.js";
import type { Recall } from "./create-sender.js";

/** How fast one operation can be used at this moment. */
export interface Pace {
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** Requests a second. */
  readonly ratePerSecond: number;
}

/**
 * `recalled`: it was taken back, and nothing is decided. `unusable`: the operation for one endpoint does not work, and
 * nothing is decided. `contradicted`: it refused what the other one accepted, so it is of no use either.
 */
export type SingleOutcome = "refused" | "recalled" | "unusable" | "contradicted" | undefined;

export interface IsolationOptions<T extends Endpoint> {
  /** Sends several in one request, and as needed in more; resolves with whether they were accepted at once. */
  readonly deliver: (batch: readonly T[], order: number) => Promise<boolean>;
  /** Sends one by itself and decides it; resolves with undefined unless something is to be told. */
  readonly deliverOne: (item: T, order: number, words: string, recall: Recall) => Promise<SingleOutcome>;
  readonly batches: Pace;
  readonly singles: Pick<Pace, "ratePerSecond">;
  /** Items of one batch under way at most when they are sent one by one. */
  readonly concurrency: number;
  /** The run is about to end. */
  readonly signal: AbortSignal;
}

/** Finds out which endpoints of a refused batch are bad, so that only they are rejected. */
export interface Isolation<T extends Endpoint> {
  /**
   * Resolves when all items are decided.
   *
   * @param batch Two items at least; something in it is wrong.
   * @param order Its place in the input.
   * @param words What the service said of it.
   */
  locate(batch: readonly T[], order: number, words: string): Promise<void>;
}

/** Halving costs one request a level where the good half comes first, and two where the bad one does. */
const REQUESTS_A_LEVEL = 1.5;

/**
 * Pinpoint says of a batch only that something in it is wrong. Halving it takes few requests, of the quota that all batches
 * wait for; sending its items one by one takes many, of a quota that nothing else uses. Whichever ends sooner, at each step.
 */
export function createIsolation<T extends Endpoint>(options: IsolationOptions<T>): Isolation<T> {
  const { deliver, deliverOne, batches, singles, concurrency, signal } = options;
  let singlesWork = true;
  /** Items that are to be sent one by one and were not yet. */
  let backlog = 0;

  const secondsABatch = (): number => (batches.waiting + 1) / batches.ratePerSecond;
  const secondsSingly = (items: number): number => items / singles.ratePerSecond;

  /** Whether to halve at least once; what is left then may be sent one by one, behind so many others, or halved to the end. */
  const isSoonerHalved = (items: number, others: number): boolean => {
    const depth = Math.ceil(Math.log2(items));
    const seconds = Array.from({ length: depth }, (_, index) => {
      const level = index + 1;
      const rest = level === depth ? 0 : secondsSingly(others + items / 2 ** level);
      return level * REQUESTS_A_LEVEL * secondsABatch() + rest;
    });
    return Math.min(...seconds) < secondsSingly(others + items);
  };

  const locate = (batch: readonly T[], order: number, words: string): Promise<void> =>
    !singlesWork || isSoonerHalved(batch.length, backlog)
      ? sendHalves(batch, order, words)
      : sendSingly(batch, order, words);

  /** Halves go one after the other, in order. */
  const sendHalves = async (batch: readonly T[], order: number, words: string): Promise<void> => {
    const [left, right] = halve(batch);
    const clean = await deliver(left, order);
    // What is wrong must be in the other half then; of a single item only its own answer decides.
    await (clean && right.length > 1 ? locate(right, order, words) : deliver(right, order));
  };

  const sendSingly = async (batch: readonly T[], order: number, words: string): Promise<void> => {
    const undecided = new Set(batch);
    const inFlight = createInFlight(concurrency);
    const recalling = new AbortController();
    // Each of them listens.
    setMaxListeners(0, recalling.signal);
    let found = false;
    let worked = true;
    /** As other batches come and go, or once the bad one is found, what is left may be sooner done in another way. */
    const isDoneSooner = (): boolean => {
      if (!singlesWork) return true;
      const left = undecided.size;
      return found || left === 1
        ? secondsABatch() < secondsSingly(backlog)
        : isSoonerHalved(left, backlog - left);
    };
    const end = (): void => recalling.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const recall: Recall = {
      signal: recalling.signal,
      onThrottled() {
        if (isDoneSooner()) recalling.abort(new Error("it is done sooner in another way"));
      },
    };
    backlog += batch.length;
    for (const item of batch) {
      if (recalling.signal.aborted || isDoneSooner()) break;
      await inFlight.start([item], async () => {
        const outcome = singlesWork ? await deliverOne(item, order, words, recall) : "unusable";
        found ||= outcome === "refused";
        if (outcome === "unusable" || outcome === "contradicted") singlesWork = false;
        if (outcome === "unusable") worked = false;
        if (outcome === "unusable" || outcome === "recalled") return;
        undecided.delete(item);
        backlog -= 1;
      });
    }
    await inFlight.drain();
    signal.removeEventListener("abort", end);
    backlog -= undecided.size;
    const left = [...undecided];
    if (left.length === 0) return;
    await (found || left.length === 1 || !worked ? deliver(left, order) : locate(left, order, words));
  };

  return { locate };
}

export function halve<T>(batch: readonly T[]): readonly [left: readonly T[], right: readonly T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
