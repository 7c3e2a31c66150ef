import { copyText } from "./copy-text.js";

/**
 * Remembers what a function gave for a text, for columns where few values repeat over many rows. Starts over when it
 * has grown large, so that memory stays bounded whatever the column holds.
 */
export function remember<Result>(
  compute: (text: string) => Result,
  maxRemembered = 2_000,
): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = compute(text);
    if (results.size >= maxRemembered) results.clear();
    results.set(copyText(text), result);
    return result;
  };
}
