import type { CsvFramer, TextFrame } from "./csv-framer.js";

/** Characters that are framed at a time: the first records of a head are mostly in the first of them. */
const PIECE_CHARACTERS = 4 * 1024;

/**
 * The first records of a text, at least as many as are asked for where it has them. The rest is not looked at.
 *
 * @param complete Whether the end of the text ends its last record.
 */
export function frameFirst(framer: CsvFramer, text: string, records: number, complete: boolean): TextFrame[] {
  const frames: TextFrame[] = [];
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
    frames.push(...framer.push(text.slice(at, at + PIECE_CHARACTERS)));
    if (frames.length >= records) return frames;
  }
  if (complete) frames.push(...framer.end());
  return frames;
}
