import { HELD_UNITS, isOverlong, MAX_BYTES_PER_UNIT } from "../overlong-record.js";
import { type CsvDialect, lineEnd } from "./csv-dialect.js";
import { beginScan, type QuoteFault, type RecordScan, scanRecord } from "./scan-record.js";
import { createRecordSplitter, type RecordSplitter, type SplitRecord } from "./split-record.js";

export type FrameFault =
  | QuoteFault
  | { readonly kind: "quote-not-closed"; readonly column: number }
  | { readonly kind: "too-long"; readonly bytes: number };

/** One record's text without its line end. */
export interface TextFrame {
  readonly text: string;
  /** Physical line where it begins, from 1. */
  readonly line: number;
  readonly fault?: FrameFault;
}

/** Some records are so plainly well formed that they were cut into their values at once. */
export type CsvFrame = TextFrame | SplitRecord;

/** Cuts text into records, so that a bad record never costs another one. Its result does not depend on the pieces. */
export interface CsvFramer {
  push(text: string): TextFrame[];
  /** As `push`, with the values of each record that is plainly well formed. */
  pushAndSplit(text: string): CsvFrame[];
  end(): TextFrame[];
  /** The text of a record that is not complete yet. */
  pending(): string;
  /** Physical line where that record begins; undefined while it is passed over, since its beginning is gone. */
  pendingLine(): number | undefined;
}

export interface CsvFramerOptions {
  readonly dialect: CsvDialect;
  /** The header's number of columns: how a record is recognised, behind an unclosed quote too. None while it is unknown. */
  readonly columns: number;
  readonly maxRecordBytes: number;
  /** Physical line at which the text begins. */
  readonly firstLine: number;
}

/** A record that outgrew the limit and is passed over, without being held, up to its end. */
interface Skip {
  readonly shown: string;
  readonly line: number;
  bytes: number;
  endsWithReturn: boolean;
  /**
   * Its first line is too long already and ends the record, quoted or not: a quote that is not closed would take all
   * the records behind it.
   */
  readonly oneLine: boolean;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

export function createCsvFramer({
  dialect,
  columns,
  maxRecordBytes,
  firstLine,
}: CsvFramerOptions): CsvFramer {
  const newline = lineEnd(dialect.newline);
  // The longest record that can be within the limit, or the part of a longer one that is shown, and its line end.
  const windowLength = Math.max(maxRecordBytes, HELD_UNITS) + 2;
  const blank = dialect.delimiter === " " ? /^$/ : /^ *$/;
  let buffer = "";
  let start = 0;
  let line = firstLine;
  // What is so long by no count of bytes is too long for none.
  const splitter = createRecordSplitter(dialect, columns, Math.floor(maxRecordBytes / MAX_BYTES_PER_UNIT));
  let scan: RecordScan | undefined;
  let skip: Skip | undefined;

  /** `text` ends at a line end or at the end of the input, `next` is behind it. */
  function finish(frames: CsvFrame[], end: number, next: number, fault: FrameFault | undefined): void {
    const text = withoutCarriageReturn(buffer.slice(start, end));
    const multiline = scan !== undefined || fault !== undefined;
    if (fault !== undefined) frames.push({ text, line, fault });
    else if (isOverlong(text, maxRecordBytes))
      frames.push({ text, line, fault: { kind: "too-long", bytes: Buffer.byteLength(text) } });
    else if (text.charCodeAt(0) !== 0x20 ? text !== "" : !blank.test(text)) frames.push({ text, line });
    line += multiline ? countNewlines(buffer, start, next) : next > end ? 1 : 0;
    start = next;
    scan = undefined;
  }

  function withoutCarriageReturn(text: string): string {
    return newline === "\n" && text.endsWith("\r") ? text.slice(0, -1) : text;
  }

  function countNewlines(text: string, from: number, to: number): number {
    let count = 0;
    for (let at = text.indexOf(newline, from); at !== -1 && at < to; at = text.indexOf(newline, at + 1))
      count += 1;
    return count;
  }

  /**
   * A quote that is not closed as it should be has swallowed the lines behind it. If a record begins at one of them,
   * only the first line is bad. Undefined when more text is needed to tell.
   *
   * @param end Up to here text was swallowed; a record may go on behind it, but not behind the window.
   */
  function swallowsRecords(end: number): boolean | undefined {
    const limit = Math.min(buffer.length, start + windowLength);
    const final = atEnd || buffer.length - start >= windowLength;
    let unsure = false;
    for (let from = nextLine(start); from > 0 && from < end; from = nextLine(from)) {
      const trial = beginScan(from);
      const ended = scanRecord(trial, buffer, limit, dialect) || (atEnd && limit === buffer.length);
      if (!ended) unsure = true;
      else if (trial.column === columns && trial.mode !== "broken" && trial.mode !== "quoted") {
        if (!blank.test(withoutCarriageReturn(buffer.slice(from, trial.at)))) return true;
      }
    }
    return unsure && !final ? undefined : false;
  }

  function nextLine(from: number): number {
    return buffer.indexOf(newline, from) + 1;
  }

  function rejectFirstLine(frames: CsvFrame[]): void {
    const end = buffer.indexOf(newline, start);
    finish(frames, end, end + 1, {
      kind: "quote-not-closed",
      column: columnOfOpenQuote(buffer.slice(start, end)),
    });
  }

  function columnOfOpenQuote(text: string): number {
    const first = beginScan(0);
    scanRecord(first, text, text.length, dialect);
    return first.column;
  }

  let atEnd = false;

  /** The record that begins at `start`, carefully; false when more text is needed. */
  function scanOn(frames: CsvFrame[]): boolean {
    scan ??= beginScan(start);
    const windowEnd = Math.min(buffer.length, start + windowLength);
    const complete = scanRecord(scan, buffer, windowEnd, dialect) || (atEnd && windowEnd === buffer.length);
    if (complete) {
      const end = Math.min(scan.at, buffer.length);
      const open = scan.mode === "quoted";
      const multiline = countNewlines(buffer, start, end) > 0;
      // With a quote too few, the next record's quotes open and close the wrong way round: its line end counts as one.
      const suspect = open || scan.mode === "broken" || scan.column !== columns;
      const swallows = suspect && multiline && swallowsRecords(end);
      if (swallows === undefined) return false;
      if (swallows) rejectFirstLine(frames);
      else {
        const unclosed = open || (multiline && scan.fault?.kind === "text-after-quote");
        finish(
          frames,
          end,
          Math.min(end + 1, buffer.length),
          unclosed ? { kind: "quote-not-closed", column: scan.column } : scan.fault,
        );
      }
      return true;
    }
    if (buffer.length - start < windowLength) return false;
    if (swallowsRecords(windowEnd - 1)) {
      rejectFirstLine(frames);
      return true;
    }
    // A surrogate pair is not cut in two: its halves would be counted as 3 bytes each.
    if (isHighSurrogate(buffer.charCodeAt(scan.at - 1))) scan.at -= 1;
    const passed = buffer.slice(start, scan.at);
    skip = {
      shown: buffer.slice(start, start + HELD_UNITS),
      line,
      bytes: Buffer.byteLength(passed),
      endsWithReturn: passed.endsWith("\r"),
      oneLine: !passed.includes(newline),
    };
    line += countNewlines(buffer, start, scan.at);
    start = scan.at;
    return true;
  }

  /** Goes on passing over an overlong record; false when its end is not in sight. */
  function skipOn(frames: CsvFrame[], passed: Skip, at: RecordScan): boolean {
    const from = at.at;
    const complete = passed.oneLine ? scanLine(at) : scanRecord(at, buffer, buffer.length, dialect, true);
    const end = Math.min(at.at, buffer.length);
    line += countNewlines(buffer, from, end);
    const text = buffer.slice(from, end);
    passed.bytes += Buffer.byteLength(text);
    if (text !== "") passed.endsWithReturn = text.endsWith("\r");
    start = end;
    if (!complete && !atEnd) return false;
    if (complete) line += 1;
    if (newline === "\n" && passed.endsWithReturn) passed.bytes -= 1;
    start = Math.min(end + 1, buffer.length);
    frames.push({ text: passed.shown, line: passed.line, fault: { kind: "too-long", bytes: passed.bytes } });
    skip = undefined;
    scan = undefined;
    return true;
  }

  function scanLine(at: RecordScan): boolean {
    const end = buffer.indexOf(newline, at.at);
    at.at = end === -1 ? buffer.length : end;
    return end !== -1;
  }

  function frameBuffer(frames: CsvFrame[], splitter?: RecordSplitter): void {
    while (start < buffer.length || skip !== undefined) {
      if (skip !== undefined && scan !== undefined) {
        if (!skipOn(frames, skip, scan)) break;
        continue;
      }
      const record = scan === undefined ? splitter?.split(buffer, start, line) : undefined;
      if (record === "incomplete") break;
      if (record !== undefined && splitter !== undefined) {
        frames.push(record);
        ({ start, line } = splitter.next);
      } else if (!scanOn(frames)) break;
    }
    buffer = buffer.slice(start);
    if (scan !== undefined) scan.at -= start;
    start = 0;
  }

  return {
    push(text) {
      const frames: TextFrame[] = [];
      buffer += text;
      frameBuffer(frames);
      return frames;
    },
    pushAndSplit(text) {
      const frames: CsvFrame[] = [];
      buffer += text;
      frameBuffer(frames, splitter);
      return frames;
    },
    end() {
      const frames: TextFrame[] = [];
      atEnd = true;
      frameBuffer(frames);
      return frames;
    },
    pending: () => buffer,
    pendingLine: () => (skip === undefined ? line : undefined),
  };
}
