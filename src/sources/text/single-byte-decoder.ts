import iconv from "iconv-lite";
import type { Decoder } from "./decoder.js";
import { markInvalidByte } from "./invalid-bytes.js";

/** What iconv-lite gives for a byte that the encoding leaves undefined. */
const UNDEFINED_CHARACTER = "\uFFFD";

export function createSingleByteDecoder(iconvName: string): Decoder {
  return {
    write(bytes) {
      const text = iconv.decode(bytes, iconvName as Parameters<typeof iconv.decode>[1]);
      if (!text.includes(UNDEFINED_CHARACTER)) return { text, marked: false };
      // One byte is one character here, so positions agree.
      return {
        text: text.replace(/\uFFFD/g, (_, at: number) => markInvalidByte(bytes[at] ?? 0)),
        marked: true,
      };
    },
    end: () => ({ text: "", marked: false }),
    unreadBytes: (pending) => pending.length,
  };
}
