import { shareOf } from "./create-judge.js";

const SEPARATORS = [";", "|", ",", "、", "，", "\n"] as const;
/** A value of a list is a word or a few. */
const MAX_PART_CHARACTERS = 40;

/** `"VIP","Spring Sale"`: the inside of a list as JSON. */
const QUOTED = /^"[^"]*"(?:\s*,\s*"[^"]*")*$/;
/** Between two of them. */
const BETWEEN_QUOTED = /"\s*,\s*"/;

/**
 * What stands between the values of a list in one cell, or undefined where there is no list; `json` for one as JSON, `quoted` for the
 * inside of one.
 */
export function findSeparator(values: readonly string[], isNamedList: boolean): string | undefined {
  if (values.length === 0) return undefined;
  if (shareOf(values, (value) => /^\[.*\]$/s.test(value)) >= 0.8) return "json";
  if (
    shareOf(values, (value) => QUOTED.test(value)) >= 0.8 &&
    values.some((value) => BETWEEN_QUOTED.test(value))
  )
    return "quoted";
  return SEPARATORS.find((separator) => {
    const lists = values.filter((value) => value.includes(separator));
    if (lists.length === 0) return false;
    // A comma stands in many texts: without a header that says so it takes more to be a list.
    const needed = isNamedList ? 0 : separator === "," ? 0.5 : 0.25;
    if (lists.length / values.length < needed) return false;
    const parts = lists.flatMap((value) => value.split(separator).map((part) => part.trim()));
    const isPart = (part: string): boolean => part.length <= MAX_PART_CHARACTERS && !/[.!?]\s/.test(part);
    // A sentence in the wrong field makes no other column of one that is called a list.
    if (shareOf(parts, isPart) < (isNamedList ? 0.6 : 0.95)) return false;
    // The same words come again in a list of choices, and hardly in an address or a name.
    return isNamedList || new Set(parts).size <= 0.5 * parts.length;
  });
}

/** Values of a list in one cell. */
export function countParts(value: string, separator: string): number {
  return value.split(separator === "quoted" ? BETWEEN_QUOTED : separator).length;
}
