import type { SourceIdentity } from "../../domain.js";

/**
 * How much is decoded at once. V8 keeps a text of 128 KB or more apart, which takes 4 ns a byte, and one character beyond U+00FF
 * makes all characters of a text take two bytes. What is left of the text before has to fit in as well.
 */
export const TEXT_BYTES = 60 * 1024;

/**
 * Size of one read and of one piece of decompressed data. Rows of a piece live until the last of them is on its way:
 * larger pieces were no faster, and a run held 20 MB more.
 */
export const CHUNK_BYTES = TEXT_BYTES;

/**
 * The same for objects, which repeat their keys: with about as many rows in a piece as CSV has, an import of JSONL took 3 to 6 %
 * less time.
 */
export const OBJECTS_CHUNK_BYTES = 2 * TEXT_BYTES;

/** How an input is opened. */
export interface OpenOptions {
  /** Where to begin, in a file that is not compressed; the bytes before it count as read. */
  readonly offset?: number;
  /** How much of a file is read at once, if not `CHUNK_BYTES`. */
  readonly chunkBytes?: number;
}

/** Where an input comes from, and the state of its file. */
export type InputOrigin = Pick<SourceIdentity, "path" | "size" | "modifiedMs">;

/** An input as a sequence of decompressed bytes. */
export interface ByteInput {
  /** How messages name it: the path as given, or `stdin`. */
  readonly name: string;
  readonly origin: InputOrigin;
  /** A regular file: may be opened again from its beginning. Anything else can be read once only. */
  readonly reopens: boolean;
  /** Raw (possibly compressed) bytes consumed since it was last opened. */
  bytesRead(): number;
  /** Whether it is gzip; undefined until its first bytes were read. */
  isCompressed(): boolean | undefined;
  /** Reads from the beginning; a piece may be overwritten when the next one is asked for. Leaving the iteration closes the input. */
  open(signal?: AbortSignal, options?: OpenOptions): AsyncGenerator<Buffer, void, undefined>;
}
