import { open } from "node:fs/promises";
import type { SourceMark } from "../domain.js";
import { ConfigurationError } from "../errors.js";
import { type ByteInput, CHUNK_BYTES, OBJECTS_CHUNK_BYTES } from "./bytes/byte-input.js";
import { openByteInput } from "./bytes/open-byte-input.js";
import { openHead } from "./bytes/open-head.js";
import { identify } from "./identify.js";
import { readRecords } from "./read-records.js";
import { readShape } from "./read-shape.js";
import type { Source, SourceOptions, SourcePiece } from "./source.js";
import { createDecoder } from "./text/create-decoder.js";

export type { SourceIdentity, SourceMark } from "../domain.js";
export type { Source, SourceFormat, SourceOptions, SourcePiece } from "./source.js";
export { DEFAULT_MAX_RECORD_BYTES } from "./source.js";

/**
 * Opens an input and reads as much of it as tells its format, dialect and columns. A file is closed again until its
 * records are read.
 *
 * @param input A path, or `-` for `options.stdin`.
 * @throws InputError when it cannot be read or is no text; the reason of `options.signal` when it was aborted.
 * @throws ConfigurationError when the options are wrong or do not fit the input.
 */
export async function openSource(input: string, options: SourceOptions): Promise<Source> {
  if (options.select !== undefined && (options.format === "csv" || options.format === "jsonl"))
    throw new ConfigurationError(
      "select_unusable",
      `--select works with JSON only, not with --format ${options.format}`,
    );
  const bytes = await openByteInput(input, options.stdin);
  const head = openHead(bytes, options.signal);
  try {
    const { detected, format, shape } = await readShape(bytes.name, head, options);
    const identity = await identify(bytes, head);
    if (bytes.reopens) await head.close();
    const { encoding, bomBytes } = detected;
    /** Whether an offset leads to the beginning of a record. */
    const seekable =
      bytes.reopens &&
      bytes.isCompressed() === false &&
      format !== "json" &&
      createDecoder(encoding).unreadBytes !== undefined;
    let reading = !bytes.reopens;
    const textBytes = bytes.isCompressed() ? await findTextSize(input, bytes) : undefined;
    let textRead = 0;
    let textEnded = false;
    const countText = async function* (pieces: AsyncGenerator<Buffer, void, undefined>) {
      for await (const piece of pieces) {
        textRead += piece.length;
        yield piece;
      }
      textEnded = true;
    };
    const read = (
      signal?: AbortSignal,
      mark?: SourceMark,
      watch = (pieces: AsyncGenerator<Buffer, void, undefined>) => pieces,
    ): AsyncIterable<SourcePiece> => {
      const from = seekable ? mark : undefined;
      const start = from?.offset ?? 0;
      const chunkBytes = format === "csv" || bytes.isCompressed() ? CHUNK_BYTES : OBJECTS_CHUNK_BYTES;
      return readRecords({
        bytes: watch(head.reopen(signal, { offset: start, chunkBytes })),
        skipBytes: from === undefined ? bomBytes : 0,
        decoder: createDecoder(encoding),
        reader: shape.createReader(from),
        offset: seekable ? start : undefined,
      });
    };
    return {
      name: bytes.name,
      format,
      columns: shape.columns,
      ...shape.csv,
      sepLine: shape.sepLine,
      encoding: encoding.name,
      bom: bomBytes > 0,
      bytes: bytes.origin.size,
      async identify(headBytes = identity.headBytes) {
        if (headBytes === identity.headBytes) return identity;
        const again = bytes.reopens ? openHead(bytes, options.signal) : head;
        try {
          return await identify(bytes, again, headBytes, options.signal);
        } finally {
          if (bytes.reopens) await again.close();
        }
      },
      warnings: shape.warnings,
      // What was read of a file to learn its shape is read again.
      bytesRead: () => (reading ? bytes.bytesRead() : 0),
      share() {
        const { size } = bytes.origin;
        if (size === undefined) return undefined;
        if (!reading) return 0;
        const share = Math.min(1, bytes.bytesRead() / Math.max(1, size));
        if (textBytes === undefined || textEnded) return share;
        // Compressed bytes are read ahead, which is much of a small file; the size of the text may be that of its last part only.
        const least = share - READ_AHEAD_BYTES / Math.max(1, size);
        return Math.min(share, Math.max(least, textRead / Math.max(1, textBytes)));
      },
      records(signal, mark) {
        reading = true;
        textRead = 0;
        textEnded = false;
        return textBytes === undefined ? read(signal, mark) : read(signal, mark, countText);
      },
      readAgain: shape.readAgain,
      sample:
        bytes.reopens === false
          ? undefined
          : async function* (signal, mark) {
              const size = textBytes ?? bytes.origin.size ?? 0;
              let offset = (seekable ? mark?.offset : undefined) ?? 0;
              const count = async function* (pieces: AsyncGenerator<Buffer, void, undefined>) {
                for await (const piece of pieces) {
                  offset += piece.length;
                  yield piece;
                }
              };
              for await (const { records, mark: reached } of read(signal, mark, count))
                yield { records, share: Math.min(1, (reached?.offset ?? offset) / Math.max(1, size)) };
            },
    };
  } catch (error) {
    await head.close();
    throw error;
  }
}

/** One piece that was read, of which all but the first bytes may wait for being decompressed. */
const READ_AHEAD_BYTES = CHUNK_BYTES;

/**
 * Bytes of a file, decompressed. gzip has them at its end, modulo 2^32 (RFC 1952); of the sizes that may be meant the least
 * one that is not below the compressed size is taken.
 */
async function findTextSize(
  path: string,
  { origin: { size }, isCompressed }: ByteInput,
): Promise<number | undefined> {
  if (size === undefined || isCompressed() !== true) return size;
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    const rest = buffer.readUInt32LE(0);
    return rest + 2 ** 32 * Math.max(0, Math.ceil((size - rest) / 2 ** 32));
  } finally {
    await file.close();
  }
}
