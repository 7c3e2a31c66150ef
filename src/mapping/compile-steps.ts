import type { RowValues } from "../domain.js";
import type { ColumnReader } from "./column-reader.js";
import { Invalid } from "./invalid.js";
import { isAbsent } from "./to-text.js";
import type { Transform } from "./transforms/transform.js";

/**
 * Joins a source and its transforms. From the first list on, each step applies to every value of it. A value that a
 * step refuses stays as an {@link Invalid}, in its place in a list.
 */
export function joinSteps(read: ColumnReader, steps: readonly Transform[]): ColumnReader {
  const [only] = steps;
  if (only === undefined) return read;
  if (steps.length === 1) return (values) => applyTo(read(values), only, values);
  return (values) => {
    let value = read(values);
    for (const step of steps) {
      if (value === undefined) return undefined;
      value = applyTo(value, step, values);
    }
    return value;
  };
}

/** Applies a step to a value, or to each value of a list. */
export function applyTo(value: unknown, step: Transform, values: RowValues): unknown {
  if (value === undefined || value instanceof Invalid) return value;
  if (Array.isArray(value)) return applyToEach(value, step, values);
  const result = step(value, values);
  if (Array.isArray(result)) return toPresent(result);
  return isAbsent(result) ? undefined : result;
}

function applyToEach(list: readonly unknown[], step: Transform, values: RowValues): unknown {
  const results: unknown[] = [];
  const ofElement = step.ofElement ?? step;
  for (const value of list) {
    const result = value instanceof Invalid ? value : ofElement(value, values);
    if (Array.isArray(result)) results.push(...result);
    else results.push(result);
  }
  return toPresent(results);
}

function toPresent(list: readonly unknown[]): unknown {
  const present = list.filter((value) => !isAbsent(value));
  return present.length === 0 ? undefined : present;
}
