import type { RejectCode, SourceMark, SourceRecord } from "../../domain.js";
import { InputError } from "../../errors.js";
import { cutOverlong } from "../overlong-record.js";
import type { RecordReader } from "../record-reader.js";
import {
  describeInvalidByte,
  findInvalidByte,
  hasInvalidBytes,
  showInvalidBytes,
} from "../text/invalid-bytes.js";
import { lineEnd } from "./csv-dialect.js";
import { type CsvFrame, createCsvFramer, type TextFrame } from "./csv-framer.js";
import type { CsvLayout } from "./csv-layout.js";
import { describeCount, describeFault } from "./describe-fault.js";
import { parseRecords } from "./parse-records.js";

export interface CsvReaderOptions {
  /** How messages name the input. */
  readonly name: string;
  readonly layout: CsvLayout;
  readonly encoding: string;
  readonly maxRecordBytes: number;
  /** Where the text begins, unless that is the beginning of the input. */
  readonly from?: SourceMark | undefined;
}

/** Reads a CSV text; the header at its beginning is passed over. */
export function createCsvReader(options: CsvReaderOptions): RecordReader {
  const { name, layout, encoding, maxRecordBytes, from } = options;
  const { dialect, names } = layout;
  const newline = lineEnd(dialect.newline);
  const framer = createCsvFramer({
    dialect,
    columns: names.length,
    maxRecordBytes,
    firstLine: from?.line ?? layout.firstLine,
  });
  const isUnrepaired = createUnrepairedTest(names);
  let toSkip = from === undefined ? layout.skip : 0;
  let headerAhead = from === undefined;
  // With its line end, and no more: records that are framed without being split take csv-parse, whose first use takes 5 ms.
  const headerLength = (layout.header?.length ?? Number.POSITIVE_INFINITY) + dialect.newline.length;
  let row = from?.row ?? 0;
  /** Whether text that is not framed yet may hold marks of invalid bytes. */
  let marked = false;

  function reject(out: SourceRecord[], line: number, code: RejectCode, reason: string, raw: string): void {
    row += 1;
    out.push({ kind: "unreadable", row, line, code, reason, raw: showInvalidBytes(raw) });
  }

  function accept(out: SourceRecord[], values: readonly string[], { line, text }: TextFrame): void {
    const unrepaired = isUnrepaired(values);
    if (unrepaired !== undefined)
      reject(
        out,
        line,
        "row_unparsable",
        "the record still stands unrepaired in _reject_raw; put its values into the columns",
        unrepaired,
      );
    else {
      row += 1;
      out.push({ kind: "row", row, line, values, text });
    }
  }

  /** Parses well-framed records in one go; one by one if csv-parse sees it differently. */
  function parseRun(run: TextFrame[], out: SourceRecord[]): void {
    if (run.length === 0) return;
    const parsed = tryParse(run.map(({ text }) => text));
    for (const [index, frame] of run.entries()) {
      const values = parsed?.length === run.length ? parsed[index] : tryParse([frame.text])?.at(0);
      if (values === undefined)
        reject(out, frame.line, "row_unparsable", "is not well-formed CSV; check its quotes", frame.text);
      else if (values.length !== names.length)
        reject(out, frame.line, "row_unparsable", describeCount(values.length, names.length), frame.text);
      else accept(out, values, frame);
    }
    run.length = 0;
  }

  function tryParse(records: readonly string[]): string[][] | undefined {
    try {
      return parseRecords(records, dialect);
    } catch {
      return undefined;
    }
  }

  function read(frames: CsvFrame[], out: SourceRecord[]): void {
    if (headerAhead && frames.length > 0) {
      headerAhead = false;
      if (frames.shift()?.text !== layout.header)
        throw new InputError(
          "input_changed",
          `${name}: its header changed while it was being read; run again`,
        );
    }
    const run: TextFrame[] = [];
    for (const frame of frames) {
      if ("values" in frame) {
        parseRun(run, out);
        accept(out, frame.values, frame);
        continue;
      }
      const { text, line, fault } = frame;
      if (fault === undefined && !(marked && hasInvalidBytes(text))) {
        run.push(frame);
        continue;
      }
      parseRun(run, out);
      const invalid = fault === undefined ? findInvalidByte(text, line, newline) : undefined;
      if (fault?.kind === "too-long")
        reject(out, line, "record_too_long", describeFault(fault, names, maxRecordBytes), cutOverlong(text));
      else if (fault !== undefined)
        reject(out, line, "row_unparsable", describeFault(fault, names, maxRecordBytes), text);
      else if (invalid !== undefined)
        reject(out, line, "encoding_invalid", describeInvalidByte(invalid, encoding), text);
    }
    parseRun(run, out);
  }

  return {
    push(text, textMarked, out) {
      marked ||= textMarked;
      const skipped = Math.min(toSkip, text.length);
      toSkip -= skipped;
      let rest = skipped === 0 ? text : text.slice(skipped);
      // The header is compared as a text.
      while (headerAhead && rest !== "") {
        read(framer.push(rest.slice(0, headerLength)), out);
        rest = rest.slice(headerLength);
      }
      // Marks of invalid bytes are looked for in the text of each record.
      read(marked ? framer.push(rest) : framer.pushAndSplit(rest), out);
      if (marked) marked = hasInvalidBytes(framer.pending());
    },
    end(out) {
      read(framer.end(), out);
    },
    boundary() {
      const line = framer.pendingLine();
      return headerAhead || line === undefined ? undefined : { pending: framer.pending(), row, line };
    },
  };
}

/** A row of a rejects file that nobody repaired: all cells of its own empty, the record in `_reject_raw`. */
function createUnrepairedTest(names: readonly string[]): (values: readonly string[]) => string | undefined {
  const rawIndex = names.indexOf("_reject_raw");
  if (rawIndex === -1) return () => undefined;
  const own = [...names.keys()].filter((index) => !(names[index] ?? "").startsWith("_reject_"));
  return (values) => {
    const raw = values[rawIndex] ?? "";
    return raw !== "" && own.every((index) => values[index] === "") ? raw : undefined;
  };
}
