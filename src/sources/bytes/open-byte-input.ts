import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ConfigurationError } from "../../errors.js";
import type { ByteInput } from "./byte-input.js";
import { decompress } from "./decompress.js";
import { toInputError } from "./input-failure.js";
import { readFileBytes } from "./read-file-bytes.js";
import { readStreamBytes } from "./read-stream-bytes.js";

/**
 * Finds an input without reading it yet.
 *
 * @throws InputError when it does not exist, is a directory or may not be looked at.
 */
export async function openByteInput(input: string, stdin: Readable | undefined): Promise<ByteInput> {
  let read = 0;
  const count = (bytes: number): void => {
    read += bytes;
  };
  const bytesRead = (): number => read;
  if (input === "-") {
    if (stdin === undefined)
      throw new ConfigurationError(
        "input_stdin_missing",
        `"-" means standard input, but none is at hand; name a file`,
      );
    const open = (signal?: AbortSignal) =>
      decompress(readStreamBytes("stdin", stdin, count, signal), "stdin", false);
    return { name: "stdin", bytes: undefined, reopens: false, bytesRead, open };
  }
  const stats = await stat(input).catch((error: unknown) => {
    throw toInputError(input, error);
  });
  if (stats.isDirectory())
    throw toInputError(input, Object.assign(new Error("is a directory"), { code: "EISDIR" }));
  const regular = stats.isFile();
  return {
    name: input,
    bytes: regular ? stats.size : undefined,
    reopens: regular,
    bytesRead,
    open(signal) {
      read = 0;
      return decompress(readFileBytes(input, count, signal), input, /\.gz$/i.test(input));
    },
  };
}
