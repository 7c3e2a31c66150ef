import { fstatSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { findNearMiss } from "../../did-you-mean.js";
import { ConfigurationError, InputError } from "../../errors.js";
import type { ByteInput } from "./byte-input.js";
import { decompress } from "./decompress.js";
import { toInputError } from "./input-failure.js";
import { readFileBytes } from "./read-file-bytes.js";
import { readPipeBytes, readStreamBytes } from "./read-stream-bytes.js";

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
  let compressed: boolean | undefined;
  const onTold = (found: boolean): void => {
    compressed = found;
  };
  const known = { bytesRead: () => read, isCompressed: () => compressed };
  if (input === "-") {
    if (stdin === undefined)
      throw new ConfigurationError(
        "input_stdin_missing",
        `"-" means standard input, but none is at hand; name a file`,
      );
    if (isDirectory(stdin)) throw directoryError("stdin");
    const open = (signal?: AbortSignal) =>
      decompress(readStreamBytes("stdin", stdin, count, signal), "stdin", false, onTold);
    return { name: "stdin", origin: { path: input }, reopens: false, ...known, open };
  }
  const stats = await stat(input).catch(async (error: unknown) => {
    const failure = toInputError(input, error);
    throw failure.code === "input_not_found" ? await nameNeighbour(input, failure) : failure;
  });
  if (stats.isDirectory()) throw directoryError(input);
  const regular = stats.isFile();
  return {
    name: input,
    origin: { path: resolve(input), ...(regular && { size: stats.size, modifiedMs: stats.mtimeMs }) },
    reopens: regular,
    ...known,
    open(signal, options = {}) {
      const { offset = 0 } = options;
      read = offset;
      if (offset > 0) return readFileBytes(input, regular, count, signal, options);
      const raw = stats.isFIFO()
        ? readPipeBytes(input, count, signal)
        : readFileBytes(input, regular, count, signal, options);
      return decompress(raw, input, /\.gz$/i.test(input), onTold);
    },
  };
}

/** Node gives an empty stream for a standard input that is a directory. */
function isDirectory(stdin: Readable & { fd?: unknown }): boolean {
  if (typeof stdin.fd !== "number") return false;
  try {
    return fstatSync(stdin.fd).isDirectory();
  } catch {
    // A closed descriptor is an empty input.
    return false;
  }
}

/** The file that a mistyped path most likely meant. */
async function nameNeighbour(input: string, { code, message, cause }: InputError): Promise<InputError> {
  const folder = dirname(input);
  const neighbour = findNearMiss(basename(input), await readdir(folder).catch(() => []));
  const hint = neighbour === undefined ? "" : `. Did you mean "${join(folder, neighbour)}"?`;
  return new InputError(code, message + hint, { cause });
}

function directoryError(name: string): InputError {
  return toInputError(name, Object.assign(new Error("is a directory"), { code: "EISDIR" }));
}
