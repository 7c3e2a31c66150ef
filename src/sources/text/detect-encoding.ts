import { InputError } from "../../errors.js";
import { type Encoding, resolveEncoding, UTF_8, UTF_16BE, UTF_16LE } from "./resolve-encoding.js";

const BYTE_ORDER_MARKS: readonly (readonly [Buffer, Encoding])[] = [
  [Buffer.from([0xef, 0xbb, 0xbf]), UTF_8],
  [Buffer.from([0xff, 0xfe]), UTF_16LE],
  [Buffer.from([0xfe, 0xff]), UTF_16BE],
];

/** PKWARE APPNOTE 4.3.6 and 4.3.16: a local file header, or the end record of an empty archive. */
const ZIP_MAGICS = [Buffer.from("PK\x03\x04"), Buffer.from("PK\x05\x06")];

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Bytes of the byte-order mark at the beginning; 0 without one. */
  readonly bomBytes: number;
}

/**
 * The encoding of an input: what its byte-order mark says, else what was asked for, else UTF-8. The mark wins over
 * the option because a rejects file, which has one, goes back in with the options of the original.
 *
 * @throws InputError when the bytes are not text.
 * @throws ConfigurationError when the name asked for is not known.
 */
export function detectEncoding(head: Buffer, requested: string | undefined, name: string): DetectedEncoding {
  const asked = requested === undefined ? undefined : resolveEncoding(requested);
  if (ZIP_MAGICS.some((magic) => startsWith(head, magic)))
    throw new InputError(
      "input_is_archive",
      `${name}: is a zip archive (an .xlsx workbook is one too); unpack it, or save the sheet as CSV`,
    );
  for (const [mark, encoding] of BYTE_ORDER_MARKS)
    if (startsWith(head, mark)) return { encoding, bomBytes: mark.length };
  const encoding = asked ?? UTF_8;
  if (encoding.kind === "utf-8" || encoding.kind === "single-byte") refuseNulBytes(head, name);
  return { encoding, bomBytes: 0 };
}

/** So few NULs are damaged places in a text, each of which costs its record and nothing more; of random bytes, 1 in 256 is one. */
const MAX_STRAY_NULS = 3;
const MAX_STRAY_SHARE = 0.001;

/** UTF-16 has a NUL in each ASCII character: this share of all bytes at least, and on the same side. */
const MIN_UTF16_SHARE = 0.1;
const MAX_UTF16_OTHER_SIDE = 0.1;

/** Text in these encodings has no NUL, so that many of them mean that it is something else. */
function refuseNulBytes(head: Buffer, name: string): void {
  if (!head.includes(0)) return;
  const sides: [even: number, odd: number] = [0, 0];
  for (let at = head.indexOf(0); at !== -1; at = head.indexOf(0, at + 1)) sides[at % 2 === 0 ? 0 : 1] += 1;
  const [even, odd] = sides;
  if (even + odd <= Math.max(MAX_STRAY_NULS, head.length * MAX_STRAY_SHARE)) return;
  const most = Math.max(even, odd);
  if (most >= head.length * MIN_UTF16_SHARE && Math.min(even, odd) <= most * MAX_UTF16_OTHER_SIDE)
    throw new InputError(
      "input_is_binary",
      `${name}: looks like UTF-16 without a byte-order mark; run again with --encoding ${odd > even ? "utf-16le" : "utf-16be"}`,
    );
  throw new InputError(
    "input_is_binary",
    `${name}: holds binary data (a NUL byte at offset ${head.indexOf(0)}), not text; export it as CSV, JSON or JSONL`,
  );
}

function startsWith(head: Buffer, prefix: Buffer): boolean {
  return head.subarray(0, prefix.length).equals(prefix);
}
