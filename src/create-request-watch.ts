import { type Action, classifyError } from "./delivery/classify-error.js";
import type { Target } from "./delivery/target.js";
import type { Endpoint } from "./domain.js";
import { createSlowest } from "./reporting/create-slowest.js";
import type { AnswerCounts, RowPlace, SlowBatch } from "./reporting/report-page-data.js";
import type { TrackedEndpoint } from "./state/create-commit-tracker.js";

/** What is seen of the requests of a run. */
export interface RequestWatch {
  /** The target, whose requests are looked at. */
  watch(target: Target): Target;
  readonly batches: AnswerCounts;
  readonly singles: AnswerCounts;
  readonly slowest: readonly SlowBatch[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Answer = SlowBatch["outcome"];

/** @param startedAt When the run began, by the monotonic clock. */
export function createRequestWatch(startedAt: number): RequestWatch {
  const counts = { batches: createCounts(), singles: createCounts() };
  const slowest = createSlowest();
  /** Batches by their list of endpoints, which is the same one when they are sent again. */
  const known = new WeakMap<readonly Endpoint[], Mutable<SlowBatch>>();

  const begin = (endpoints: readonly Endpoint[], now: number): Mutable<SlowBatch> => {
    // Delivery was given endpoints that know their rows.
    const batch = known.get(endpoints) ?? toBatch(endpoints as readonly TrackedEndpoint[], now - startedAt);
    known.set(endpoints, batch);
    batch.tries += 1;
    return batch;
  };

  const answered = (batch: Mutable<SlowBatch>, answer: Answer): void => {
    batch.outcome = answer;
    if (answer === "throttled") batch.throttled += 1;
    batch.tookMs = Math.round(performance.now() - startedAt - batch.startedAtMs);
    slowest.consider(batch);
  };

  return {
    ...counts,
    slowest: slowest.batches,
    watch: (target) => ({
      ...target,
      async send(endpoints) {
        const batch = begin(endpoints, performance.now());
        await observe(target.send(endpoints), (answer) => {
          count(counts.batches, answer);
          answered(batch, answer);
        });
      },
      sendOne: (endpoint) => observe(target.sendOne(endpoint), (answer) => count(counts.singles, answer)),
    }),
  };
}

async function observe(request: Promise<void>, onAnswer: (answer: Answer) => void): Promise<void> {
  try {
    await request;
  } catch (error) {
    onAnswer(toAnswer(classifyError(error).action));
    throw error;
  }
  onAnswer("accepted");
}

function toAnswer(action: Action): Answer {
  if (action === "throttle") return "throttled";
  return action === "isolate" || action === "split" ? "refused" : "failed";
}

function count(counts: Mutable<AnswerCounts>, answer: Answer): void {
  counts[answer === "refused" ? "failed" : answer] += 1;
}

function createCounts(): Mutable<AnswerCounts> {
  return { accepted: 0, throttled: 0, failed: 0 };
}

function toBatch(endpoints: readonly TrackedEndpoint[], startedAtMs: number): Mutable<SlowBatch> {
  return {
    startedAtMs: Math.round(startedAtMs),
    tookMs: 0,
    items: endpoints.length,
    tries: 0,
    throttled: 0,
    outcome: "failed",
    from: toPlace(endpoints[0]),
    to: toPlace(endpoints.at(-1)),
  };
}

function toPlace(endpoint: TrackedEndpoint | undefined): RowPlace {
  const { input = 0, row = 0 } = endpoint?.ticket ?? {};
  return { input, row };
}
