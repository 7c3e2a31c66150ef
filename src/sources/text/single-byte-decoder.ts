import { createRequire } from "node:module";
import type * as Iconv from "iconv-lite";
import type { Decoder } from "./decoder.js";
import { markInvalidByte } from "./invalid-bytes.js";

/** What iconv-lite gives for a byte that the encoding leaves undefined. */
const UNDEFINED_CHARACTER = "\uFFFD";

/** iconv-lite is loaded when it is needed: its tables are a quarter of all code, 10 ms of each start. */
const require = createRequire(import.meta.url);

export function createSingleByteDecoder(iconvName: string): Decoder {
  const iconv = require("iconv-lite") as typeof Iconv;
  return {
    write(bytes) {
      const text = iconv.decode(bytes, iconvName as Parameters<typeof Iconv.decode>[1]);
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
