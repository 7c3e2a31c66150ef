import type { SourceMark, SourceRecord } from "../domain.js";
import { TEXT_BYTES } from "./bytes/byte-input.js";
import type { RecordReader } from "./record-reader.js";
import type { SourcePiece } from "./source.js";
import type { Decoder } from "./text/decoder.js";

/** What it takes to read records. */
export interface Reading {
  readonly bytes: AsyncGenerator<Buffer, void, undefined>;
  /** Length of the byte-order mark. */
  readonly skipBytes: number;
  readonly decoder: Decoder;
  readonly reader: RecordReader;
  /** Where in the file the bytes begin; undefined where they cannot be found again, so that there are no marks. */
  readonly offset: number | undefined;
}

/**
 * Bytes to records: one synchronous pass per piece of input, so that no record costs a promise. The next piece is
 * read when the consumer asks for it.
 */
export async function* readRecords({
  bytes,
  skipBytes,
  decoder,
  reader,
  offset,
}: Reading): AsyncGenerator<SourcePiece, void, undefined> {
  let toSkip = skipBytes;
  let consumed = 0;

  /** Where reading can begin again: behind the last complete record. */
  function toMark(): SourceMark | undefined {
    const boundary = reader.boundary?.();
    if (offset === undefined || boundary === undefined || decoder.unreadBytes === undefined) return undefined;
    const { pending, row, line } = boundary;
    return { offset: offset + consumed - decoder.unreadBytes(pending), row, line };
  }

  /** Runs one step; a failure comes after the records that precede it. Without `mark` it is a last one. */
  function* step(
    read: (out: SourceRecord[]) => void,
    mark?: () => SourceMark | undefined,
  ): Generator<SourcePiece, void, undefined> {
    const records: SourceRecord[] = [];
    let failure: unknown;
    try {
      read(records);
    } catch (error) {
      failure = error;
    }
    if (records.length > 0) yield { records, mark: failure === undefined ? mark?.() : undefined };
    if (failure !== undefined) throw failure;
  }

  // Not for await: what fails here must be told from what the consumer throws into the iteration.
  try {
    for (;;) {
      let next: IteratorResult<Buffer, void>;
      try {
        next = await bytes.next();
      } catch (error) {
        yield* step((out) => reader.breakOff?.(out));
        throw error;
      }
      if (next.done) break;
      const piece = next.value;
      const skipped = Math.min(toSkip, piece.length);
      toSkip -= skipped;
      consumed += piece.length;
      yield* step((out) => {
        for (let from = skipped; from < piece.length; from += TEXT_BYTES) {
          const { text, marked } = decoder.write(piece.subarray(from, from + TEXT_BYTES));
          reader.push(text, marked, out);
        }
      }, toMark);
    }
  } finally {
    await bytes.return();
  }
  yield* step((out) => {
    const { text, marked } = decoder.end();
    if (text !== "") reader.push(text, marked, out);
    reader.end(out);
  });
}
