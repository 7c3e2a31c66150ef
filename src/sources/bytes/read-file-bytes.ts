import { type FileHandle, open } from "node:fs/promises";
import { CHUNK_BYTES, type OpenOptions } from "./byte-input.js";
import { toInputError } from "./input-failure.js";

/** Reads a file; each piece is a buffer of its own. */
export async function* readFileBytes(
  path: string,
  count: (bytes: number) => void,
  signal?: AbortSignal,
  { offset = 0, chunkBytes = CHUNK_BYTES }: OpenOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  let file: FileHandle | undefined;
  // Not every device knows positions.
  let position = offset === 0 ? null : offset;
  try {
    file = await open(path, "r").catch((error: unknown) => {
      throw toInputError(path, error);
    });
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(chunkBytes);
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position).catch((error: unknown) => {
        throw toInputError(path, error);
      });
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      count(bytesRead);
      if (position !== null) position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file?.close();
  }
}
