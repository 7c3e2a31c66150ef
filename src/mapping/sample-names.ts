import type { JsonObject } from "../domain.js";

const MAX_NAMES = 1_000;
const MAX_DEPTH = 6;

/** The keys of the sample's objects, nested ones as dotted paths, in the order of appearance. For checks and messages. */
export function toSampleNames(sample: readonly JsonObject[]): readonly string[] {
  const names = new Set<string>();
  for (const row of sample) addNames(names, row, "", 1);
  return [...names];
}

function addNames(names: Set<string>, object: object, prefix: string, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (names.size >= MAX_NAMES) return;
    const name = prefix + key;
    names.add(name);
    for (const inner of Array.isArray(value) ? value.slice(0, 10) : [value])
      if (typeof inner === "object" && inner !== null && !Array.isArray(inner) && depth < MAX_DEPTH)
        addNames(names, inner, `${name}.`, depth + 1);
  }
}
