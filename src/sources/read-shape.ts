import { toObject } from "../alike-object.js";
import type { JsonObject, RowValues, SourceColumns, SourceMark, SourceRecord } from "../domain.js";
import { InputError } from "../errors.js";
import { CHUNK_BYTES } from "./bytes/byte-input.js";
import type { Head } from "./bytes/open-head.js";
import { readCsvLayout } from "./csv/csv-layout.js";
import { createCsvReader } from "./csv/csv-reader.js";
import { parseRecords } from "./csv/parse-records.js";
import { detectFormat } from "./detect-format.js";
import { findNestedRecords } from "./json/find-nested-records.js";
import { createJsonlReader } from "./json/jsonl-reader.js";
import { parseJson } from "./json/parse-json.js";
import type { RecordReader } from "./record-reader.js";
import type { SourceFormat, SourceOptions } from "./source.js";
import { createDecoder } from "./text/create-decoder.js";
import { type DetectedEncoding, detectEncoding } from "./text/detect-encoding.js";

/** Objects of the head that are shown as a sample of a JSON input. */
const SAMPLE_OBJECTS = 100;

/** What a format makes of the head of a text. */
export interface Shape {
  readonly columns: SourceColumns;
  readonly csv?: { readonly delimiter: string; readonly newline: "\n" | "\r\n" | "\r" };
  readonly sepLine: boolean;
  readonly warnings: readonly string[];
  /** Whether the head holds what tells the shape: the header and a record. More of it would not change that. */
  readonly settled: boolean;
  /** @param from Where the text begins, unless that is the beginning of the input. A JSON document knows no such place. */
  createReader(from?: SourceMark): RecordReader;
  /** The values of a row by its text. */
  readAgain(text: string): RowValues;
}

/** The text of a head. */
interface HeadText {
  readonly text: string;
  readonly marked: boolean;
  /** Whether it is the whole input. */
  readonly complete: boolean;
}

export interface DetectedShape {
  readonly detected: DetectedEncoding;
  readonly format: SourceFormat;
  readonly shape: Shape;
}

/** Reads on until the head tells the shape. A slow pipe is not waited for longer than that takes. */
export async function readShape(name: string, head: Head, options: SourceOptions): Promise<DetectedShape> {
  let judged = 0;
  for (let size = CHUNK_BYTES; ; ) {
    await head.extend(size);
    options.signal?.throwIfAborted();
    if (!head.complete && head.failure === undefined && head.bytes.length < size) {
      const news = head.bytes.subarray(judged);
      judged = head.bytes.length;
      if (!news.includes("\n") && !news.includes("\r")) continue;
      // What looks wrong in so little text is judged when there is more.
      const early = await judgeHead(name, head, options).catch(() => undefined);
      if (early?.shape.settled) return early;
      continue;
    }
    if (head.failure !== undefined && head.bytes.length === 0) throw head.failure;
    const found = await judgeHead(name, head, options);
    if (found !== undefined) return found;
    if (head.failure !== undefined) throw head.failure;
    if (size > 2 * options.maxRecordBytes)
      throw new InputError(
        "header_too_long",
        `${name}: no complete header line in its first ${size} bytes; check that it is CSV, or raise --max-record-size`,
      );
    size *= 2;
  }
}

/** What the head is, as far as it goes; undefined when it does not hold the whole header. */
async function judgeHead(
  name: string,
  head: Head,
  options: SourceOptions,
): Promise<DetectedShape | undefined> {
  const detected = detectEncoding(head.bytes, options.encoding, name);
  const text = decodeHead(head, detected);
  const format =
    options.format === "auto"
      ? detectFormat(name, text.text, text.complete, options.select !== undefined)
      : options.format;
  const shape =
    format === "csv"
      ? readCsvShape(name, text, detected.encoding.name, options)
      : await readJsonShape(name, format, text, detected.encoding.name, options);
  return shape === undefined ? undefined : { detected, format, shape };
}

function decodeHead(head: Head, { encoding, bomBytes }: DetectedEncoding): HeadText {
  const decoder = createDecoder(encoding);
  const start = decoder.write(head.bytes.subarray(bomBytes));
  if (!head.complete) return { ...start, complete: false };
  const end = decoder.end();
  return { text: start.text + end.text, marked: start.marked || end.marked, complete: true };
}

function readCsvShape(
  name: string,
  head: HeadText,
  encoding: string,
  options: SourceOptions,
): Shape | undefined {
  const { maxRecordBytes, delimiter } = options;
  const layout = readCsvLayout(head.text, head.complete, { name, encoding, delimiter, maxRecordBytes });
  if (layout === undefined) return undefined;
  return {
    columns: { kind: "csv", names: layout.names },
    csv: layout.dialect,
    sepLine: layout.skip > 0,
    settled: layout.hasRows === true,
    warnings: [
      ...(layout.header === undefined
        ? [`${name} is empty`]
        : layout.hasRows === false
          ? [`${name} has a header but no rows`]
          : []),
      ...warnOfSelect(name, "CSV", options),
    ],
    createReader: (from) => createCsvReader({ name, layout, encoding, maxRecordBytes, from }),
    readAgain: (text) => parseRecords([text], layout.dialect)[0] ?? [],
  };
}

async function readJsonShape(
  name: string,
  format: "jsonl" | "json",
  head: HeadText,
  encoding: string,
  options: SourceOptions,
): Promise<Shape> {
  const { maxRecordBytes, select } = options;
  if (head.complete && head.text.trim() === "")
    return {
      columns: { kind: "json", sample: [] },
      sepLine: false,
      settled: true,
      warnings: [`${name} is empty`],
      // An empty text is no JSON document, but it has no records either.
      createReader: () => createJsonlReader({ encoding, maxRecordBytes }),
      readAgain: readObjectAgain,
    };
  if (format === "jsonl") {
    const createReader = (from?: SourceMark) => createJsonlReader({ encoding, maxRecordBytes }, from);
    const sample = readSample(createReader(), head);
    const nested = mayBeDocument(name, head.text, options) ? findNestedRecords(sample[0]) : undefined;
    return {
      columns: { kind: "json", sample },
      sepLine: false,
      settled: sample.length > 0 && nested === undefined,
      warnings: [
        ...(nested === undefined
          ? []
          : [
              `${name} is read as one record; to read the objects in its list ${nested}, give --select ${nested}`,
            ]),
        ...warnOfSelect(name, "JSONL", options),
      ],
      createReader,
      readAgain: readObjectAgain,
    };
  }
  // Only this format needs stream-json.
  const { createJsonReader } = await import("./json/json-reader.js");
  const createReader = () => createJsonReader({ name, encoding, maxRecordBytes, select });
  const reader = createReader();
  const sample = readSample(reader, head);
  reader.checkSelection(head.complete);
  return {
    columns: { kind: "json", sample },
    sepLine: false,
    settled: sample.length > 0,
    warnings: [],
    createReader,
    readAgain: readObjectAgain,
  };
}

function readObjectAgain(text: string): JsonObject {
  return parseJson(text) as JsonObject;
}

/** Objects from the head. What is wrong behind them is told when the records are read. */
function readSample(reader: RecordReader, { text, marked, complete }: HeadText): JsonObject[] {
  const records: SourceRecord[] = [];
  try {
    reader.push(text, marked, records);
    if (complete) reader.end(records);
  } catch (error) {
    if (!(error instanceof InputError) || records.length === 0) throw error;
  }
  return records
    .filter((record) => record.kind === "row")
    .slice(0, SAMPLE_OBJECTS)
    .map(({ values }) => toObject(values));
}

/** `--select` is refused with `--format csv` or `jsonl`; where the format was detected it may be meant for another input. */
function warnOfSelect(name: string, format: string, { select }: SourceOptions): string[] {
  return select === undefined
    ? []
    : [
        `${name} is ${format}, so --select ${select} is ignored for it; give --format json if it is one JSON document`,
      ];
}

/** Whether one object is all there is, and nobody said that it is a line of JSONL. */
function mayBeDocument(name: string, text: string, { format }: SourceOptions): boolean {
  return format === "auto" && !/\.(jsonl|ndjson)(\.gz)?$/i.test(name) && !text.trim().includes("\n");
}
