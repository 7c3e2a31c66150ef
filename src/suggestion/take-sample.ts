import { open } from "node:fs/promises";
import { AlikeObject } from "../alike-object.js";
import type { RowValues, SourceMark, SourceRecord } from "../domain.js";
import type { Source } from "../sources/open-source.js";

/** Rows from the beginning, at most. */
const FIRST_ROWS = 1_000;
/** Places in the rest of a file; as many rows again are taken from all of them together. */
const PLACES = 20;
/** Of a wide table fewer rows are taken, so that it takes no longer. */
const MAX_CELLS = 100_000;
const MIN_ROWS = 50;
/** Of rows that are large, too: their text, in characters. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** A slow pipe is not waited for longer than this, once there are rows. */
const PATIENCE_MS = 2_000;
/** Where a line begins is looked for in so many bytes. */
const LINE_SEARCH_BYTES = 64 * 1024;

/** Rows by which an input is judged. */
export interface Sample {
  readonly rows: readonly RowValues[];
  /** Records that could not be read, of all that were looked at, and those of them with bytes that are none of the encoding. */
  readonly unreadable: { readonly all: number; readonly encoding: number };
  /** `all` of the input, its `beginning`, or its beginning and places `spread` through it. */
  readonly extent: "all" | "beginning" | "spread";
}

/**
 * The first rows and, of a file in which reading can begin anywhere, rows from places spread through it. What comes later
 * in a list is often of another kind than what comes first: test contacts, the oldest ones, those of one country.
 */
export async function takeSample(source: Source, path: string, signal?: AbortSignal): Promise<Sample> {
  const collector = createCollector(source);
  const first = await takeFirst(source, collector, signal);
  if (first.isEnd) return collector.toSample("all");
  const { mark } = first;
  const { offsets, rows: rowsPerPlace } = toPlaces(mark, source.bytes ?? 0, collector.maxRows);
  for (const offset of offsets) {
    signal?.throwIfAborted();
    const start = await findLineStart(path, offset);
    if (start === undefined || rowsPerPlace === 0) continue;
    for await (const { records } of source.records(signal, { offset: start, row: 0, line: 1 })) {
      collector.addPlace(records.slice(0, rowsPerPlace));
      break;
    }
  }
  return collector.toSample(offsets.length > 0 ? "spread" : "beginning");
}

interface Collector {
  readonly maxRows: number;
  readonly isFull: boolean;
  add(records: readonly SourceRecord[]): void;
  addPlace(records: readonly SourceRecord[]): void;
  toSample(extent: Sample["extent"]): Sample;
}

function createCollector({ columns }: Source): Collector {
  const width = columns.kind === "csv" ? columns.names.length : 0;
  const maxRows = Math.max(MIN_ROWS, Math.min(FIRST_ROWS, Math.floor(MAX_CELLS / Math.max(1, width))));
  const rows: RowValues[] = [];
  const unreadable = { all: 0, encoding: 0 };
  let characters = 0;
  const add = (records: readonly SourceRecord[]): void => {
    for (const record of records) {
      if (record.kind === "row") {
        const { values } = record;
        rows.push(values instanceof AlikeObject ? values.toObject() : values);
        characters += record.text.length;
        continue;
      }
      unreadable.all += 1;
      if (record.code === "encoding_invalid") unreadable.encoding += 1;
    }
  };
  const isFull = (): boolean => rows.length + unreadable.all >= maxRows || characters >= MAX_CHARACTERS;
  return {
    maxRows,
    get isFull() {
      return isFull();
    },
    add(records) {
      // A piece of input may hold some thousand rows.
      for (const record of records) if (!isFull()) add([record]);
    },
    addPlace(records) {
      // A place inside a quoted text gives nonsense, which shows by the number of values.
      const readable = records.filter(({ kind }) => kind === "row");
      if (2 * readable.length > records.length && characters < 2 * MAX_CHARACTERS)
        add(records.filter((record) => record.kind === "row" || record.code === "encoding_invalid"));
    },
    toSample: (extent) => ({ rows, unreadable, extent }),
  };
}

/** Reads from the beginning; gives the place where it stopped. */
async function takeFirst(
  source: Source,
  collector: Collector,
  signal: AbortSignal | undefined,
): Promise<{ readonly isEnd: boolean; readonly mark: SourceMark | undefined }> {
  const patience = new AbortController();
  let isLate = false;
  let hasRows = false;
  const stopWaiting = (): void => patience.abort(patience.signal);
  const timer = setTimeout(() => {
    isLate = true;
    if (hasRows) stopWaiting();
  }, PATIENCE_MS);
  try {
    const ends = signal === undefined ? patience.signal : AbortSignal.any([patience.signal, signal]);
    let isEnd = true;
    let reached: SourceMark | undefined;
    for await (const { records, mark } of source.records(ends)) {
      const room = collector.isFull;
      collector.add(records);
      hasRows = true;
      reached = mark;
      if (room || collector.isFull || isLate) {
        isEnd = false;
        break;
      }
    }
    return { isEnd, mark: reached };
  } catch (error) {
    if (!patience.signal.aborted || signal?.aborted) throw error;
    return { isEnd: false, mark: undefined };
  } finally {
    clearTimeout(timer);
  }
}

/** Places behind the first rows, so far from each other that no row is taken twice. */
function toPlaces(
  mark: SourceMark | undefined,
  size: number,
  maxRows: number,
): { readonly offsets: readonly number[]; readonly rows: number } {
  if (mark === undefined || mark.offset >= size) return { offsets: [], rows: 0 };
  const step = (size - mark.offset) / PLACES;
  const bytesPerRow = mark.offset / Math.max(1, mark.row);
  return {
    offsets: Array.from({ length: PLACES }, (_, index) => Math.floor(mark.offset + index * step)),
    // Rows are not of one size.
    rows: Math.min(Math.ceil(maxRows / PLACES), Math.floor(step / bytesPerRow / 2)),
  };
}

/** Behind the first line end after a place in a file. */
async function findLineStart(path: string, offset: number): Promise<number | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(LINE_SEARCH_BYTES),
      0,
      LINE_SEARCH_BYTES,
      offset,
    );
    const bytes = buffer.subarray(0, bytesRead);
    const end = bytes.includes("\n") ? bytes.indexOf("\n") : bytes.indexOf("\r");
    return end === -1 ? undefined : offset + end + 1;
  } finally {
    await file.close();
  }
}
