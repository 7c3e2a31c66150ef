import type { Decoder } from "./decoder.js";
import type { Encoding } from "./resolve-encoding.js";
import { createSingleByteDecoder } from "./single-byte-decoder.js";
import { createUtf8Decoder } from "./utf8-decoder.js";
import { createUtf16Decoder } from "./utf16-decoder.js";

/** The byte-order mark must have been taken off. */
export function createDecoder(encoding: Encoding): Decoder {
  if (encoding.kind === "utf-8") return createUtf8Decoder();
  if (encoding.kind === "single-byte") return createSingleByteDecoder(encoding.iconvName);
  return createUtf16Decoder(encoding.kind);
}
