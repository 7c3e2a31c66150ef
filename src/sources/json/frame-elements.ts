import type { AlikeObject } from "../../alike-object.js";
import { HELD_UNITS } from "../overlong-record.js";
import type { JsonParser } from "./parse-json.js";
import type { JsonFrame } from "./to-json-record.js";

/** Where the framer stands between two characters. */
type Place = "before-first" | "before-element" | "in-element" | "behind-array";

/** Deeper brackets are only counted. Data is never so deep, and the stack of them would outgrow the record. */
const MAX_DEPTH = 10_000;

/** Takes an element as soon as it is complete: what becomes of it tells how the next one is looked at. */
type Take = (frame: JsonFrame) => void;

/** Cuts the elements of an array out of JSON text, the brackets around it apart. */
export interface ElementFramer {
  /**
   * Reads text from `from` on and hands over the elements that it completes: those that a comma or a bracket follows.
   *
   * @returns The position of the `]` that ends the array, or -1 while it goes on.
   */
  push(text: string, from: number, take: Take): number;
  /** Hands over the last element, if it is complete although nothing follows it: for an input that breaks off. */
  breakOff(take: Take): void;
  /** Whether the array ended behind a comma. */
  danglingComma(): boolean;
  /** Physical line of the position reached, from 1. */
  line(): number;
  /** The text of an element that is not complete yet. */
  pending(): string;
}

/**
 * A malformed element does not take the next one with it: where a string is not closed on its line, a bracket does
 * not match, or an object begins where only a key may stand, the framer picks the end that costs least.
 */
export function createElementFramer(
  firstLine: number,
  maxRecordBytes: number,
  readAlike: JsonParser["readAlike"],
): ElementFramer {
  const heldUnits = Math.max(maxRecordBytes, HELD_UNITS);
  let place: Place = "before-first";
  let line = firstLine;
  /** Text of the current element from earlier pieces. */
  let held = "";
  let passed: { shown: string; bytes: number } | undefined;
  let elementLine = firstLine;
  /** The object that the element begins with: its value, if nothing but white space follows. */
  let alike: AlikeObject | undefined;
  /** Open brackets of the element, innermost last. */
  let open: ("{" | "[")[] = [];
  /** Brackets open beyond the deepest of these. */
  let deeper = 0;
  let inString = false;
  let escaped = false;
  /** The last character that was not white space. */
  let last = "";
  let fault: string | undefined;
  let dangling = false;

  function begin(): void {
    place = "in-element";
    elementLine = line;
    held = "";
    passed = undefined;
    open = [];
    deeper = 0;
    inString = false;
    escaped = false;
    last = "";
    fault = undefined;
    alike = undefined;
  }

  function finish(text: string, take: Take, next: Place): void {
    place = next;
    hold(text);
    const whole = passed?.shown ?? held.trimEnd();
    take({
      text: whole,
      line: elementLine,
      values: whole.length === alike?.text.length ? alike : undefined,
      ...(passed !== undefined && { passedBytes: passed.bytes }),
      ...(fault !== undefined && { fault }),
    });
    held = "";
  }

  function hold(text: string): void {
    if (passed === undefined) {
      held += text;
      if (held.length <= heldUnits) return;
      passed = { shown: held.slice(0, HELD_UNITS), bytes: Buffer.byteLength(held) };
      held = "";
    } else passed.bytes += Buffer.byteLength(text);
  }

  /** The element's text up to `at`, unless it has outgrown the limit. */
  function heldText(text: string, start: number, at: number): string | undefined {
    return passed === undefined && held.length + at - start <= heldUnits
      ? held + text.slice(start, at)
      : undefined;
  }

  /** A closing bracket closes its own kind and, in a malformed element, whatever was left open within. */
  function close(opening: "{" | "["): boolean {
    if (deeper > 0) {
      deeper -= 1;
      return true;
    }
    const at = open.lastIndexOf(opening);
    if (at === -1) return false;
    open.length = at;
    return true;
  }

  function push(text: string, from: number, take: Take): number {
    let start = from;
    for (let at = from; at < text.length; at += 1) {
      const character = text[at] ?? "";
      if (character === "\n") line += 1;
      if (place !== "in-element") {
        if (character === " " || character === "\n" || character === "\r" || character === "\t") continue;
        if (character === "]") {
          dangling = place === "before-element";
          place = "behind-array";
          return at;
        }
        if (character === ",") {
          take({ text: "", line, fault: "nothing stands between two commas; take one out" });
          place = "before-element";
        } else {
          begin();
          start = at;
          alike = readAlike(text, at);
          if (alike === undefined) {
            // The first character of the element is looked at again, as a part of it.
            at -= 1;
          } else {
            // To go through its characters takes longer than all else: 2.5 µs, of an object with 18 values.
            at += alike.text.length - 1;
            line += alike.shape.lineEnds;
            last = "}";
          }
        }
        continue;
      }
      if (inString) {
        if (escaped) escaped = false;
        else if (character === "\\") escaped = true;
        else if (character === '"') {
          inString = false;
          last = '"';
        } else if (character === "\n") {
          // A string cannot hold a line end. If the line looks complete, it is the closing quote that is missing.
          if (last === "," || last === "}" || last === "]") {
            fault ??= "a string is not closed on its line; close it with a quote";
            inString = false;
            // The element began on this line, and the line ends as one element on a line does.
            const before =
              line - 1 === elementLine && last === "," ? heldText(text, start, at)?.trimEnd() : undefined;
            if (before !== undefined && /[}\]]\s*,$/.test(before.slice(-20))) {
              held = "";
              finish(before.slice(0, -1), take, "before-element");
              start = at + 1;
            }
          }
        } else if (character > " ") last = character;
        continue;
      }
      if (character === '"') inString = true;
      else if (character === "{" || character === "[") {
        const before =
          character === "{" && last === "," && open.at(-1) === "{" ? heldText(text, start, at) : undefined;
        if (before !== undefined) {
          // Only a key can follow here: the element before lacks its closing bracket.
          fault ??= "a closing bracket is missing; add it";
          held = "";
          finish(before.slice(0, before.lastIndexOf(",")), take, "before-element");
          begin();
          start = at;
        }
        if (open.length < MAX_DEPTH) open.push(character);
        else {
          deeper += 1;
          fault ??= `is nested deeper than ${MAX_DEPTH} brackets; flatten it`;
        }
        last = character;
      } else if (character === "}" || character === "]") {
        if (!close(character === "}" ? "{" : "[")) {
          if (character === "]") {
            finish(text.slice(start, at), take, "behind-array");
            return at;
          }
        }
        last = character;
      } else if (character === "," && open.length === 0) {
        finish(text.slice(start, at), take, "before-element");
      } else if (character > " ") last = character;
    }
    if (place === "in-element") hold(text.slice(start));
    return -1;
  }

  return {
    push,
    breakOff(take) {
      if (place === "in-element" && open.length === 0 && last === "}") finish("", take, "behind-array");
    },
    danglingComma: () => dangling,
    line: () => line,
    pending: () => held,
  };
}
