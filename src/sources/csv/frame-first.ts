import type { CsvFramer, TextFrame } from "./csv-framer.js";

/** Characters that are framed first: mostly they hold the first records of a head. */
const FIRST_CHARACTERS = 4 * 1024;

/**
 * The first records of a text, at least as many as are asked for where it has them. The rest is not looked at.
 *
 * @param complete Whether the end of the text ends its last record.
 */
export function frameFirst(framer: CsvFramer, text: string, records: number, complete: boolean): TextFrame[] {
  const frames: TextFrame[] = [];
  // Twice as many each time: with each piece a framer goes through all that it holds of a long record.
  for (let from = 0, to = FIRST_CHARACTERS; from < text.length; from = to, to *= 2) {
    frames.push(...framer.push(text.slice(from, to)));
    if (frames.length >= records) return frames;
  }
  if (complete) frames.push(...framer.end());
  return frames;
}
