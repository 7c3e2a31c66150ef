import { open } from "node:fs/promises";
import iconv from "iconv-lite";

/** So much of a file is looked at. */
const BYTES = 64 * 1024;
/** Nearly all that is not ASCII stands in words of these scripts; where an accent looks like one of their letters, it stands alone. */
const MIN_IN_WORDS = 0.8;
/** Chinese and Korean have characters in the same places, but no kana. */
const MIN_KANA = 0.05;
/** A mistyped byte, and the half of a letter at the end. */
const MAX_INVALID = 0.01;

const WORDS = /[\p{sc=Han}\p{sc=Hiragana}\u30a0-\u30ff\u3000-\u303f\uff01-\uff60]{2,}/gu;
const KANA = /[\p{sc=Hiragana}\u30a1-\u30fa]/gu;

/** The encoding of Japanese programs that a file seems to be in; none of them is among those that can be imported. */
export async function findJapaneseEncoding(path: string): Promise<"EUC-JP" | "SHIFT_JIS" | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES), 0, BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    return (["EUC-JP", "SHIFT_JIS"] as const).find((encoding) => isJapanese(iconv.decode(bytes, encoding)));
  } finally {
    await file.close();
  }
}

function isJapanese(text: string): boolean {
  const others = [...text].filter((character) => character > "\u007f");
  const count = (pattern: RegExp): number => text.match(pattern)?.join("").length ?? 0;
  return (
    others.length > 0 &&
    count(/\ufffd/g) <= Math.max(1, MAX_INVALID * others.length) &&
    count(WORDS) >= MIN_IN_WORDS * others.length &&
    count(KANA) >= MIN_KANA * others.length
  );
}
