/** How fast a count grows, by what was seen of it lately. Times are milliseconds of a monotonic clock. */
export interface Pace {
  /**
   * @param clock What the growth is measured against; the time itself unless it is given.
   */
  see(count: number, at: number, clock?: number): void;
  /** Growth in a millisecond; undefined until the count has grown twice. */
  growth(at: number): number | undefined;
  /** How much of the clock it takes from here until the count is so high; undefined like the growth. */
  until(count: number, clock: number): number | undefined;
}

interface Sample {
  readonly beganAt: number;
  readonly at: number;
  readonly clock: number;
  readonly count: number;
}

interface Measured {
  readonly growth: number;
  /** Of the clock, since the last step; how much of that was not to be expected; and what a step takes. */
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
 *
 * @param toWindow What is looked at, in milliseconds, by how long the count has been growing.
 */
export function createPace(toWindow: (ageMs: number) => number): Pace {
  let samples: Sample[] = [];
  let last: number | undefined;
  let firstAt: number | undefined;

  const forget = (at: number): void => {
    const since = at - toWindow(at - (firstAt ?? at));
    while (samples.length > LEAST_STEPS && (samples[0]?.at ?? at) < since) samples.shift();
    if (samples.length > MOST_STEPS)
      samples = samples.filter((_, index) => (samples.length - index) % 2 === 1);
  };

  const measure = (clock: number): Measured | undefined => {
    const [first] = samples;
    const end = samples.at(-1);
    if (first === undefined || end === undefined || end.clock <= first.clock) return undefined;
    const step = (end.clock - first.clock) / (samples.length - 1);
    const quiet = clock - end.clock;
    const late = quiet > STEPS_TO_DOUBT * step ? quiet - step : 0;
    return { growth: (end.count - first.count) / (end.clock - first.clock + late), quiet, late, step };
  };

  return {
    see(count, at, clock = at) {
      if (count === last) return;
      const isFirst = last === undefined;
      last = count;
      if (isFirst) return;
      firstAt ??= at;
      const step = samples.at(-1);
      const goesOn = step !== undefined && at - step.beganAt < STEP_MS;
      if (goesOn) samples.pop();
      samples.push({ beganAt: goesOn ? step.beganAt : at, at, clock, count });
      forget(at);
    },
    growth(at) {
      const measured = measure(at);
      if (measured === undefined) return undefined;
      const { growth, quiet, step } = measured;
      return quiet > Math.max(toWindow(at - (firstAt ?? at)), STEPS_TO_STAND_STILL * step) ? 0 : growth;
    },
    until(count, clock) {
      const measured = measure(clock);
      if (measured === undefined) return undefined;
      const { growth, quiet, late } = measured;
      // What is late says nothing of when the next step comes.
      return Math.max(0, (count - (last ?? 0)) / growth - (late > 0 ? 0 : quiet));
    },
  };
}
