import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import iconv from "iconv-lite";
import { afterAll } from "vitest";
import { AlikeObject } from "../../src/alike-object.js";
import type { SourceMark, SourceRecord, SourceRow, UnreadableRow } from "../../src/domain.js";
import { readCsvLayout } from "../../src/sources/csv/csv-layout.js";
import { createCsvReader } from "../../src/sources/csv/csv-reader.js";
import {
  DEFAULT_MAX_RECORD_BYTES,
  openSource,
  type Source,
  type SourceOptions,
  type SourcePiece,
} from "../../src/sources/open-source.js";
import { readRecords } from "../../src/sources/read-records.js";
import type { RecordReader } from "../../src/sources/record-reader.js";
import { createDecoder } from "../../src/sources/text/create-decoder.js";
import { detectEncoding } from "../../src/sources/text/detect-encoding.js";

/** A directory for the test file that calls this; removed after its tests. */
export function createTempDir(): {
  write(name: string, content: string | Buffer): string;
  readonly path: string;
} {
  const path = mkdtempSync(join(tmpdir(), "pinpoint-import-sources-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

/** Paths under a directory that this process holds open. */
export function openFilesUnder(path: string): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(join("/proc/self/fd", fd));
      return target.startsWith(path) ? [target] : [];
    } catch {
      return [];
    }
  });
}

export function open(input: string, options: Partial<SourceOptions> = {}): Promise<Source> {
  return openSource(input, { format: "auto", maxRecordBytes: DEFAULT_MAX_RECORD_BYTES, ...options });
}

/** Opens text as standard input. */
export function openText(text: string | Buffer, options: Partial<SourceOptions> = {}): Promise<Source> {
  return open("-", { ...options, stdin: Readable.from([Buffer.from(text as string)]) });
}

export interface Outcome {
  readonly records: SourceRecord[];
  /** What the iteration threw, if it did. */
  readonly failure: (Error & { code?: string }) | undefined;
}

/** The record with its values as an array or an object. */
function toPlain(record: SourceRecord): SourceRecord {
  if (record.kind !== "row" || !(record.values instanceof AlikeObject)) return record;
  return { ...record, values: record.values.toObject() };
}

/** All records, and the failure at the end if there is one. */
export async function readAll(pieces: AsyncIterable<SourcePiece>): Promise<Outcome> {
  const all: SourceRecord[] = [];
  try {
    for await (const { records } of pieces) all.push(...records.map(toPlain));
  } catch (error) {
    return { records: all, failure: error as Error };
  }
  return { records: all, failure: undefined };
}

/** All pieces; fails where reading fails. */
export async function collect(pieces: AsyncIterable<SourcePiece>): Promise<SourcePiece[]> {
  const all: SourcePiece[] = [];
  for await (const piece of pieces) all.push({ ...piece, records: piece.records.map(toPlain) });
  return all;
}

export function flatten(pieces: readonly SourcePiece[]): SourceRecord[] {
  return pieces.flatMap(({ records }) => records);
}

/** All records of a text; fails where reading fails. */
export async function readText(
  text: string | Buffer,
  options: Partial<SourceOptions> = {},
): Promise<readonly SourceRecord[]> {
  const { records, failure } = await readAll((await openText(text, options)).records());
  if (failure !== undefined) throw failure;
  return records;
}

export function rows(records: readonly SourceRecord[]): SourceRow[] {
  return records.filter((record) => record.kind === "row");
}

export function rejects(records: readonly SourceRecord[]): UnreadableRow[] {
  return records.filter((record) => record.kind === "unreadable");
}

/** What matters of a record in one line: `3@5 a|b`, or `3@5 !row_unparsable`. */
export function brief(record: SourceRecord): string {
  const place = `${record.row}@${record.line} `;
  if (record.kind === "unreadable") return `${place}!${record.code}`;
  return place + (Array.isArray(record.values) ? record.values.join("|") : JSON.stringify(record.values));
}

/** Cuts bytes or text at the given places, taken modulo their length. */
export function cutAt<T extends Buffer | string>(whole: T, cuts: readonly number[]): T[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  const pieces: T[] = [];
  let from = 0;
  for (const place of [...places, whole.length]) {
    pieces.push(whole.slice(from, place) as T);
    from = place;
  }
  return pieces;
}

export const arbitraryCuts = fc.array(fc.nat(100_000), { maxLength: 30 });

/** Makes the reader of a test; `from` is where it shall begin, if not at the beginning of the text. */
export type CreateReader = (text: string, encoding: string, from?: SourceMark) => RecordReader;

/** Reads pieces exactly as they are cut; `openSource` would join those of the head. */
export function readPieces(
  pieces: readonly Buffer[],
  encoding: string | undefined,
  createReader: CreateReader,
): Promise<Outcome> {
  return readAll(streamPieces(pieces, encoding, createReader));
}

/** The same, piece by piece; `from` a mark on, in pieces that end where they would without it. */
export function streamPieces(
  pieces: readonly Buffer[],
  encoding: string | undefined,
  createReader: CreateReader,
  from?: SourceMark,
): AsyncIterable<SourcePiece> {
  const all = Buffer.concat(pieces);
  const detected = detectEncoding(all, encoding, "test");
  const decoder = createDecoder(detected.encoding);
  const text = decoder.write(all.subarray(detected.bomBytes)).text + decoder.end().text;
  async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
    let before = from?.offset ?? 0;
    for (const piece of pieces) {
      const left = piece.subarray(before);
      before -= piece.length - left.length;
      if (left.length > 0) yield left;
    }
  }
  return readRecords({
    bytes: bytes(),
    skipBytes: from === undefined ? detected.bomBytes : 0,
    decoder: createDecoder(detected.encoding),
    reader: createReader(text, detected.encoding.name, from),
    offset: from?.offset ?? 0,
  });
}

export interface CsvOptions {
  readonly delimiter?: string;
  readonly maxRecordBytes?: number;
}

export function csvReader({
  delimiter,
  maxRecordBytes = DEFAULT_MAX_RECORD_BYTES,
}: CsvOptions): CreateReader {
  return (text, encoding, from) => {
    const layout = readCsvLayout(text, true, { name: "test", encoding, delimiter, maxRecordBytes });
    if (layout === undefined) throw new Error("no layout");
    return createCsvReader({ name: "test", layout, encoding, maxRecordBytes, from });
  };
}

/** Reads CSV as it is cut. */
export async function readCsvPieces(
  pieces: readonly Buffer[],
  { encoding, ...options }: CsvOptions & { encoding?: string } = {},
): Promise<SourceRecord[]> {
  const { records, failure } = await readPieces(pieces, encoding, csvReader(options));
  if (failure !== undefined) throw failure;
  return records;
}

/** Text as bytes with a byte-order mark where the encoding has one. */
export function encode(text: string, encoding: string, bom = true): Buffer {
  if (encoding === "utf-8") return Buffer.from((bom ? "\uFEFF" : "") + text);
  if (encoding.startsWith("utf-16"))
    return iconv.encode((bom ? "\uFEFF" : "") + text, encoding as Parameters<typeof iconv.encode>[1]);
  return iconv.encode(text, encoding as Parameters<typeof iconv.encode>[1]);
}
