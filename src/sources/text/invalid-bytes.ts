/**
 * Bytes that are no text in the input's encoding travel through the text as **marks**: lone surrogates
 * U+DC00 + byte, which no valid text contains (Python's `surrogateescape` does the same). So no byte is replaced
 * silently, and the record that holds it can be found and shown.
 */
const MARK_BASE = 0xdc00;

// The u flag reads surrogate pairs as one character, so that only lone surrogates match.
const MARKS = /[\uDC00-\uDCFF]/gu;
const MARK = /[\uDC00-\uDCFF]/u;

export function markInvalidByte(byte: number): string {
  return String.fromCharCode(MARK_BASE + byte);
}

/** The text with a mark for each NUL: it is valid in every encoding, but a sign of damage in a file of contacts. */
export function markNul(text: string): string {
  return text.replaceAll("\0", markInvalidByte(0));
}

export function hasInvalidBytes(text: string): boolean {
  return MARK.test(text);
}

export function countInvalidBytes(text: string): number {
  return text.match(MARKS)?.length ?? 0;
}

/** The text for people: invalid bytes as `\xE9`. */
export function showInvalidBytes(text: string): string {
  return text.replace(MARKS, (mark) => `\\x${toHex(mark.charCodeAt(0) - MARK_BASE)}`);
}

/** Where the first invalid byte of a record stands: physical line and character in it, both from 1. */
export interface InvalidByte {
  /** Such as `0xE9`. */
  readonly hex: string;
  readonly line: number;
  readonly character: number;
}

export function findInvalidByte(
  text: string,
  firstLine: number,
  newline: "\n" | "\r",
): InvalidByte | undefined {
  const at = text.search(MARK);
  if (at === -1) return undefined;
  const before = text.slice(0, at).split(newline);
  return {
    hex: `0x${toHex(text.charCodeAt(at) - MARK_BASE)}`,
    line: firstLine + before.length - 1,
    character: [...(before.at(-1) ?? "")].length + 1,
  };
}

/** What to say about it: the place, the rule, the next step. */
export function describeInvalidByte(byte: InvalidByte, encoding: string): string {
  // In UTF-16 this may be one half of an unpaired surrogate as well.
  if (byte.hex === "0x00" && !encoding.startsWith("utf-16"))
    return `a NUL (byte 0x00) at line ${byte.line}, character ${byte.character} is not text; take it out`;
  const advice =
    encoding === "utf-8"
      ? "save the file as UTF-8, or name its encoding: --encoding windows-1252"
      : "name the encoding that the file really has with --encoding";
  return `byte ${byte.hex} at line ${byte.line}, character ${byte.character} is not valid ${encoding}; ${advice}`;
}

function toHex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
