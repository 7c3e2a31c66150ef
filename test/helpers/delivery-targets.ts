import type { Pacer } from "../../src/delivery/create-pacer.js";
import type { Target } from "../../src/delivery/target.js";
import type { Endpoint } from "../../src/domain.js";

const description = { applicationId: "app", region: "us-east-1", endpointUrl: null };

/** What a request is answered with: nothing (accepted), or an error that is thrown. */
export type Answer = (batch: readonly Endpoint[], request: number) => unknown;

export interface FakeTarget extends Target {
  /** The Ids of each request, in the order in which they came. */
  readonly requests: string[][];
  readonly mostInFlight: number;
}

/** A target that answers as it is told; `answer` returns (or resolves with) undefined to accept, else the error. */
export function createFakeTarget(answer: Answer = () => undefined): FakeTarget {
  const requests: string[][] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  return {
    description,
    requests,
    get mostInFlight() {
      return mostInFlight;
    },
    async send(endpoints) {
      requests.push(endpoints.map(({ id }) => id));
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      try {
        const error = await answer(endpoints, requests.length);
        if (error !== undefined) throw error;
      } finally {
        inFlight -= 1;
      }
    },
    close() {},
  };
}

/** A script: one answer for each request in turn, then everything is accepted. */
export function createScriptedTarget(...script: readonly (Error | undefined)[]): FakeTarget {
  return createFakeTarget((_, request) => script[request - 1]);
}

/** Pinpoint as it refuses items: 400 for any batch with a bad one in it. */
export function refusing(isBad: (id: string) => boolean, toError: () => Error): Answer {
  return (batch) => (batch.some(({ id }) => isBad(id)) ? toError() : undefined);
}

export interface FreePacer extends Pacer {
  readonly retryAfter: (number | undefined)[];
  readonly passedTimes: number;
}

/** Lets everything through at once, and writes down what it was told. */
export function createFreePacer(): FreePacer {
  const retryAfter: (number | undefined)[] = [];
  let passedTimes = 0;
  return {
    retryAfter,
    get passedTimes() {
      return passedTimes;
    },
    async take(signal) {
      signal?.throwIfAborted();
    },
    passed() {
      passedTimes += 1;
    },
    throttled(retryAfterMs) {
      retryAfter.push(retryAfterMs);
    },
    ratePerSecond: 7,
    learnedRate: undefined,
  };
}
