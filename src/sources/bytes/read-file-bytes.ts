import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CHUNK_BYTES, type OpenOptions } from "./byte-input.js";
import { toInputError } from "./input-failure.js";

/**
 * A regular file is read in this thread as long as that is quick: to wait for another one took 6 % of the time of an import on
 * two cores. Where a read took longer, as it may over a network, answers and signals do not wait for the next one.
 */
const QUICK_READ_MS = 20;

/**
 * Reads a file, each piece into the same memory: it is overwritten when the next one is asked for. To read into new memory took
 * 2.5 % of a check more.
 *
 * @param isRegular Unless it is a device, of which a read may wait for as long as it pleases.
 */
export async function* readFileBytes(
  path: string,
  isRegular: boolean,
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
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (let isQuick = isRegular; ; ) {
      // Answers and signals have their turn.
      if (isQuick) await nextTurn();
      const startedAt = performance.now();
      let bytesRead: number;
      try {
        bytesRead = isQuick
          ? readSync(file.fd, buffer, 0, chunkBytes, position)
          : (await file.read(buffer, 0, chunkBytes, position)).bytesRead;
      } catch (error) {
        throw toInputError(path, error);
      }
      isQuick = isRegular && performance.now() - startedAt < QUICK_READ_MS;
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
