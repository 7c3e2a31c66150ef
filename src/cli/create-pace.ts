/** How fast a count grows, by what was seen of it lately. Times are milliseconds of a monotonic clock. */
export interface Pace {
  /**
   * @param clock What the growth is measured against; the time itself unless it is given.
   */
  see(count: number, at: number, clock?: number): void;
  /** Growth in a unit of the clock; undefined until the count has grown twice. */
  growth(clock: number): number | undefined;
  /** How much of the clock it takes from here until the count is so high; undefined like the growth. */
  until(count: number, clock: number): number | undefined;
  /** When the count grew last, as far as it ever did. */
  readonly grewAt: number | undefined;
}

interface Sample {
  readonly beganAt: number;
  readonly at: number;
  readonly clock: number;
  readonly count: number;
}

/** Batches that are answered together count as one step. */
const STEP_MS = 100;

/** Steps that are looked at, however long ago the first of them was. */
const LEAST_STEPS = 8;

/** More of them say no more. */
const MOST_STEPS = 200;

/** After so many usual steps without one, the count is growing more slowly. */
const STEPS_TO_DOUBT = 2;

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

  const measure = (clock: number): { readonly growth: number; readonly since: number } | undefined => {
    const [first] = samples;
    const end = samples.at(-1);
    if (first === undefined || end === undefined || end.clock <= first.clock) return undefined;
    const step = (end.clock - first.clock) / (samples.length - 1);
    const since = clock - end.clock;
    const isLate = since > STEPS_TO_DOUBT * step;
    const took = end.clock - first.clock + (isLate ? since - step : 0);
    return { growth: (end.count - first.count) / took, since: isLate ? 0 : since };
  };

  return {
    get grewAt() {
      return samples.at(-1)?.at;
    },
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
    growth: (clock) => measure(clock)?.growth,
    until(count, clock) {
      const measured = measure(clock);
      if (measured === undefined) return undefined;
      return Math.max(0, (count - (last ?? 0)) / measured.growth - measured.since);
    },
  };
}
