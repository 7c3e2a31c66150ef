import stringWidth from "string-width";

const graphemes = new Intl.Segmenter();

/** Cells of a terminal that a text takes: two for a Chinese character and most emoji, none for an accent. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text in so many cells at most, cut with `…` where it is longer. */
export function cutText(text: string, width: number): string {
  let kept = "";
  let keptWidth = 0;
  /** What still fits with the … behind it. */
  let shortened = "";
  for (const { segment } of graphemes.segment(text)) {
    const next = keptWidth + widthOf(segment);
    if (next > width) return `${shortened}…`;
    kept += segment;
    keptWidth = next;
    if (next < width) shortened = kept;
  }
  return kept;
}

/** A dotted path in so many cells at most. Its last names say most: those before them go first. */
export function cutPath(path: string, width: number): string {
  if (widthOf(path) <= width) return path;
  const [indent = ""] = /^ */.exec(path) ?? [];
  const dots = [...path.matchAll(/\.(?=.)/g)].map(({ index }) => index);
  const ends = dots.map((dot) => `${indent}…${path.slice(dot + 1)}`);
  return ends.find((end) => widthOf(end) <= width) ?? cutText(path, width);
}

/** The text, and blanks up to the width. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Lines of so many cells at most, broken between words; what is longer than a line is broken inside. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const { segment } of graphemes.segment(word)) {
      if (widthOf(line + segment) > width) {
        lines.push(line);
        line = "";
      }
      line += segment;
    }
  }
  return [...lines, line];
}

/**
 * A text that leaves a terminal as it is: what would move the cursor, begin a new line or turn the direction of writing is shown
 * as a sign of its own.
 */
export function toVisible(text: string): string {
  return text
    .replaceAll(/\r\n?|\n/g, "↵")
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\uFEFF]/gu, (control) => {
      const code = control.charCodeAt(0);
      return code < 0x20
        ? String.fromCharCode(CONTROL_PICTURES + code)
        : `\\u${code.toString(16).padStart(4, "0")}`;
    });
}

/** The Unicode block with a sign for each control character: `␛` for escape. */
const CONTROL_PICTURES = 0x2400;
