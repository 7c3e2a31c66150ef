import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../../errors.js";
import { CHUNK_BYTES } from "./byte-input.js";

/**
 * Decompresses gzip, members one after the other included. Everything that lies before a fault is handed out
 * before the fault is thrown.
 */
export async function* gunzip(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<Buffer, void, undefined> {
  async function* compressed(): AsyncGenerator<Buffer, void, undefined> {
    yield first;
    yield* rest;
  }
  let readFailure: unknown;
  const source = Readable.from(compressed(), { highWaterMark: 1 });
  // With a mark of one byte zlib waits after each piece until it is taken. A fault destroys the stream together
  // with what it has buffered, so nothing may lie there when zlib meets the fault.
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES, readableHighWaterMark: 1 } as object);
  // For the same reason the end, where a missing rest shows, is told only when all before it was taken: that is
  // when a write is called back, as long as the stream has not been ended.
  const end = (): void => {
    unzip.write(Buffer.alloc(0), () => unzip.end());
  };
  source.on("end", end);
  source.on("error", (error: unknown) => {
    readFailure = error;
    // What arrived is still decompressed; the early end surfaces below.
    end();
  });
  // The iteration below reports faults; this one is for faults after it was left.
  unzip.on("error", () => {});
  source.pipe(unzip, { end: false });
  try {
    for await (const piece of unzip) yield piece as Buffer;
    if (readFailure !== undefined) throw readFailure;
  } catch (error) {
    throw readFailure ?? toGzipError(name, error);
  } finally {
    source.destroy();
    unzip.destroy();
  }
}

function toGzipError(name: string, error: unknown): InputError {
  return (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR"
    ? new InputError(
        "input_truncated",
        `${name}: the gzip data ends too early, the file is cut short; fetch or export it again`,
        { cause: error },
      )
    : new InputError(
        "input_damaged",
        `${name}: the gzip data is damaged (${(error as Error).message}); fetch or export it again`,
        { cause: error },
      );
}
