import type { Endpoint } from "../domain.js";
import { createInFlight } from "./create-in-flight.js";

/** How fast one operation can be used at this moment. */
export interface Pace {
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** Requests a second. */
  readonly ratePerSecond: number;
}

/**
 * `unusable`: the operation for one endpoint does not work, and nothing is decided. `contradicted`: it refused what the
 * other one accepted, so it is of no use either.
 */
export type SingleOutcome = "refused" | "unusable" | "contradicted" | undefined;

export interface IsolationOptions<T extends Endpoint> {
  /** Sends several in one request, and as needed in more; resolves with whether they were accepted at once. */
  readonly deliver: (batch: readonly T[], order: number) => Promise<boolean>;
  /** Sends one by itself and decides it; resolves with undefined unless something is to be told. */
  readonly deliverOne: (item: T, order: number, words: string) => Promise<SingleOutcome>;
  readonly batches: Pace;
  readonly singles: Pick<Pace, "ratePerSecond">;
  /** Items of one batch under way at most when they are sent one by one. */
  readonly concurrency: number;
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
  const { deliver, deliverOne, batches, singles, concurrency } = options;
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
    const undecided: T[] = [];
    const inFlight = createInFlight(concurrency);
    let found = false;
    /** As other batches come and go, or once the bad one is found, what is left may be sooner done in another way. */
    const isDoneSooner = (left: number): boolean => {
      if (!singlesWork) return true;
      return found
        ? secondsABatch() < secondsSingly(backlog)
        : left > 1 && isSoonerHalved(left, backlog - left);
    };
    let sent = 0;
    backlog += batch.length;
    for (const item of batch) {
      if (isDoneSooner(batch.length - sent)) break;
      sent += 1;
      await inFlight.start([item], async () => {
        const outcome = singlesWork ? await deliverOne(item, order, words) : ("unusable" as const);
        backlog -= 1;
        found ||= outcome === "refused";
        if (outcome === "unusable") undecided.push(item);
        if (outcome === "unusable" || outcome === "contradicted") singlesWork = false;
      });
    }
    await inFlight.drain();
    const left = batch.slice(sent);
    backlog -= left.length;
    undecided.push(...left);
    if (undecided.length === 0) return;
    await (found || undecided.length === 1 || undecided.length > left.length
      ? deliver(undecided, order)
      : locate(undecided, order, words));
  };

  return { locate };
}

export function halve<T>(batch: readonly T[]): readonly [left: readonly T[], right: readonly T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
