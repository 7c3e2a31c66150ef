import type { SourceRecord } from "../domain.js";
import type { RecordReader } from "./record-reader.js";
import type { Decoder } from "./text/decoder.js";

/**
 * Bytes to records: one synchronous pass per piece of input, so that no record costs a promise. The next piece is
 * read when the consumer asks for it.
 *
 * @param skipBytes Length of the byte-order mark.
 */
export async function* readRecords(
  bytes: AsyncGenerator<Buffer, void, undefined>,
  skipBytes: number,
  decoder: Decoder,
  reader: RecordReader,
): AsyncGenerator<readonly SourceRecord[], void, undefined> {
  let toSkip = skipBytes;
  /** Runs one step; a failure comes after the records that precede it. */
  function* step(read: (out: SourceRecord[]) => void): Generator<readonly SourceRecord[], void, undefined> {
    const records: SourceRecord[] = [];
    let failure: unknown;
    try {
      read(records);
    } catch (error) {
      failure = error;
    }
    if (records.length > 0) yield records;
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
      yield* step((out) => {
        const { text, marked } = decoder.write(piece.subarray(skipped));
        reader.push(text, marked, out);
      });
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
