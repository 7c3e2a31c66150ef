import type { JsonObject, SourceColumns, SourceRecord } from "../domain.js";
import { ConfigurationError, InputError } from "../errors.js";
import { CHUNK_BYTES } from "./bytes/byte-input.js";
import { openByteInput } from "./bytes/open-byte-input.js";
import { type Head, openHead } from "./bytes/open-head.js";
import { readCsvLayout } from "./csv/csv-layout.js";
import { createCsvReader } from "./csv/csv-reader.js";
import { detectFormat } from "./detect-format.js";
import { createJsonlReader } from "./json/jsonl-reader.js";
import { readRecords } from "./read-records.js";
import type { RecordReader } from "./record-reader.js";
import type { Source, SourceFormat, SourceOptions } from "./source.js";
import { createDecoder } from "./text/create-decoder.js";
import { type DetectedEncoding, detectEncoding } from "./text/detect-encoding.js";

export type { Source, SourceFormat, SourceOptions } from "./source.js";
export { DEFAULT_MAX_RECORD_BYTES } from "./source.js";

/** Objects of the head that are shown as a sample of a JSON input. */
const SAMPLE_OBJECTS = 100;

/** What a format makes of the head of a text. */
interface Shape {
  readonly columns: SourceColumns;
  readonly csv?: { readonly delimiter: string; readonly newline: "\n" | "\r\n" | "\r" };
  readonly warnings: readonly string[];
  createReader(): RecordReader;
}

/** The text of a head. */
interface HeadText {
  readonly text: string;
  readonly marked: boolean;
  /** Whether it is the whole input. */
  readonly complete: boolean;
}

/**
 * Opens an input and reads as much of it as tells its format, dialect and columns. A file is closed again until its
 * records are read.
 *
 * @param input A path, or `-` for `options.stdin`.
 * @throws InputError when it cannot be read or is no text.
 * @throws ConfigurationError when the options are wrong or do not fit the input.
 */
export async function openSource(input: string, options: SourceOptions): Promise<Source> {
  if (options.select !== undefined && (options.format === "csv" || options.format === "jsonl"))
    throw new ConfigurationError(
      "select_unusable",
      `--select works with JSON only, not with --format ${options.format}`,
    );
  const bytes = await openByteInput(input, options.stdin);
  const head = openHead(bytes);
  try {
    const { detected, format, shape } = await readShape(bytes.name, head, options);
    if (bytes.reopens) await head.close();
    const { encoding, bomBytes } = detected;
    let reading = !bytes.reopens;
    return {
      name: bytes.name,
      format,
      columns: shape.columns,
      ...shape.csv,
      encoding: encoding.name,
      bom: bomBytes > 0,
      bytes: bytes.bytes,
      warnings: shape.warnings,
      // What was read of a file to learn its shape is read again.
      bytesRead: () => (reading ? bytes.bytesRead() : 0),
      records(signal) {
        reading = true;
        return readRecords(head.reopen(signal), bomBytes, createDecoder(encoding), shape.createReader());
      },
    };
  } catch (error) {
    await head.close();
    throw error;
  }
}

/** Reads on until the head tells the shape. */
async function readShape(
  name: string,
  head: Head,
  options: SourceOptions,
): Promise<{ detected: DetectedEncoding; format: SourceFormat; shape: Shape }> {
  for (let size = CHUNK_BYTES; ; size *= 2) {
    await head.extend(size);
    if (head.failure !== undefined && head.bytes.length === 0) throw head.failure;
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
    if (shape !== undefined) return { detected, format, shape };
    if (head.failure !== undefined) throw head.failure;
    if (size > 2 * options.maxRecordBytes)
      throw new InputError(
        "header_too_long",
        `${name}: no complete header line in its first ${size} bytes; check that it is CSV, or raise --max-record-size`,
      );
  }
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
    warnings:
      layout.header === undefined
        ? [`${name} is empty`]
        : layout.hasRows === false
          ? [`${name} has a header but no rows`]
          : [],
    createReader: () => createCsvReader({ name, layout, encoding, maxRecordBytes }),
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
      warnings: [`${name} is empty`],
      // An empty text is no JSON document, but it has no records either.
      createReader: () => createJsonlReader({ encoding, maxRecordBytes }),
    };
  if (format === "jsonl") {
    const createReader = () => createJsonlReader({ encoding, maxRecordBytes });
    return { columns: readSample(createReader(), head), warnings: [], createReader };
  }
  // Only this format needs stream-json.
  const { createJsonReader } = await import("./json/json-reader.js");
  const createReader = () => createJsonReader({ name, encoding, maxRecordBytes, select });
  const reader = createReader();
  const columns = readSample(reader, head);
  reader.checkSelection(head.complete);
  return { columns, warnings: [], createReader };
}

/** Objects from the head. What is wrong behind them is told when the records are read. */
function readSample(reader: RecordReader, { text, marked, complete }: HeadText): SourceColumns {
  const records: SourceRecord[] = [];
  try {
    reader.push(text, marked, records);
    if (complete) reader.end(records);
  } catch (error) {
    if (!(error instanceof InputError) || records.length === 0) throw error;
  }
  const sample = records
    .filter((record) => record.kind === "row")
    .slice(0, SAMPLE_OBJECTS)
    .map(({ values }) => values as JsonObject);
  return { kind: "json", sample };
}
