import { type FileHandle, open } from "node:fs/promises";
import { CHUNK_BYTES } from "./byte-input.js";
import { toInputError } from "./input-failure.js";

/** Reads a file from its beginning; each piece is a buffer of its own. */
export async function* readFileBytes(
  path: string,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r").catch((error: unknown) => {
      throw toInputError(path, error);
    });
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, null).catch((error: unknown) => {
        throw toInputError(path, error);
      });
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      count(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file?.close();
  }
}
