import type { Endpoint } from "../domain.js";
import { createInFlight } from "./create-in-flight.js";

/** How fast one operation can be used at this moment. */
export interface Pace {
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** Requests a second. */
  readonly ratePerSecond: number;
}

export interface IsolationOptions<T extends Endpoint> {
  /** Sends several in one request, and as needed in more; resolves with whether they were accepted at once. */
  readonly deliver: (batch: readonly T[]) => Promise<boolean>;
  /** Sends one by itself and decides it; resolves with false where the operation cannot be used, and decides nothing. */
  readonly deliverOne: (item: T) => Promise<boolean>;
  readonly batches: Pace;
  readonly singles: Pace;
  /** Items of one batch under way at most when they are sent one by one. */
  readonly concurrency: number;
}

/** Finds out which endpoints of a refused batch are bad, so that only they are rejected. */
export interface Isolation<T extends Endpoint> {
  /** `batch` has two items at least, and something in it is wrong. Resolves when all of them are decided. */
  locate(batch: readonly T[]): Promise<void>;
}

/** Halving costs one request a level where the good half comes first, and two where the bad one does. */
const REQUESTS_A_LEVEL = 1.5;

/**
 * Pinpoint says of a batch only that something in it is wrong. Halving it takes few requests of the quota that all batches
 * wait for; sending its items one by one takes many of a quota that nothing else uses. Whichever ends sooner, at each step.
 */
export function createIsolation<T extends Endpoint>(options: IsolationOptions<T>): Isolation<T> {
  const { deliver, deliverOne, batches, singles, concurrency } = options;
  /** Turns false when the operation for one endpoint is not permitted, or not known to the service. */
  let singlesWork = true;
  /** Items that are to be sent one by one and were not yet. */
  let backlog = 0;

  const locate = async (batch: readonly T[]): Promise<void> => {
    const secondsSingly = (backlog + batch.length) / singles.ratePerSecond;
    const halvings = REQUESTS_A_LEVEL * Math.ceil(Math.log2(batch.length));
    const secondsByHalves = (halvings * (batches.waiting + 1)) / batches.ratePerSecond;
    await (singlesWork && secondsSingly <= secondsByHalves ? sendSingly(batch) : sendHalves(batch));
  };

  /** Halves go one after the other, in order. */
  const sendHalves = async (batch: readonly T[]): Promise<void> => {
    const [left, right] = halve(batch);
    const clean = await deliver(left);
    // What is wrong must be in the other half then; of a single item only its own answer decides.
    await (clean && right.length > 1 ? locate(right) : deliver(right));
  };

  const sendSingly = async (batch: readonly T[]): Promise<void> => {
    const left: T[] = [];
    const inFlight = createInFlight(concurrency);
    backlog += batch.length;
    for (const item of batch) {
      await inFlight.start([item], async () => {
        singlesWork = singlesWork && (await deliverOne(item));
        if (!singlesWork) left.push(item);
        backlog -= 1;
      });
    }
    await inFlight.drain();
    if (left.length > 0) await deliver(left);
  };

  return { locate };
}

export function halve<T>(batch: readonly T[]): readonly [left: readonly T[], right: readonly T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
