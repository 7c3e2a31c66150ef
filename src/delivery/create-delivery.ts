import { setMaxListeners } from "node:events";
import pLimit from "p-limit";
import {
  createRequestCounts,
  type DeliveryEvent,
  type Endpoint,
  type RejectReason,
  type RequestCounts,
} from "../domain.js";
import { RunStoppedError } from "../errors.js";
import { createInFlight } from "./create-in-flight.js";
import { createIsolation, halve, type SingleOutcome } from "./create-isolation.js";
import type { Pacer } from "./create-pacer.js";
import { createRefusalWatch } from "./create-refusal-watch.js";
import { createSender, type Failure, type Recall } from "./create-sender.js";
import { createSizeLimit } from "./create-size-limit.js";
import { toEverythingRefused, toServiceDown, toStop } from "./stop-reasons.js";
import type { Target } from "./target.js";

/** What became of endpoints: accepted, or rejected for a reason. Endpoints that a stop leaves behind have no outcome. */
export type Outcome = "accepted" | RejectReason;

export interface DeliveryOptions<T extends Endpoint> {
  readonly target: Target;
  /** The pace of requests with many endpoints, and of those with one, which have a quota of their own. */
  readonly pacers: { readonly batch: Pacer; readonly single: Pacer };
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Tries of one request for 5xx and network faults; throttling does not count as a try. */
  readonly maxAttempts: number;
  /** Called for every endpoint that was decided, several at a time; what it throws stops the run. */
  readonly onOutcome: (endpoints: readonly T[], outcome: Outcome) => Promise<void>;
  readonly onEvent: (event: DeliveryEvent) => void;
}

export interface Delivery<T extends Endpoint> {
  /** Resolves once there is room for the batch; until then the caller reads nothing more. Rejects when the run must stop. */
  submit(batch: readonly T[]): Promise<void>;
  /** Resolves when nothing is under way any more. Rejects when the run must stop. */
  drain(): Promise<void>;
  /** Resolves when all that was submitted is decided; nothing more may be. Rejects when the run must stop. */
  finish(): Promise<void>;
  /** Starts no further request and waits for the outcome of those in flight. Never rejects. */
  stop(): Promise<void>;
  readonly requests: Readonly<RequestCounts>;
  /** Aborted when no further request is started: the run must stop, or was told to. */
  readonly stopped: AbortSignal;
}

/** Batches in a row that ran out of tries, with nothing accepted in between, before the service counts as down. */
const FAILED_BATCHES_TO_STOP = 3;

/** Batches under way for each request in flight, and at least besides: those that pause, wait or are refused take no slot. */
const BATCHES_A_SLOT = 2;
const LEAST_BATCHES_BESIDES = 3;

/** Sends batches, finds the bad items of a refused one, and tells what became of each endpoint. */
export function createDelivery<T extends Endpoint>(options: DeliveryOptions<T>): Delivery<T> {
  const { target, pacers, concurrency, maxAttempts, onOutcome, onEvent } = options;
  const stopping = new AbortController();
  // Every request under way listens: ten of them and more are no leak.
  setMaxListeners(0, stopping.signal);
  const requests = createRequestCounts();
  const shared = { slots: pLimit(concurrency), maxAttempts, signal: stopping.signal, requests, onEvent };
  const batches = createSender({
    ...shared,
    pacer: pacers.batch,
    call: (batch) => target.send(batch),
    onStop: (failure) => halt(toStop(failure)),
  });
  const singles = createSender({
    ...shared,
    pacer: pacers.single,
    call: async ([item]) => item && target.sendOne(item),
    // Permission may be lacking for this operation alone: requests of the other one tell.
    onStop: () => {},
  });
  const inFlight = createInFlight(
    Math.max(BATCHES_A_SLOT * concurrency, concurrency + LEAST_BATCHES_BESIDES),
  );
  const refusals = createRefusalWatch();
  const sizes = createSizeLimit();
  let fault: RunStoppedError | undefined;
  let submitted = 0;
  /**
   * Batches that ran out of tries, and endpoints that were refused alike, since the last accepted batch: whether for their
   * own fault or the service's, time will tell.
   */
  const failed = createHeld(onOutcome);
  const refused = createHeld(onOutcome);
  let lastFailure: Failure | undefined;
  let failedInARow = 0;

  const halt = (error: RunStoppedError): void => {
    fault ??= error;
    stopping.abort();
  };

  const deliverWhole = async (batch: readonly T[], order: number): Promise<void> => {
    await deliver(batch, order, (words) => refusals.batchRefused(batch.length, words));
  };

  /** Resolves with whether the batch was accepted as it is. */
  const deliver = async (
    batch: readonly T[],
    order: number,
    onRefused?: (words: string) => void,
  ): Promise<boolean> => {
    if (stopping.signal.aborted) return false;
    if (!sizes.allows(batch)) {
      await deliverHalves(batch, order);
      return false;
    }
    const failure = await batches.send(batch, order);
    if (failure === undefined) {
      sizes.accepted(batch);
      await accept(batch);
      return true;
    }
    if (failure.action !== "isolate" && failure.action !== "split") {
      giveUp(batch, failure);
      return false;
    }
    requests.refused += 1;
    onEvent({ kind: "refused", items: batch.length, reason: failure.reason });
    if (failure.action === "isolate") onRefused?.(toWords(failure));
    else sizes.tooLarge(batch);
    if (batch.length === 1) await refuse(batch, failure);
    else if (failure.action === "isolate") await isolation.locate(batch, order, toWords(failure));
    else await deliverHalves(batch, order);
    return false;
  };

  /** Halves go one after the other, in order, in the place of the whole. */
  const deliverHalves = async (batch: readonly T[], order: number): Promise<void> => {
    for (const half of halve(batch)) await deliver(half, order);
  };

  const deliverOne = async (
    item: T,
    order: number,
    words: string,
    recall: Recall,
  ): Promise<SingleOutcome> => {
    if (recall.signal.aborted) return "recalled";
    const failure = await singles.send([item], order, recall);
    if (failure === undefined) {
      await accept([item]);
      return undefined;
    }
    if (failure.recalled) return "recalled";
    if (failure.action !== "isolate" && failure.action !== "split") return "unusable";
    requests.refused += 1;
    if (toWords(failure) === words || failure.action === "split") {
      await refuse([item], failure);
      return "refused";
    }
    // Other words than the batch was refused with: about the item, or about the operation. A batch of one tells.
    return (await deliver([item], order)) ? "contradicted" : "refused";
  };

  const isolation = createIsolation<T>({
    deliver,
    deliverOne,
    batches: toPace(batches, pacers.batch),
    singles: pacers.single,
    concurrency,
    signal: stopping.signal,
  });

  const accept = async (batch: readonly T[]): Promise<void> => {
    failedInARow = 0;
    lastFailure = undefined;
    refusals.accepted();
    await rejectHeld();
    await onOutcome(batch, "accepted");
  };

  /** The service takes what is good: what it did not take is given up. */
  const rejectHeld = async (): Promise<void> => {
    await failed.reject();
    await refused.reject();
  };

  const refuse = async (item: readonly T[], failure: Failure): Promise<void> => {
    const reason = `Pinpoint refused it: ${toMessage(failure)}`;
    if (failure.action === "split") return onOutcome(item, { code: "endpoint_too_large", reason });
    // What is refused in other words than the one before is refused for its own sake.
    if (refusals.endpointRefused(toWords(failure))) await refused.reject();
    refused.hold(item, { code: "endpoint_refused", reason });
    const alike = refusals.refusedAlike();
    if (alike !== undefined) halt(toEverythingRefused(alike, failure));
  };

  const giveUp = (batch: readonly T[], failure: Failure): void => {
    if (stopping.signal.aborted) return;
    const reason = `given up after ${maxAttempts} tries: ${failure.reason}`;
    failed.hold(batch, { code: "service_failed", reason });
    lastFailure = failure;
    failedInARow += 1;
    const unreachable = failure.unreachable && requests.accepted === 0;
    if (failedInARow >= FAILED_BATCHES_TO_STOP || unreachable) halt(toServiceDown(failure));
  };

  const drain = async (): Promise<void> => {
    await inFlight.drain();
    if (fault !== undefined) throw fault;
  };

  return {
    requests,
    stopped: stopping.signal,
    async submit(batch) {
      const order = submitted;
      submitted += 1;
      if (fault === undefined)
        await inFlight.start(batch, () => deliverWhole(batch, order).catch((error) => halt(toFault(error))));
      if (fault !== undefined) throw fault;
    },
    drain,
    async finish() {
      await drain();
      // What a stop leaves behind stays undecided.
      if (stopping.signal.aborted) return;
      if (lastFailure !== undefined && requests.accepted === 0) throw toServiceDown(lastFailure);
      await rejectHeld();
    },
    async stop() {
      stopping.abort();
      await inFlight.drain();
    },
  };
}

/** What AWS services put into a message so that a request can be found again. */
const REQUEST_IDS = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;

/** What Pinpoint said of a refused request, or what was seen of it where it said nothing. */
function toMessage({ reason, cause }: Failure): string {
  const said = cause instanceof SyntaxError || !(cause instanceof Error) ? "UnknownError" : cause.message;
  return said === "UnknownError" ? reason : said;
}

/** The same for the same reason. */
function toWords(failure: Failure): string {
  return toMessage(failure).replaceAll(REQUEST_IDS, "…");
}

/** Endpoints whose rejection is not certain yet. A stop leaves them undecided. */
function createHeld<T>(onOutcome: (endpoints: readonly T[], reason: RejectReason) => Promise<void>) {
  let held: { readonly endpoints: readonly T[]; readonly reason: RejectReason }[] = [];
  return {
    hold: (endpoints: readonly T[], reason: RejectReason) => void held.push({ endpoints, reason }),
    async reject(): Promise<void> {
      const rejects = held;
      held = [];
      for (const { endpoints, reason } of rejects) await onOutcome(endpoints, reason);
    },
  };
}

function toPace(sender: { readonly waiting: number }, pacer: Pacer) {
  return {
    get waiting() {
      return sender.waiting;
    },
    get ratePerSecond() {
      return pacer.ratePerSecond;
    },
  };
}

/** What `onOutcome` throws stops the run as it is; anything else is a defect of the program, and says so. */
function toFault(error: unknown): RunStoppedError {
  if (error instanceof RunStoppedError) return error;
  return new RunStoppedError("internal_error", `a defect of the program: ${error}`, { cause: error });
}
