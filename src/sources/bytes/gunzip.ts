import { InputError } from "../../errors.js";
import { createInflater } from "./inflater.js";

/** Compressed bytes that are tried at once: usually they make about one piece of text. */
const SLICE_BYTES = 16 * 1024;

/**
 * Decompresses gzip, members one after the other included. Everything that lies before a fault is handed out
 * before the fault is thrown. As zlib keeps to itself what it has made of the bytes in which it meets a fault, a
 * scout goes ahead; bytes that it does not get through are taken one by one.
 */
export async function* gunzip(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<Buffer, void, undefined> {
  const scout = createInflater();
  const inflater = createInflater();
  let delivered = false;

  async function* inflate(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const piece of inflater.inflate(bytes)) {
        delivered = true;
        yield piece;
      }
    } catch (error) {
      throw toGzipError(name, error, delivered);
    }
  }

  async function* inflatePiece(piece: Buffer): AsyncGenerator<Buffer, void, undefined> {
    const slices = cut(piece, SLICE_BYTES);
    let ahead = scout.accepts(slices[0] ?? piece);
    for (const [index, slice] of slices.entries()) {
      const sound = await ahead;
      const next = slices[index + 1];
      if (sound && next !== undefined) ahead = scout.accepts(next);
      for (const step of sound ? [slice] : cut(slice, 1)) yield* inflate(step);
      if (inflater.ended()) return;
    }
  }

  try {
    yield* inflatePiece(first);
    for await (const piece of rest) {
      if (inflater.ended()) return;
      yield* inflatePiece(piece);
    }
    if (inflater.ended()) return;
    await inflater.end().catch((error: unknown) => {
      throw toGzipError(name, error, delivered);
    });
  } finally {
    scout.close();
    inflater.close();
  }
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

function toGzipError(name: string, error: unknown, behindMember: boolean): InputError {
  // The first member's header was known before zlib saw it.
  if (behindMember && (error as Error).message === "incorrect header check")
    return new InputError(
      "input_damaged",
      `${name}: something that is not gzip follows the gzip data; all rows before it were read. Fetch or export it again`,
      { cause: error },
    );
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
