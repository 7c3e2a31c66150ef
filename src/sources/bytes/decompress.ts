import { InputError } from "../../errors.js";

/** RFC 1952, 2.3.1: the first two bytes of a gzip member. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * Passes plain bytes through and decompresses gzip, told apart by the first two bytes.
 *
 * @param onTold Learns which it is.
 */
export async function* decompress(
  raw: AsyncGenerator<Buffer, void, undefined>,
  name: string,
  gzipExpected: boolean,
  onTold: (compressed: boolean) => void,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const first = await readFirst(raw);
    const compressed = first[0] === GZIP_MAGIC[0] && first[1] === GZIP_MAGIC[1];
    onTold(compressed);
    if (gzipExpected && !compressed)
      throw new InputError(
        "input_damaged",
        first.length === 0
          ? `${name}: is empty, so it is no gzip file; compress the data again`
          : `${name}: is not gzip data although its name says so; rename it without .gz, or compress it again`,
      );
    if (compressed) {
      // Most files are not, and need no zlib.
      const { gunzip } = await import("./gunzip.js");
      yield* gunzip(first, raw, name);
    } else {
      if (first.length > 0) yield first;
      yield* raw;
    }
  } finally {
    await raw.return();
  }
}

/** The first piece, joined with the next ones until the magic can be told. */
async function readFirst(raw: AsyncGenerator<Buffer, void, undefined>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < GZIP_MAGIC.length) {
    const next = await raw.next();
    if (next.done) break;
    // A copy: the next piece may overwrite this one.
    first = Buffer.concat([first, next.value]);
  }
  return first;
}
