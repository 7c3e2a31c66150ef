import type { NormalizedSandboxOptions } from "./sandbox-options.js";

/** An answer a test has written in advance. */
export interface ScriptedAnswer {
  /** Only for requests of this operation (a name of the service model); default: for any request. */
  operation?: string;
  /** HTTP status, 200 to 599; default 500. */
  status?: number;
  /** Error name for x-amzn-ErrorType; null sends none. Default: the modelled name of the status, none with a `body`. */
  type?: string | null;
  /** Text for the `Message` of the usual JSON body. */
  message?: string;
  /** The whole body as it stands, instead of the usual JSON. */
  body?: string;
  /** Added to, or put in place of, the usual headers. */
  headers?: Readonly<Record<string, string>>;
  /** End the connection without an answer. */
  drop?: boolean;
  /** Carry the request out first, so that only its answer is lost or wrong. Default false: nothing changes. */
  afterApplying?: boolean;
  /** How many requests get this answer; default 1, Infinity for all from now on. */
  times?: number;
}

/** What is to happen to a request instead of the usual. */
export type Fault =
  | { readonly kind: "scripted"; readonly answer: ScriptedAnswer }
  | { readonly kind: "drop" }
  | { readonly kind: "fail" };

/** Decides which requests go wrong. */
export interface Faults {
  /** Puts answers in the queue. @throws TypeError for an unknown key or a bad value. */
  script(answers: readonly ScriptedAnswer[]): void;
  /** Empties the queue. */
  clear(): void;
  /** The fault of the next request of an operation: scripted answers first, then by the shares. */
  next(operation: string): Fault | undefined;
}

export function createFaults(
  options: Pick<NormalizedSandboxOptions, "failRate" | "dropRate" | "random">,
): Faults {
  const { failRate, dropRate, random } = options;
  const queue: { readonly answer: ScriptedAnswer; left: number }[] = [];
  return {
    script(answers) {
      for (const answer of answers) checkAnswer(answer);
      queue.push(...answers.map((answer) => ({ answer, left: answer.times ?? 1 })));
    },
    clear() {
      queue.length = 0;
    },
    next(operation) {
      const index = queue.findIndex(
        ({ answer }) => answer.operation === undefined || answer.operation === operation,
      );
      const entry = queue[index];
      if (entry !== undefined) {
        entry.left -= 1;
        if (entry.left <= 0) queue.splice(index, 1);
        return { kind: "scripted", answer: entry.answer };
      }
      if (failRate === 0 && dropRate === 0) return undefined;
      // One draw, so that the shares are exact and exclude each other.
      const draw = random();
      if (draw < dropRate) return { kind: "drop" };
      return draw < dropRate + failRate ? { kind: "fail" } : undefined;
    },
  };
}

const KEY_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    operation: ["string"],
    status: ["number"],
    type: ["string", "object"],
    message: ["string"],
    body: ["string"],
    headers: ["object"],
    drop: ["boolean"],
    afterApplying: ["boolean"],
    times: ["number"],
  } satisfies Record<keyof Required<ScriptedAnswer>, string[]>),
);

function checkAnswer(answer: ScriptedAnswer): void {
  for (const [key, value] of Object.entries(answer)) {
    const types = KEY_TYPES.get(key);
    if (types === undefined) {
      throw new TypeError(
        `Unknown key "${key}" in a scripted answer; known: ${[...KEY_TYPES.keys()].join(", ")}`,
      );
    }
    if (value !== undefined && !types.includes(typeof value)) {
      throw new TypeError(`Scripted answer, ${key}: expected ${types.join(" or ")}`);
    }
  }
  const { status = 500, times = 1 } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError("Scripted answer, status: expected a whole number from 200 to 599");
  }
  if (!(times >= 1)) throw new TypeError("Scripted answer, times: expected a number of 1 or more");
}
