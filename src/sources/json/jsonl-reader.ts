import type { AlikeObject } from "../../alike-object.js";
import type { SourceMark, SourceRecord } from "../../domain.js";
import { HELD_UNITS } from "../overlong-record.js";
import type { RecordReader } from "../record-reader.js";
import { hasInvalidBytes } from "../text/invalid-bytes.js";
import { createJsonParser } from "./parse-json.js";
import { type JsonFrame, type JsonRecordOptions, toJsonRecord } from "./to-json-record.js";

const LINE_FEED = 0x0a;
/** JSON calls nothing else white space (RFC 8259, 2). */
const BLANK = /^[ \t\r]*$/;

/**
 * Reads one JSON object a line.
 *
 * @param from Where the text begins, unless that is the beginning of the input.
 */
export function createJsonlReader(options: JsonRecordOptions, from?: SourceMark): RecordReader {
  /** A line that outgrew the limit and is passed over up to its end. */
  let passed: { shown: string; bytes: number; endsWithReturn: boolean } | undefined;
  const heldUnits = Math.max(options.maxRecordBytes, HELD_UNITS);
  const { readAlike, parse } = createJsonParser();
  let pending = "";
  let marked = false;
  let line = from?.line ?? 1;
  let row = from?.row ?? 0;

  function emit(frame: JsonFrame, out: SourceRecord[]): void {
    if (frame.values === undefined && frame.passedBytes === undefined && BLANK.test(frame.text)) return;
    row += 1;
    out.push(toJsonRecord(frame, row, marked, options, parse));
  }

  /** @param values The object that the line holds, where it was read already. */
  function endLine(text: string, values: AlikeObject | undefined, out: SourceRecord[]): void {
    if (passed === undefined)
      emit({ text: text.endsWith("\r") ? text.slice(0, -1) : text, line, values }, out);
    else {
      pass(passed, text);
      const passedBytes = passed.bytes - (passed.endsWithReturn ? 1 : 0);
      emit({ text: passed.shown, line, passedBytes }, out);
      passed = undefined;
    }
    line += 1;
  }

  function pass(line: { bytes: number; endsWithReturn: boolean }, text: string): void {
    if (text === "") return;
    line.bytes += Buffer.byteLength(text);
    line.endsWithReturn = text.endsWith("\r");
  }

  return {
    push(text, textMarked, out) {
      marked ||= textMarked;
      let start = 0;
      for (;;) {
        // An object like the one before tells itself where it ends.
        const alike = pending === "" && passed === undefined ? readAlike(text, start) : undefined;
        const behind = start + (alike?.text.length ?? 0);
        if (alike !== undefined && text.charCodeAt(behind) === LINE_FEED) {
          emit({ text: alike.text, line, values: alike }, out);
          line += 1;
          start = behind + 1;
          continue;
        }
        const end = text.indexOf("\n", behind);
        if (end === -1) break;
        const isAlone = alike !== undefined && BLANK.test(text.slice(behind, end));
        endLine(pending + text.slice(start, end), isAlone ? alike : undefined, out);
        pending = "";
        start = end + 1;
      }
      pending += text.slice(start);
      // What the line end's \r takes is no part of the record.
      if (passed === undefined && pending.length > heldUnits + 1)
        passed = { shown: pending.slice(0, HELD_UNITS), bytes: 0, endsWithReturn: false };
      if (passed !== undefined) {
        pass(passed, pending);
        pending = "";
      }
      if (marked) marked = hasInvalidBytes(pending);
    },
    end(out) {
      if (pending !== "" || passed !== undefined) endLine(pending, undefined, out);
      pending = "";
    },
    boundary: () => (passed === undefined ? { pending, row, line } : undefined),
  };
}
