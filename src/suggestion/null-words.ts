/**
 * What programs write where there is nothing. `None` and `unknown` are left out: they may be a choice that somebody made.
 * Case counts: `NA` is a country too.
 */
const NULL_WORDS: ReadonlySet<string> = new Set([
  "#N/A",
  "#NULL!",
  "#REF!",
  "#VALUE!",
  "N/A",
  "n/a",
  "N.A.",
  "n.a.",
  "NULL",
  "null",
  "Null",
  "(null)",
  "<null>",
  "NaN",
  "nan",
  "\\N",
  "undefined",
  "k.A.",
  "k. A.",
  "s/d",
  "-",
  "--",
  "---",
  "–",
  "—",
  "ー",
  ".",
]);

export function isNullWord(text: string): boolean {
  return NULL_WORDS.has(text);
}

/** A pattern for these words and nothing else, spaces around them allowed. */
export function toNullPattern(words: readonly string[]): string {
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return `^\\s*${escaped.length === 1 ? escaped[0] : `(?:${escaped.join("|")})`}\\s*$`;
}
