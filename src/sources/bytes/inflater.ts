import { createGunzip } from "node:zlib";
import { CHUNK_BYTES } from "./byte-input.js";

/** zlib, fed by hand. */
export interface Inflater {
  /**
   * Decompresses the next bytes, each piece when it is asked for.
   *
   * @throws what zlib finds wrong; it takes along what it had made of these bytes since the last piece.
   */
  inflate(bytes: Buffer): AsyncGenerator<Buffer, void, undefined>;
  /** Whether these bytes can be decompressed; what comes out is thrown away. */
  accepts(bytes: Buffer): Promise<boolean>;
  /** Whether the data has ended: only zeros followed it, as on a tape. */
  ended(): boolean;
  /** @throws when the data is not complete. */
  end(): Promise<void>;
  close(): void;
}

export function createInflater(): Inflater {
  // With a mark of one byte zlib waits after each piece until it is taken.
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES, readableHighWaterMark: 1 } as object);
  let fault: unknown;
  let given = 0;
  let idle = true;
  let wake = (): void => {};
  unzip.on("readable", () => wake());
  unzip.on("error", (error: unknown) => {
    fault = error;
    wake();
  });
  unzip.on("end", () => {
    idle = true;
    wake();
  });

  async function* inflate(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
    idle = false;
    given += bytes.length;
    unzip.write(bytes, () => {
      idle = true;
      wake();
    });
    yield* pieces();
  }

  async function* pieces(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      // Before the fault is looked at: a piece may lie here that came before it.
      const piece = unzip.read() as Buffer | null;
      if (piece !== null) yield piece;
      else if (fault !== undefined) throw fault;
      else if (idle) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  return {
    inflate,
    async accepts(bytes) {
      try {
        for await (const _ of inflate(bytes));
        return true;
      } catch {
        return false;
      }
    },
    ended: () => unzip.bytesWritten < given,
    async end() {
      idle = false;
      unzip.end();
      for await (const _ of pieces());
    },
    close: () => {
      unzip.destroy();
    },
  };
}
