import { setMaxListeners } from "node:events";
import type { DeliveryEvent, Endpoint, RejectReason, RequestCounts } from "../domain.js";
import { RunStoppedError } from "../errors.js";
import { createInFlight } from "./create-in-flight.js";
import type { Pacer } from "./create-pacer.js";
import { createSender, type Failure } from "./create-sender.js";
import { toServiceDown, toStop } from "./stop-reasons.js";
import type { Target } from "./target.js";

/** What became of endpoints: accepted, or rejected for a reason. Endpoints that a stop leaves behind have no outcome. */
export type Outcome = "accepted" | RejectReason;

export interface DeliveryOptions<T extends Endpoint> {
  readonly target: Target;
  readonly pacer: Pacer;
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Tries of one request for 5xx and network faults; throttling does not count as a try. */
  readonly maxAttempts: number;
  /** Called for every endpoint that was decided, several at a time; what it throws stops the run. */
  readonly onOutcome: (endpoints: readonly T[], outcome: Outcome) => Promise<void>;
  readonly onEvent: (event: DeliveryEvent) => void;
}

export interface Delivery<T extends Endpoint> {
  /** Resolves once the batch is under way; until then the caller reads nothing more. Rejects when the run must stop. */
  submit(batch: readonly T[]): Promise<void>;
  /** Resolves when all that was submitted is decided. Rejects when the run must stop. */
  finish(): Promise<void>;
  /** Starts no further request and waits for the outcome of those in flight. Never rejects. */
  stop(): Promise<void>;
  readonly requests: Readonly<RequestCounts>;
}

/** Batches in a row that ran out of tries, with nothing accepted in between, before the service counts as down. */
const FAILED_BATCHES_TO_STOP = 3;

/** Endpoints refused one by one in the same words, and nothing ever accepted: several batches of them are no accident. */
const REFUSED_ALIKE_TO_STOP = 300;

/** Sends batches, finds the bad items of a refused one, and tells what became of each endpoint. */
export function createDelivery<T extends Endpoint>(options: DeliveryOptions<T>): Delivery<T> {
  const { target, pacer, concurrency, maxAttempts, onOutcome, onEvent } = options;
  const stopping = new AbortController();
  // Every request under way listens: ten of them and more are no leak.
  setMaxListeners(0, stopping.signal);
  const { send, requests } = createSender({ target, pacer, maxAttempts, signal: stopping.signal, onEvent });
  const inFlight = createInFlight(concurrency);
  let fault: RunStoppedError | undefined;
  /** Batches that ran out of tries since the last accepted one: whether for their own fault or the service's, time will tell. */
  let failed: { readonly batch: readonly T[]; readonly failure: Failure }[] = [];
  let lastRefusal = { words: "", times: 0 };

  const halt = (error: RunStoppedError): void => {
    fault ??= error;
    stopping.abort();
  };

  const deliver = async (batch: readonly T[]): Promise<void> => {
    if (stopping.signal.aborted) return;
    const failure = await send(batch);
    if (failure === undefined) {
      await giveUpFailed();
      await onOutcome(batch, "accepted");
    } else if (failure.action === "isolate" || failure.action === "split") {
      requests.refused += 1;
      onEvent({ kind: "refused", items: batch.length, reason: failure.reason });
      await (batch.length > 1 ? deliverHalves(batch) : refuse(batch, failure));
    } else if (stopping.signal.aborted) {
      return;
    } else if (failure.action === "stop") {
      halt(toStop(failure));
    } else {
      failed.push({ batch, failure });
      const unreachable = failure.unreachable && requests.accepted === 0;
      if (failed.length >= FAILED_BATCHES_TO_STOP || unreachable) halt(toServiceDown(failure));
    }
  };

  /** Halves go one after the other, in order, in the place of the whole. */
  const deliverHalves = async (batch: readonly T[]): Promise<void> => {
    const middle = Math.ceil(batch.length / 2);
    await deliver(batch.slice(0, middle));
    await deliver(batch.slice(middle));
  };

  const refuse = async (item: readonly T[], { action, reason, cause }: Failure): Promise<void> => {
    const said = cause instanceof SyntaxError || !(cause instanceof Error) ? "UnknownError" : cause.message;
    const words = said === "UnknownError" ? reason : said;
    const code = action === "split" ? "endpoint_too_large" : "endpoint_refused";
    await onOutcome(item, { code, reason: `Pinpoint refused it: ${words}` });
    lastRefusal = { words, times: words === lastRefusal.words ? lastRefusal.times + 1 : 1 };
    if (requests.accepted > 0 || lastRefusal.times < REFUSED_ALIKE_TO_STOP) return;
    const message = `Pinpoint accepts nothing: ${lastRefusal.times} endpoints, sent one by one, were refused alike (${reason}). Check the application id and the mapping`;
    halt(new RunStoppedError("everything_refused", message, { cause }));
  };

  /** Something was accepted after them: the service is up, and these batches are given up. */
  const giveUpFailed = async (): Promise<void> => {
    const givenUp = failed;
    failed = [];
    for (const { batch, failure } of givenUp) {
      const reason = `given up after ${maxAttempts} tries: ${failure.reason}`;
      await onOutcome(batch, { code: "service_failed", reason });
    }
  };

  return {
    requests,
    async submit(batch) {
      if (fault === undefined)
        await inFlight.start(batch, () => deliver(batch).catch((error) => halt(toFault(error))));
      if (fault !== undefined) throw fault;
    },
    async finish() {
      await inFlight.drain();
      if (fault !== undefined) throw fault;
      const last = failed.at(-1);
      if (last !== undefined && requests.accepted === 0) throw toServiceDown(last.failure);
      await giveUpFailed();
    },
    async stop() {
      stopping.abort();
      await inFlight.drain();
    },
  };
}

/** What `onOutcome` throws stops the run as it is; anything else is a defect of the program, and says so. */
function toFault(error: unknown): RunStoppedError {
  if (error instanceof RunStoppedError) return error;
  return new RunStoppedError("internal_error", `a defect of the program: ${error}`, { cause: error });
}
