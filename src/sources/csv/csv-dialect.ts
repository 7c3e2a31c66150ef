export type CsvNewline = "\n" | "\r\n" | "\r";

/** How a CSV file is written; the quote is always `"`, doubled inside quotes (RFC 4180). */
export interface CsvDialect {
  readonly delimiter: string;
  /** As detected. With `\n` and `\r\n` both are read, mixed too. */
  readonly newline: CsvNewline;
}

/** The character that ends a physical line: a `\r` in front of `\n` is taken off apart. */
export function lineEnd(newline: CsvNewline): "\n" | "\r" {
  return newline === "\r" ? "\r" : "\n";
}
