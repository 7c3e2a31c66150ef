import { AlikeObject, type Member, type ObjectShape, type Outline } from "../../alike-object.js";
import type { JsonObject } from "../../domain.js";

/** Reads objects that look like the one before. */
export interface AlikeReader {
  /**
   * The object that begins there, whatever follows it, or undefined where it is unlike the one learned last: `JSON.parse` is to
   * judge then.
   */
  read(text: string, at: number): AlikeObject | undefined;
  /** Learns from a text and what `JSON.parse` made of it. */
  learn(text: string, value: JsonObject): void;
}

/** What texts have in common. */
interface TextShape extends ObjectShape {
  /** The text without its values. */
  readonly around: string;
  /** An object's text, with a group for each value; that of a plain text without the quotes. Sticky: looked for in one place. */
  readonly pattern: RegExp;
}

/** A text of JSON, with the colon behind it where it is a key, or a number or word. */
const PARTS = /("[^"\\]*(?:\\.[^"\\]*)*")([ \t\n\r]*:)?|[-+.\w]+/g;

/** JSON takes no control characters as they are. */
const PLAIN_TEXT = '[^"\\\\\\u0000-\\u001f]*';
/** Numbers that are short enough to be read as `JSON.parse` reads them, and no integers that lose digits. */
const PLAIN_VALUE = `"${PLAIN_TEXT}"|-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,15})?|true|false|null`;

/** V8 does not take a pattern of any size. */
const MAX_KEYS = 300;

/** To learn takes as long as to read 200 texts. It does so at once for the first shapes, then once in so many texts. */
const EAGER_SHAPES = 16;
const PATIENCE = 500;

/**
 * The short way for objects with the same keys in the same order and values that are texts without escapes, short numbers,
 * `true`, `false`, `null` or such objects: one regular expression takes out all values at once. For an object of 18 values it
 * takes 0.7 µs. `JSON.parse` takes 1.8, as it enters each short text into a table of its own, in case it is a key.
 */
export function createAlikeReader(): AlikeReader {
  let shape: TextShape | undefined;
  let learned = 0;
  let texts = 0;
  /** In a row. */
  let unlike = 0;

  return {
    read(text, at) {
      if (shape === undefined) return undefined;
      const { pattern } = shape;
      pattern.lastIndex = at;
      const groups = pattern.exec(text);
      if (groups === null) return undefined;
      texts += 1;
      unlike = 0;
      return new AlikeObject(shape, groups);
    },
    learn(text, value) {
      texts += 1;
      unlike += 1;
      // One alone may be the odd one.
      if (shape && unlike === 1) return;
      if (learned >= EAGER_SHAPES && texts < PATIENCE) return;
      learned += 1;
      texts = 0;
      unlike = 0;
      // White space behind it is no part of the object.
      shape = toShape(text.trimEnd(), value, shape);
    },
  };
}

/** The shape of a text; where the other differs in its values only, of both: a value is plain then where it is in both. */
function toShape(text: string, value: JsonObject, other: TextShape | undefined): TextShape | undefined {
  const keys: string[] = [];
  const between: string[] = [];
  let plain: boolean[] = [];
  let from = 0;
  for (const { 0: part, 1: string, 2: colon, index } of text.matchAll(PARTS)) {
    if (colon !== undefined) keys.push(JSON.parse(string as string));
    else {
      between.push(text.slice(from, index));
      plain.push(string !== undefined);
      from = index + part.length;
    }
  }
  between.push(text.slice(from));
  if (keys.length === 0 || keys.length > MAX_KEYS) return undefined;
  const rest = keys.values();
  const root = toOutline(value, rest, plain.keys());
  if (root === undefined || !rest.next().done) return undefined;
  const around = between.join("\0");
  if (other?.around === around) plain = plain.map((is, index) => is && other.plain[index] === true);
  const groups = plain.map((is) => (is ? `"(${PLAIN_TEXT})"` : `(${PLAIN_VALUE})`));
  const pattern = between.map((literal, index) => `${escapeLiteral(literal)}${groups[index] ?? ""}`);
  return {
    around,
    plain,
    lineEnds: around.split("\n").length - 1,
    pattern: new RegExp(pattern.join(""), "y"),
    root,
  };
}

/**
 * The outline of an object in whose text these keys come next, with values in these positions. Undefined where the object has
 * other keys, since one stands there twice or is a number, and numbers come first in an object; and where it has a list, since
 * lists are seldom of one length.
 */
function toOutline(
  value: JsonObject,
  keys: Iterator<string>,
  positions: Iterator<number>,
): Outline | undefined {
  const members: Member[] = [];
  for (const [key, member] of Object.entries(value)) {
    // As a name it would set the prototype.
    if (key !== keys.next().value || key === "__proto__") return undefined;
    if (typeof member !== "object" || member === null) members.push(positions.next().value);
    else {
      const inner = Array.isArray(member) ? undefined : toOutline(member as JsonObject, keys, positions);
      if (inner === undefined) return undefined;
      members.push(inner);
    }
  }
  return { keys: Object.keys(value), members, like: value };
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
