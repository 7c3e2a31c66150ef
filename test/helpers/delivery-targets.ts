import type { Pacer } from "../../src/delivery/create-pacer.js";
import type { Target } from "../../src/delivery/target.js";
import type { Endpoint } from "../../src/domain.js";

const description = { applicationId: "app", region: "us-east-1", endpointUrl: null };

/** What a request is answered with: nothing (accepted), or an error that is thrown. */
export type Answer = (batch: readonly Endpoint[], request: number) => unknown;

export interface FakeTarget extends Target {
  /** The Ids of each request, in the order in which they came. */
  readonly requests: string[][];
  /** The Ids that were sent by the operation for one endpoint; they stand in `requests` as well. */
  readonly singles: string[];
  readonly mostInFlight: number;
}

/** A target that answers as it is told; `answer` returns (or resolves with) undefined to accept, else the error. */
export function createFakeTarget(answer: Answer = () => undefined, answerOne: Answer = answer): FakeTarget {
  const requests: string[][] = [];
  const singles: string[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const receive = async (endpoints: readonly Endpoint[], toAnswer: Answer): Promise<void> => {
    requests.push(endpoints.map(({ id }) => id));
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    try {
      const error = await toAnswer(endpoints, requests.length);
      if (error !== undefined) throw error;
    } finally {
      inFlight -= 1;
    }
  };
  return {
    description,
    requests,
    singles,
    get mostInFlight() {
      return mostInFlight;
    },
    send: (endpoints) => receive(endpoints, answer),
    sendOne(endpoint) {
      singles.push(endpoint.id);
      return receive([endpoint], answerOne);
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
  readonly failedTimes: number;
}

/** Lets everything through at once, and writes down what it was told. */
export function createFreePacer(ratePerSecond = 7): FreePacer {
  const retryAfter: (number | undefined)[] = [];
  let passedTimes = 0;
  let failedTimes = 0;
  const permit = {
    passed() {
      passedTimes += 1;
    },
    failed() {
      failedTimes += 1;
    },
    throttled(retryAfterMs?: number) {
      retryAfter.push(retryAfterMs);
    },
  };
  return {
    retryAfter,
    get passed() {
      return passedTimes;
    },
    get failedTimes() {
      return failedTimes;
    },
    async take(signal) {
      signal?.throwIfAborted();
      return permit;
    },
    ratePerSecond,
    learnedRate: undefined,
  };
}
