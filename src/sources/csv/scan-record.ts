import { type CsvDialect, lineEnd } from "./csv-dialect.js";

const QUOTE = 0x22;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Why a record is not well formed; `column` counts from 1. */
export interface QuoteFault {
  readonly kind: "quote-in-value" | "text-after-quote";
  readonly column: number;
}

/** Where in a record the scan stands. It can be interrupted at any character. */
export interface RecordScan {
  /** `after-quote`: behind a quote that either closes the value or is the first half of `""`. */
  mode: "value-start" | "plain" | "quoted" | "after-quote" | "broken";
  /** The next character to look at. */
  at: number;
  /** The column that the scan is in, from 1. */
  column: number;
  fault: QuoteFault | undefined;
}

export function beginScan(at: number): RecordScan {
  return { mode: "value-start", at, column: 1, fault: undefined };
}

/**
 * Looks for the end of a record, up to `end` of `text`. True when the scan stands at the line end behind it; a
 * broken record ends with the physical line in which it broke. With `lenient` nothing breaks: quotes out of place
 * are text, for a record that is only skipped.
 */
export function scanRecord(
  scan: RecordScan,
  text: string,
  end: number,
  dialect: CsvDialect,
  lenient = false,
): boolean {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const newline = lineEnd(dialect.newline);
  const newlineCode = newline.charCodeAt(0);
  let at = scan.at;
  while (at < end) {
    if (scan.mode === "value-start") {
      if (text.charCodeAt(at) === QUOTE) {
        scan.mode = "quoted";
        at += 1;
      } else scan.mode = "plain";
    } else if (scan.mode === "plain") {
      let code = text.charCodeAt(at);
      while (code !== delimiter && code !== newlineCode && code !== QUOTE && ++at < end)
        code = text.charCodeAt(at);
      if (at >= end) break;
      if (code === newlineCode) return endAt(scan, at);
      if (code === delimiter) nextColumn(scan);
      else if (!lenient) breakRecord(scan, "quote-in-value");
      at += 1;
    } else if (scan.mode === "quoted") {
      const quote = text.indexOf('"', at);
      if (quote === -1 || quote >= end) at = end;
      else {
        scan.mode = "after-quote";
        at = quote + 1;
      }
    } else if (scan.mode === "after-quote") {
      const code = text.charCodeAt(at);
      if (code === newlineCode) return endAt(scan, at);
      if (code === CARRIAGE_RETURN && newlineCode === LINE_FEED) {
        // Half of a line end, if the next character is its other half.
        if (at + 1 >= end) break;
        if (text.charCodeAt(at + 1) === LINE_FEED) return endAt(scan, at + 1);
      }
      if (code === QUOTE) scan.mode = "quoted";
      else if (code === delimiter) nextColumn(scan);
      else if (lenient) scan.mode = "quoted";
      else breakRecord(scan, "text-after-quote");
      at += 1;
    } else {
      const found = text.indexOf(newline, at);
      if (found !== -1 && found < end) return endAt(scan, found);
      at = end;
    }
  }
  scan.at = at;
  return false;
}

/** How many columns a line has if it is a well-formed record of its own, else 0. */
export function countColumns(line: string, dialect: CsvDialect): number {
  const scan = beginScan(0);
  scanRecord(scan, line, line.length, dialect);
  return scan.mode === "broken" || scan.mode === "quoted" ? 0 : scan.column;
}

function endAt(scan: RecordScan, at: number): true {
  scan.at = at;
  return true;
}

function nextColumn(scan: RecordScan): void {
  scan.mode = "value-start";
  scan.column += 1;
}

function breakRecord(scan: RecordScan, kind: QuoteFault["kind"]): void {
  scan.mode = "broken";
  scan.fault = { kind, column: scan.column };
}
