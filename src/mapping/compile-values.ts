import { didYouMean } from "../did-you-mean.js";
import { Invalid, quoteValue } from "./invalid.js";
import type { Scalar } from "./mapping-definition.js";
import { toText } from "./to-text.js";
import type { Transform } from "./transforms/transform.js";

const MAX_LISTED_VALUES = 8;

/**
 * Compiles a translation table: the exact value first, then without regard to case and surrounding white space. `null`
 * in the table sends nothing. A value that is not there gets the default; without one it is invalid.
 */
export function compileValues(
  table: { readonly [value: string]: Scalar | null },
  fallback: Scalar | undefined,
): Transform {
  const exact = new Map(Object.entries(table));
  const folded = new Map<string, Scalar | null>();
  for (const [value, translation] of exact) {
    const key = toFolded(value);
    if (!folded.has(key)) folded.set(key, translation);
  }
  const listed = [...exact.keys()].slice(0, MAX_LISTED_VALUES).map(quoteValue).join(", ");
  const list = exact.size > MAX_LISTED_VALUES ? `${listed}, …` : listed;
  return (value) => {
    const text = toText(value);
    if (text instanceof Invalid) return text;
    let translation = exact.get(text);
    if (translation === undefined) translation = folded.get(toFolded(text));
    if (translation !== undefined) return translation;
    return (
      fallback ??
      new Invalid(
        `values: ${quoteValue(text)} is not in the table of values: ${list}.${didYouMean(text, exact.keys())}`,
      )
    );
  };
}

function toFolded(value: string): string {
  return value.trim().toLowerCase();
}
