import type { LimitFunction } from "p-limit";
import pRetry from "p-retry";
import type { DeliveryEvent, Endpoint, RequestCounts } from "../domain.js";
import { classifyError, type Verdict } from "./classify-error.js";
import { createLine } from "./create-line.js";
import type { Pacer, Permit } from "./create-pacer.js";

export interface SenderOptions {
  /** One operation of the target; it resolves when the endpoints were accepted. */
  readonly call: (batch: readonly Endpoint[]) => Promise<void>;
  /** The pace of this operation. */
  readonly pacer: Pacer;
  /** Requests in flight at most, of all operations together. */
  readonly slots: LimitFunction;
  /** Tries of one request for 5xx and network faults, the first one included. Throttling does not count. */
  readonly maxAttempts: number;
  /** Ends pauses and further tries; a request in flight is not cut off. */
  readonly signal: AbortSignal;
  /** Called at once, before another request is let in, when no request can succeed until a person has changed something. */
  readonly onStop: (failure: Failure) => void;
  /** Counted up as requests are made. */
  readonly requests: RequestCounts;
  readonly onEvent: (event: DeliveryEvent) => void;
}

/** First pause after a failed try, and the longest one; in between it doubles, with up to as much again by chance. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

/** Tries at a host that never answered: more likely its name or port is wrong than that it is down. */
const UNREACHABLE_ATTEMPTS = 3;

/** Sends by one operation, at its pace, as often as failures call for. */
export interface Sender {
  /**
   * Resolves with undefined when the batch was accepted, else with the failure that ended the tries.
   *
   * @param order Its place in the input: of those that wait, the first one goes.
   * @param recall How it is taken back where its turn does not come; the failure is `recalled` then.
   */
  send(batch: readonly Endpoint[], order: number, recall?: Recall): Promise<Failure | undefined>;
  /** Requests that wait for their turn at this moment. */
  readonly waiting: number;
}

/** Takes back what waits for its turn. */
export interface Recall {
  readonly signal: AbortSignal;
  /** It was throttled and waits once more: an occasion to think it over. */
  readonly onThrottled: () => void;
}

export interface Failure extends Verdict {
  /** It was taken back: nothing is known of it. */
  readonly recalled?: true;
  readonly cause: unknown;
}

/** A request that may be sent now. */
interface Turn {
  readonly permit: Permit;
  /** Frees the slot for another request. */
  readonly leave: () => void;
}

export function createSender(options: SenderOptions): Sender {
  const { call, pacer, slots, maxAttempts, signal, requests, onStop, onEvent } = options;
  // One at a time: who waits for the pace holds no slot, and at most one permit waits for a slot.
  const line = createLine();
  let answered = false;

  const takeTurn = (order: number, recall: Recall | undefined): Promise<Turn> =>
    line.pass(order, async () => {
      const permit = await pacer.take(recall?.signal ?? signal);
      const leave = await occupy(slots);
      if (!signal.aborted) return { permit, leave };
      leave();
      throw signal.reason;
    });

  /** One request, again and again while the service throttles. */
  const request = async (batch: readonly Endpoint[], order: number, recall?: Recall): Promise<void> => {
    for (;;) {
      const { permit, leave } = await takeTurn(order, recall);
      requests.sent += 1;
      try {
        await call(batch);
      } catch (error) {
        const verdict = classifyError(error);
        if (!verdict.unreachable) answered = true;
        tell(permit, verdict);
        if (verdict.action === "stop") onStop({ ...verdict, cause: error });
        if (verdict.action !== "throttle") throw error;
        requests.throttled += 1;
        onEvent({ kind: "throttled", ratePerSecond: pacer.ratePerSecond });
        recall?.onThrottled();
        continue;
      } finally {
        leave();
      }
      answered = true;
      requests.accepted += 1;
      permit.passed();
      return;
    }
  };

  const attemptsFor = (verdict: Verdict): number =>
    verdict.unreachable && !answered ? Math.min(UNREACHABLE_ATTEMPTS, maxAttempts) : maxAttempts;

  return {
    get waiting() {
      return line.length;
    },
    async send(batch, order, recall) {
      // p-retry reports its signal's reason even when the try that was under way got through.
      let accepted = false;
      const attempt = async (): Promise<void> => {
        await request(batch, order, recall);
        accepted = true;
      };
      try {
        await pRetry(attempt, {
          retries: maxAttempts - 1,
          minTimeout: FIRST_PAUSE_MS,
          maxTimeout: LONGEST_PAUSE_MS,
          randomize: true,
          signal,
          // Its own defaults: adding what is missing to a copy of these takes it 6 µs for each request.
          factor: 2,
          maxRetryTime: Number.POSITIVE_INFINITY,
          onFailedAttempt: () => {},
          shouldConsumeRetry: () => true,
          shouldRetry: ({ error, attemptNumber }) => {
            const verdict = classifyError(error);
            const attempts = attemptsFor(verdict);
            if (signal.aborted || recall?.signal.aborted) return false;
            if (verdict.action !== "retry" || attemptNumber >= attempts) return false;
            requests.retried += 1;
            onEvent({
              kind: "retry",
              reason: verdict.reason,
              attempt: attemptNumber + 1,
              maxAttempts: attempts,
            });
            return true;
          },
        });
        return undefined;
      } catch (cause) {
        if (accepted) return undefined;
        // A defect of the program is no failure of the service; Node's own carry a code.
        if (cause instanceof TypeError && !("code" in cause)) throw cause;
        const failure = { ...classifyError(cause), cause };
        return recall?.signal.aborted && failure.action === "retry"
          ? { ...failure, recalled: true }
          : failure;
      }
    },
  };
}

/** Waits for a slot and holds it until the returned function is called. */
function occupy(slots: LimitFunction): Promise<() => void> {
  return new Promise((enter) => {
    void slots(() => new Promise<void>((leave) => enter(leave)));
  });
}

function tell(permit: Permit, { action, retryAfterMs }: Verdict): void {
  if (action === "throttle") permit.throttled(retryAfterMs);
  else if (action === "isolate" || action === "split") permit.passed();
  else permit.failed();
}
