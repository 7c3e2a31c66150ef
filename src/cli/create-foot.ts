/** A few lines at the foot of a terminal that are drawn anew in place. */
export interface Foot {
  draw(lines: readonly string[]): void;
  /** Writes text above them. */
  writeAbove(text: string): void;
  /** Leaves nothing behind. */
  clear(): void;
  /** Somebody else may have written since: what is drawn next is drawn wherever the cursor is. */
  forget(): void;
}

/** What a terminal is told (ECMA-48; the wrap mode is DEC's, which all of them know). */
const ERASE_LINE_END = "\u001B[K";
const ERASE_BELOW = "\r\u001B[J";
const NO_WRAP = "\u001B[?7l";
const WRAP = "\u001B[?7h";
const toLinesUp = (count: number): string => (count === 0 ? "" : `\u001B[${count}A`);

/**
 * Between two drawings the cursor stands where the lines begin. So they go with what lies below the cursor, also after a
 * terminal that became narrower has broken them, and no place has to be remembered. The cursor stays visible: nothing would
 * bring it back after a crash. Each change is one write, and what is drawn over is not erased before, so that nothing flickers.
 */
export function createFoot(stderr: { write(text: string): unknown }): Foot {
  let drawn = "";

  const toDrawing = (lines: readonly string[]): string => {
    const text = lines.map((line) => line + ERASE_LINE_END).join("\r\n");
    // A terminal that is narrower than it was said to be would break them.
    return `\r${NO_WRAP}${text}\u001B[J${WRAP}${toLinesUp(lines.length - 1)}\r`;
  };

  return {
    draw(lines) {
      const drawing = toDrawing(lines);
      if (drawing === drawn) return;
      drawn = drawing;
      stderr.write(drawing);
    },
    writeAbove(text) {
      stderr.write(drawn === "" ? text : ERASE_BELOW + text + drawn);
    },
    clear() {
      if (drawn !== "") stderr.write(ERASE_BELOW);
      drawn = "";
    },
    forget() {
      drawn = "";
    },
  };
}
