import pRetry from "p-retry";
import { createRequestCounts, type DeliveryEvent, type Endpoint, type RequestCounts } from "../domain.js";
import { classifyError, type Verdict } from "./classify-error.js";
import type { Pacer } from "./create-pacer.js";
import type { Target } from "./target.js";

export interface SenderOptions {
  readonly target: Target;
  readonly pacer: Pacer;
  /** Tries of one request for 5xx and network faults, the first one included. Throttling does not count. */
  readonly maxAttempts: number;
  /** Ends pauses and further tries; a request in flight is not cut off. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeliveryEvent) => void;
}

/** First pause after a failed try, and the longest one; in between it doubles, with up to as much again by chance. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 20_000;

/** Tries at a host that never answered: more likely its name or port is wrong than that it is down. */
const UNREACHABLE_ATTEMPTS = 3;

/** Sends one batch, at the pacer's pace, as often as its failures call for. */
export interface Sender {
  /** Resolves with undefined when the batch was accepted, else with the failure that ended the tries. */
  send(batch: readonly Endpoint[]): Promise<Failure | undefined>;
  readonly requests: RequestCounts;
}

export interface Failure extends Verdict {
  readonly cause: unknown;
}

export function createSender({ target, pacer, maxAttempts, signal, onEvent }: SenderOptions): Sender {
  const requests = createRequestCounts();
  let answered = false;

  /** One request, again and again while the service throttles. */
  const request = async (batch: readonly Endpoint[]): Promise<void> => {
    for (;;) {
      await pacer.take(signal);
      requests.sent += 1;
      try {
        await target.send(batch);
      } catch (error) {
        const verdict = classifyError(error);
        if (!verdict.unreachable) answered = true;
        if (verdict.action === "isolate" || verdict.action === "split") pacer.passed();
        if (verdict.action !== "throttle") throw error;
        requests.throttled += 1;
        pacer.throttled(verdict.retryAfterMs);
        onEvent({ kind: "throttled", ratePerSecond: pacer.ratePerSecond });
        continue;
      }
      answered = true;
      requests.accepted += 1;
      pacer.passed();
      return;
    }
  };

  const attemptsFor = (verdict: Verdict): number =>
    verdict.unreachable && !answered ? Math.min(UNREACHABLE_ATTEMPTS, maxAttempts) : maxAttempts;

  return {
    requests,
    async send(batch) {
      // p-retry reports its signal's reason even when the try that was under way got through.
      let accepted = false;
      const attempt = async (): Promise<void> => {
        await request(batch);
        accepted = true;
      };
      try {
        await pRetry(attempt, {
          retries: maxAttempts - 1,
          minTimeout: FIRST_PAUSE_MS,
          maxTimeout: LONGEST_PAUSE_MS,
          randomize: true,
          signal,
          shouldRetry: ({ error, attemptNumber }) => {
            const verdict = classifyError(error);
            const attempts = attemptsFor(verdict);
            if (signal.aborted || verdict.action !== "retry" || attemptNumber >= attempts) return false;
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
        return { ...classifyError(cause), cause };
      }
    },
  };
}
