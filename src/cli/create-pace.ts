/** How fast a count grows, by what was seen of it lately. Times are milliseconds of a monotonic clock. */
export interface Pace {
  see(count: number, at: number): void;
  /** Growth in a millisecond; undefined until the count has grown twice. */
  growth(at: number): number | undefined;
  /** Milliseconds from here until the count is so high, if it goes on like that; undefined like the growth. */
  until(count: number, at: number): number | undefined;
}

/** @returns what is looked at, in milliseconds, by how long the count has been growing. */
export type ToWindow = (ageMs: number, at: number) => number;

interface Step {
  readonly beganAt: number;
  readonly at: number;
  readonly count: number;
}

interface Measured {
  readonly growth: number;
  /** Milliseconds since the last step; how many of them were not to be expected; and what a step takes. */
  readonly quiet: number;
  readonly late: number;
  readonly step: number;
}

/** Batches that are answered together count as one step. */
const STEP_MS = 100;

/** Steps that are looked at, however long ago the first of them was. */
const LEAST_STEPS = 8;

/** More of them say no more. */
const MOST_STEPS = 200;

/** After so many usual steps without one, the count is growing more slowly. */
const STEPS_TO_DOUBT = 2;

/** After so many, and a whole window, it is not growing at all. */
const STEPS_TO_STAND_STILL = 4;

/**
 * Counts grow in steps, a hundred rows with each batch: the growth is measured from step to step, and not from any moment to
 * any other.
 */
export function createPace(toWindow: ToWindow): Pace {
  let steps: Step[] = [];
  let last: number | undefined;
  let firstAt: number | undefined;

  const findWindow = (at: number): number => toWindow(at - (firstAt ?? at), at);

  const forget = (at: number): void => {
    const since = at - findWindow(at);
    while (steps.length > LEAST_STEPS && (steps[0]?.at ?? at) < since) steps.shift();
    if (steps.length > MOST_STEPS) steps = steps.filter((_, index) => (steps.length - index) % 2 === 1);
  };

  const measure = (at: number): Measured | undefined => {
    const [first] = steps;
    const end = steps.at(-1);
    if (first === undefined || end === undefined || end.at <= first.at) return undefined;
    const step = (end.at - first.at) / (steps.length - 1);
    const quiet = at - end.at;
    const late = quiet > STEPS_TO_DOUBT * step ? quiet - step : 0;
    return { growth: (end.count - first.count) / (end.at - first.at + late), quiet, late, step };
  };

  return {
    see(count, at) {
      if (count === last) return;
      const isFirst = last === undefined;
      last = count;
      if (isFirst) return;
      firstAt ??= at;
      const before = steps.at(-1);
      const goesOn = before !== undefined && at - before.beganAt < STEP_MS;
      if (goesOn) steps.pop();
      steps.push({ beganAt: goesOn ? before.beganAt : at, at, count });
      forget(at);
    },
    growth(at) {
      const measured = measure(at);
      if (measured === undefined) return undefined;
      const { growth, quiet, step } = measured;
      return quiet > Math.max(findWindow(at), STEPS_TO_STAND_STILL * step) ? 0 : growth;
    },
    until(count, at) {
      const measured = measure(at);
      if (measured === undefined || last === undefined) return undefined;
      const { growth, quiet, late } = measured;
      // What is late says nothing of when the next step comes.
      return Math.max(0, (count - last) / growth - (late > 0 ? 0 : quiet));
    },
  };
}
