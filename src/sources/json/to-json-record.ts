import { AlikeObject } from "../../alike-object.js";
import type { JsonObject, RejectReason, SourceRecord } from "../../domain.js";
import { cutOverlong, describeOverlong, isOverlong } from "../overlong-record.js";
import {
  describeInvalidByte,
  findInvalidByte,
  hasInvalidBytes,
  showInvalidBytes,
} from "../text/invalid-bytes.js";
import { isJsonObject } from "./parse-json.js";

/** One record's text, cut out of its surroundings. */
export interface JsonFrame {
  /** Whole, except for a record that was passed over because it outgrew the limit: then its beginning. */
  readonly text: string;
  /** Physical line where it begins, from 1. */
  readonly line: number;
  /** Size of a record that was passed over. */
  readonly passedBytes?: number;
  /** What the framer found wrong. */
  readonly fault?: string;
  /** The object, where it was read already. */
  readonly values?: AlikeObject | undefined;
}

export interface JsonRecordOptions {
  readonly encoding: string;
  readonly maxRecordBytes: number;
}

/** Makes a record of a frame; `marked` when its text may hold marks of invalid bytes. `parse` throws for what is not JSON. */
export function toJsonRecord(
  frame: JsonFrame,
  row: number,
  marked: boolean,
  options: JsonRecordOptions,
  parse: (text: string) => unknown,
): SourceRecord {
  const { text, line } = frame;
  const reject = (code: RejectReason["code"], reason: string, raw = text): SourceRecord => ({
    kind: "unreadable",
    row,
    line,
    code,
    reason,
    raw: showInvalidBytes(raw),
  });
  if (frame.passedBytes !== undefined || isOverlong(text, options.maxRecordBytes)) {
    const bytes = frame.passedBytes ?? Buffer.byteLength(text);
    return reject("record_too_long", describeOverlong(bytes, options.maxRecordBytes), cutOverlong(text));
  }
  if (marked && hasInvalidBytes(text)) {
    const invalid = findInvalidByte(text, line, "\n");
    if (invalid !== undefined)
      return reject("encoding_invalid", describeInvalidByte(invalid, options.encoding));
  }
  if (frame.fault !== undefined) return reject("row_unparsable", frame.fault);
  let values: unknown;
  try {
    values = frame.values ?? parse(text);
  } catch {
    return reject("row_unparsable", "is not valid JSON; check its quotes, commas and brackets");
  }
  if (!isJsonObject(values))
    return reject("row_unparsable", `is ${describeType(values)}, not an object; write {"name": value, …}`);
  const unrepaired = findUnrepaired(values);
  if (unrepaired !== undefined)
    return reject(
      "row_unparsable",
      "the record still stands unrepaired in _reject.raw; put the repaired object in its place",
      unrepaired,
    );
  return { kind: "row", row, line, values, text };
}

function describeType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "boolean" ? "true or false" : `a ${typeof value}`;
}

/** A record of a rejects file that nobody repaired: nothing but `_reject`, which holds its text. */
function findUnrepaired(values: JsonObject | AlikeObject): string | undefined {
  if (values instanceof AlikeObject)
    return values.shape.root.keys.length === 1 ? findUnrepaired(values.toObject()) : undefined;
  if (!Object.hasOwn(values, "_reject") || Object.keys(values).length !== 1) return undefined;
  const raw = (values._reject as { raw?: unknown } | null)?.raw;
  return typeof raw === "string" ? raw : undefined;
}
