import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { toInputError } from "./input-failure.js";

/** Reads a stream that was given to us, such as standard input, and destroys it at the end. */
export async function* readStreamBytes(
  name: string,
  stream: Readable,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  // A stream may still fail after we have turned away from it; nobody else listens then.
  stream.on("error", () => {});
  // Wakes a read that waits for a silent writer.
  const stop = (): void => {
    stream.destroy();
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    for await (const piece of stream) {
      signal?.throwIfAborted();
      const bytes: Buffer = typeof piece === "string" ? Buffer.from(piece) : piece;
      count(bytes.length);
      if (bytes.length > 0) yield bytes;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw toInputError(name, error);
  } finally {
    signal?.removeEventListener("abort", stop);
    stream.destroy();
  }
}

/**
 * Reads a named pipe. As a file it could not be let go of while it waits for its writer: a read of a file blocks a
 * thread, and the process does not end before that.
 */
export async function* readPipeBytes(
  path: string,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  yield* readStreamBytes(path, openPipe(path), count, signal);
}

function openPipe(path: string): Readable {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    throw toInputError(path, error);
  }
}
