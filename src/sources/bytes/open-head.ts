import type { ByteInput, OpenOptions } from "./byte-input.js";

/** The beginning of an input, held until its shape is known. */
export interface Head {
  /** The bytes read so far. */
  readonly bytes: Buffer;
  /** Whether these bytes are the whole input. */
  readonly complete: boolean;
  /** Why no more can be read, if the input breaks off in its head. */
  readonly failure: unknown;
  /**
   * Reads on until `size` bytes are there, or the end. Of what can be read once only, such as a pipe, at least one
   * more piece is waited for, and then what is at hand is taken: its writer may be slow.
   */
  extend(size: number): Promise<void>;
  /** Lets go of the input. */
  close(): Promise<void>;
  /**
   * The input from its beginning: a file is opened anew, so that an open source holds neither its head nor a file
   * descriptor; anything else goes on behind the head.
   *
   * @param options For a file.
   */
  reopen(signal?: AbortSignal, options?: OpenOptions): AsyncGenerator<Buffer, void, undefined>;
}

/**
 * Begins to read an input.
 *
 * @param opening Its abort ends the reading of the head.
 */
export function openHead(input: ByteInput, opening?: AbortSignal): Head {
  /** Ends what waits in a pipe. */
  const stop = new AbortController();
  const stream = input.open(stop.signal);
  let bytes: Buffer = Buffer.alloc(0);
  let complete = false;
  let failure: unknown;
  /** A read that the head did not wait for. */
  let pending: Promise<IteratorResult<Buffer, void>> | undefined;

  /** Lets the signal stop the input; returns what ends that. */
  function obey(signal: AbortSignal | undefined): () => void {
    const onAbort = (): void => stop.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    return () => signal?.removeEventListener("abort", onAbort);
  }

  function begin(): Promise<IteratorResult<Buffer, void>> {
    if (pending === undefined) {
      pending = stream.next();
      // Nobody may come to wait for it any more.
      pending.catch(() => {});
    }
    return pending;
  }

  async function next(): Promise<IteratorResult<Buffer, void>> {
    const result = await begin();
    pending = undefined;
    return result;
  }

  /** A read that waits for a silent writer would keep the stream from returning. */
  async function release(): Promise<void> {
    stop.abort();
    await stream.return();
  }

  async function* goOn(signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const disobey = obey(signal);
    try {
      stop.signal.throwIfAborted();
      const held = bytes;
      bytes = Buffer.alloc(0);
      if (held.length > 0) yield held;
      if (failure !== undefined) throw failure;
      for (let piece = await next(); !piece.done; piece = await next()) yield piece.value;
    } finally {
      disobey();
      await release();
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
      const disobey = obey(opening);
      try {
        while (length < size && !complete && failure === undefined) {
          if (!input.reopens && pieces.length > 1 && !(await isAtHand(begin()))) break;
          const piece = await next();
          if (piece.done) complete = true;
          else {
            // The next one may overwrite it.
            pieces.push(Buffer.from(piece.value));
            length += piece.value.length;
          }
        }
      } catch (error) {
        failure = error;
      } finally {
        disobey();
      }
      bytes = Buffer.concat(pieces);
    },
    async close() {
      if (input.reopens) bytes = Buffer.alloc(0);
      await release();
    },
    reopen: (signal, options) => (input.reopens ? input.open(signal, options) : goOn(signal)),
  };
}

/** Whether that settles without waiting: before the event loop has gone round. */
function isAtHand(reading: Promise<unknown>): Promise<boolean> {
  const settled = () => true;
  const round = new Promise<boolean>((resolve) => {
    setImmediate(() => setImmediate(() => resolve(false)));
  });
  return Promise.race([reading.then(settled, settled), round]);
}
