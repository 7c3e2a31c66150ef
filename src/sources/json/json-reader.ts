import { didYouMean } from "../../did-you-mean.js";
import type { SourceRecord } from "../../domain.js";
import { ConfigurationError, InputError } from "../../errors.js";
import type { RecordReader } from "../record-reader.js";
import { hasInvalidBytes } from "../text/invalid-bytes.js";
import { createDocumentWalker, DocumentFault } from "./document-walker.js";
import { createElementFramer, type ElementFramer } from "./frame-elements.js";
import { createJsonParser } from "./parse-json.js";
import { type JsonFrame, type JsonRecordOptions, toJsonRecord } from "./to-json-record.js";

export interface JsonReaderOptions extends JsonRecordOptions {
  /** How messages name the input. */
  readonly name: string;
  /** Dotted path of the array inside an object; undefined when the document is the array. */
  readonly select: string | undefined;
}

export interface JsonReader extends RecordReader {
  /**
   * Judges what was read so far, when no array has been found in it.
   *
   * @throws ConfigurationError when the array must be named, or was named wrongly.
   */
  checkSelection(complete: boolean): void;
}

/** Reads the objects of one JSON array, at the top of the document or inside it; neither is ever held whole. */
export function createJsonReader(options: JsonReaderOptions): JsonReader {
  const { name, select } = options;
  const walker = createDocumentWalker(select);
  const { readAlike, parse } = createJsonParser();
  let elements: ElementFramer | undefined;
  let behindRows = false;
  let marked = false;
  let row = 0;

  /** Reads the text around the rows; the position where they begin, or -1. */
  function walk(text: string, from: number): number {
    try {
      return walker.push(text, from);
    } catch (error) {
      throw toInputError(error);
    }
  }

  function toInputError(error: unknown): unknown {
    if (!(error instanceof DocumentFault)) return error;
    const what =
      walker.root() === undefined
        ? "is not JSON: an array or an object was expected"
        : `is malformed JSON at line ${error.line}: ${error.message}`;
    return new InputError("input_malformed", `${name}: ${what}; repair it or export it again`, {
      cause: error,
    });
  }

  function emit(frame: JsonFrame, out: SourceRecord[]): void {
    row += 1;
    out.push(toJsonRecord(frame, row, marked, options, parse));
  }

  function readElements(framer: ElementFramer, text: string, from: number, out: SourceRecord[]): number {
    const end = framer.push(text, from, (frame) => emit(frame, out));
    if (marked) marked = hasInvalidBytes(framer.pending());
    if (framer.danglingComma())
      throw new InputError(
        "input_malformed",
        `${name}: is malformed JSON at line ${framer.line()}: a record was expected behind the last comma, not "]"; repair it or export it again`,
      );
    return end;
  }

  function breakOff(out: SourceRecord[]): void {
    if (elements === undefined || behindRows) return;
    elements.breakOff((frame) => emit(frame, out));
  }

  function checkSelection(complete: boolean): void {
    if (elements !== undefined || walker.root() === undefined) return;
    const known = walker.arrays();
    const list = known.length === 0 ? "no array was found in it" : `arrays in it: ${known.join(", ")}`;
    if (select === undefined) {
      if (walker.root() === "object")
        throw new ConfigurationError(
          "select_missing",
          `${name}: is one JSON object; name the array of records inside it with --select${
            known[0] === undefined ? " PATH" : ` ${known[0]}`
          } (${list}), or read one object a line with --format jsonl`,
        );
      if (walker.root() === "value")
        throw new InputError(
          "input_malformed",
          `${name}: is a single JSON value; an array of objects was expected`,
        );
    } else if (walker.root() === "array")
      throw new ConfigurationError(
        "select_not_found",
        `${name}: is an array itself; leave out --select ${select}`,
      );
    else if (complete)
      throw new ConfigurationError(
        "select_not_found",
        `${name}: --select ${select} names no array.${didYouMean(select, known)} ${list}`,
      );
  }

  return {
    checkSelection,
    push(text, textMarked, out) {
      marked ||= textMarked;
      let at = 0;
      if (elements === undefined) {
        at = walk(text, 0);
        if (at === -1) return;
        elements = createElementFramer(walker.line(), options.maxRecordBytes, readAlike);
      }
      if (!behindRows) {
        at = readElements(elements, text, at, out);
        if (at === -1) return;
        behindRows = true;
        walker.setLine(elements.line());
      }
      walk(text, at);
    },
    breakOff,
    end(out) {
      breakOff(out);
      if (elements !== undefined && !behindRows)
        throw new InputError(
          "input_truncated",
          `${name}: ends at line ${elements.line()} inside the array of records, "]" was expected; fetch or export it again`,
        );
      try {
        walker.end();
      } catch (error) {
        throw toInputError(error);
      }
      checkSelection(true);
    },
  };
}
