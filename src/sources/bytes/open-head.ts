import type { ByteInput } from "./byte-input.js";

/** The beginning of an input, held until its shape is known. */
export interface Head {
  /** The bytes read so far. */
  readonly bytes: Buffer;
  /** Whether these bytes are the whole input. */
  readonly complete: boolean;
  /** Why no more can be read, if the input breaks off in its head. */
  readonly failure: unknown;
  /** Reads on until `size` bytes are there, or the end. */
  extend(size: number): Promise<void>;
  /** Lets go of the input. */
  close(): Promise<void>;
  /**
   * The input from its beginning: a file is opened anew, so that an open source holds neither its head nor a file
   * descriptor; anything else goes on behind the head.
   */
  reopen(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined>;
}

/** Begins to read an input. `stop` ends what waits in a pipe. */
export function openHead(input: ByteInput): Head {
  const stop = new AbortController();
  const stream = input.open(stop.signal);
  let bytes: Buffer = Buffer.alloc(0);
  let complete = false;
  let failure: unknown;

  async function* goOn(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const onAbort = (): void => stop.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      stop.signal.throwIfAborted();
      const held = bytes;
      bytes = Buffer.alloc(0);
      if (held.length > 0) yield held;
      if (failure !== undefined) throw failure;
      yield* stream;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      await stream.return();
    }
  }

  return {
    get bytes() {
      return bytes;
    },
    get complete() {
      return complete;
    },
    get failure() {
      return failure;
    },
    async extend(size) {
      const pieces = [bytes];
      let length = bytes.length;
      try {
        while (length < size && !complete && failure === undefined) {
          const next = await stream.next();
          if (next.done) complete = true;
          else {
            pieces.push(next.value);
            length += next.value.length;
          }
        }
      } catch (error) {
        failure = error;
      }
      bytes = Buffer.concat(pieces);
    },
    async close() {
      if (input.reopens) bytes = Buffer.alloc(0);
      await stream.return();
    },
    reopen: (signal) => (input.reopens ? input.open(signal) : goOn(signal)),
  };
}
