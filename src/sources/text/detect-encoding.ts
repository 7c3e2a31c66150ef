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

/** Text in these encodings has no NUL; UTF-16 has one in each ASCII character, on the same side. */
function refuseNulBytes(head: Buffer, name: string): void {
  if (!head.includes(0)) return;
  const nuls = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  // One NUL among many characters is no sign of UTF-16: line ends alone give more.
  const looksLikeUtf16 =
    Math.min(even, odd) * 10 <= Math.max(even, odd) && Math.max(even, odd) * 50 >= head.length;
  if (looksLikeUtf16)
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
