import { isJsonObject } from "./parse-json.js";

/** Deeper lists are parts of a record rather than the records of a document. */
const MAX_DEPTH = 3;

/** The dotted path of a list of objects inside an object, such as `data.records`: the nearest one; undefined if none. */
export function findNestedRecords(root: unknown): string | undefined {
  let level: (readonly [path: string, value: unknown])[] = [["", root]];
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap(([path, value]) =>
      isJsonObject(value)
        ? Object.entries(value).map(([key, inner]) => [path === "" ? key : `${path}.${key}`, inner] as const)
        : [],
    );
    const found = level.find(
      ([, value]) => Array.isArray(value) && value.length > 0 && value.every(isJsonObject),
    );
    if (found !== undefined) return found[0];
  }
  return undefined;
}
