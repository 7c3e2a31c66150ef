import type { DecodedText, Decoder } from "./decoder.js";
import { markNul } from "./invalid-bytes.js";
import type { Encoding } from "./resolve-encoding.js";
import { createSingleByteDecoder } from "./single-byte-decoder.js";
import { createUtf8Decoder } from "./utf8-decoder.js";
import { createUtf16Decoder } from "./utf16-decoder.js";

/** The byte-order mark must have been taken off. A NUL, which no text holds, comes out as a mark. */
export function createDecoder(encoding: Encoding): Decoder {
  const decoder = choose(encoding);
  return {
    ...decoder,
    write: (bytes) => withoutNul(decoder.write(bytes)),
    end: () => withoutNul(decoder.end()),
  };
}

function choose(encoding: Encoding): Decoder {
  if (encoding.kind === "utf-8") return createUtf8Decoder();
  if (encoding.kind === "single-byte") return createSingleByteDecoder(encoding.iconvName);
  return createUtf16Decoder(encoding.kind);
}

function withoutNul(decoded: DecodedText): DecodedText {
  return decoded.text.includes("\0") ? { text: markNul(decoded.text), marked: true } : decoded;
}
