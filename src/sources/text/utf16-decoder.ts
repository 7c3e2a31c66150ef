import type { DecodedText, Decoder } from "./decoder.js";
import { markInvalidByte } from "./invalid-bytes.js";

const LONE_SURROGATES = /\p{Surrogate}/gu;
const LONE_SURROGATE = /\p{Surrogate}/u;

export function createUtf16Decoder(order: "utf-16le" | "utf-16be"): Decoder {
  const bigEndian = order === "utf-16be";
  let carry: Buffer = Buffer.alloc(0);

  function decode(bytes: Buffer): DecodedText {
    // swap16 works in place, on a copy: the piece may be held elsewhere.
    const text = (bigEndian ? Buffer.from(bytes).swap16() : bytes).toString("utf16le");
    if (!LONE_SURROGATE.test(text)) return { text, marked: false };
    return { text: text.replace(LONE_SURROGATES, (unit) => markUnit(unit.charCodeAt(0))), marked: true };
  }

  function markUnit(unit: number): string {
    const high = markInvalidByte(unit >> 8);
    const low = markInvalidByte(unit & 0xff);
    return bigEndian ? high + low : low + high;
  }

  return {
    write(bytes) {
      const all = carry.length === 0 ? bytes : Buffer.concat([carry, bytes]);
      let cut = all.length - (all.length % 2);
      // The first half of a surrogate pair waits for the second.
      if (cut >= 2 && ((all[bigEndian ? cut - 2 : cut - 1] ?? 0) & 0xfc) === 0xd8) cut -= 2;
      carry = Buffer.from(all.subarray(cut));
      return decode(all.subarray(0, cut));
    },
    end() {
      const even = carry.length - (carry.length % 2);
      const { text, marked } = decode(carry.subarray(0, even));
      const odd = carry[even];
      carry = Buffer.alloc(0);
      return odd === undefined ? { text, marked } : { text: text + markInvalidByte(odd), marked: true };
    },
    // A mark may be a NUL of two bytes, or one byte.
    unreadBytes: undefined,
  };
}
