/**
 * Size of one read and of one piece of decompressed data. Rows of a piece live until the last of them is on its way:
 * larger pieces were no faster, and a run held 20 MB more.
 */
export const CHUNK_BYTES = 64 * 1024;

/** An input as a sequence of decompressed bytes. */
export interface ByteInput {
  /** How messages name it: the path as given, or `stdin`. */
  readonly name: string;
  /** Size on disk; undefined for standard input and pipes. */
  readonly bytes: number | undefined;
  /** A regular file: may be opened again from its beginning. Anything else can be read once only. */
  readonly reopens: boolean;
  /** Raw (possibly compressed) bytes consumed since it was last opened. */
  bytesRead(): number;
  /** Reads from the beginning. Leaving the iteration closes the input. */
  open(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}
