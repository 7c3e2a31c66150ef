import type { JsonObject } from "../../domain.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Reads objects that look like the one before. */
export interface FlatObjectReader {
  /** The object, or undefined where the text is unlike the one learned last: `JSON.parse` is to judge then. */
  read(text: string): JsonObject | undefined;
  /** Learns from a text and what `JSON.parse` made of it. */
  learn(text: string, value: JsonObject): void;
}

/** What the objects have in common. */
interface Shape {
  readonly keys: readonly string[];
  /** The text before each value: `{"id":`, `,"email":` */
  readonly before: readonly string[];
  readonly end: string;
  /** An object with these keys. */
  readonly like: JsonObject;
}

/** After so many texts in a row that were unlike the one before, it learns from every so many-th only. */
const PATIENCE = 64;

/**
 * The short way for objects with the same keys in the same order, each with a text without escapes, a short number, `true`,
 * `false` or `null`. `JSON.parse` enters every short text into a table of its own, in case it is a key: for an object of 18
 * values it takes 1.5 µs more.
 */
export function createFlatObjectReader(): FlatObjectReader {
  let shape: Shape | undefined;
  let misses = 0;
  /** The value that was read last, and where it ended. */
  let value: unknown;
  let end = 0;

  /** Reads the value that begins there; false where it is not a plain one. */
  function readValue(text: string, start: number): boolean {
    if (text.charCodeAt(start) !== QUOTE) return readWord(text, start);
    for (let at = start + 1; ; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        value = text.slice(start + 1, at);
        end = at + 1;
        return true;
      }
      // Behind its end a text has NaN; JSON takes no control characters as they are.
      if (!(unit >= 0x20) || unit === BACKSLASH) return false;
    }
  }

  function readWord(text: string, start: number): boolean {
    let at = start;
    while (isOfWord(text.charCodeAt(at))) at += 1;
    const word = text.slice(start, at);
    end = at;
    if (PLAIN_NUMBER.test(word)) value = Number(word);
    else if (WORDS.has(word)) value = WORDS.get(word);
    else return false;
    return true;
  }

  /** Takes the text apart by the keys in it. */
  function toShape(text: string, like: JsonObject): Shape | undefined {
    const keys = Object.keys(like);
    const before: string[] = [];
    let at = 0;
    for (const key of keys) {
      // It would be taken for the prototype.
      if (key === "__proto__") return undefined;
      const name = JSON.stringify(key);
      const found = text.indexOf(name, at);
      const colon = text.indexOf(":", found + name.length);
      if (found === -1 || colon === -1) return undefined;
      let start = colon + 1;
      while (isSpace(text.charCodeAt(start))) start += 1;
      before.push(text.slice(at, start));
      const around = `${text.slice(at, found)}${text.slice(found + name.length, colon)}`;
      if (!/^[ \t\n\r]*[{,][ \t\n\r]*$/.test(around)) return undefined;
      if (!readValue(text, start) || value !== like[key]) return undefined;
      at = end;
    }
    const rest = text.slice(at);
    return keys.length > 0 && /^[ \t\n\r]*\}[ \t\n\r]*$/.test(rest)
      ? { keys, before, end: rest, like }
      : undefined;
  }

  return {
    read(text) {
      if (shape === undefined) return undefined;
      const { keys, before, like } = shape;
      const object: { [key: string]: unknown } = { ...like };
      let at = 0;
      for (let index = 0; index < keys.length; index += 1) {
        const prefix = before[index] as string;
        if (!text.startsWith(prefix, at) || !readValue(text, at + prefix.length)) return undefined;
        object[keys[index] as string] = value;
        at = end;
      }
      if (text.length !== at + shape.end.length || !text.endsWith(shape.end)) return undefined;
      misses = 0;
      return object;
    },
    learn(text, like) {
      misses += 1;
      if (misses <= PATIENCE || misses % PATIENCE === 0) shape = toShape(text, like);
    },
  };
}

/** Short enough to be read as `JSON.parse` reads it, and no integer that loses digits. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

const WORDS = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function isOfWord(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x2d || unit === 0x2e;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}
