import type { Encoding } from "./resolve-encoding.js";
import { createSingleByteDecoder } from "./single-byte-decoder.js";
import { createUtf8Decoder } from "./utf8-decoder.js";
import { createUtf16Decoder } from "./utf16-decoder.js";

/** A piece of text; `marked` when it holds marks of invalid bytes, so that clean text costs no search. */
export interface DecodedText {
  readonly text: string;
  readonly marked: boolean;
}

/** Bytes to text, piece by piece; characters may be split over pieces. */
export interface Decoder {
  write(bytes: Buffer): DecodedText;
  /** What an incomplete last character leaves: its bytes as marks. */
  end(): DecodedText;
}

/** The byte-order mark must have been taken off. */
export function createDecoder(encoding: Encoding): Decoder {
  if (encoding.kind === "utf-8") return createUtf8Decoder();
  if (encoding.kind === "single-byte") return createSingleByteDecoder(encoding.iconvName);
  return createUtf16Decoder(encoding.kind);
}
