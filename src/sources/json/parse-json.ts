import type { AlikeObject } from "../../alike-object.js";
import type { JsonObject } from "../../domain.js";
import { createAlikeReader } from "./read-alike.js";

/** An integer of 16 digits or more that is no part of a fraction or an exponent. */
const LONG_INTEGERS = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/**
 * `JSON.parse`, but an integer that a number cannot hold without changing its digits (an id such as
 * 12345678901234567890) becomes a string of them.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return mayHaveLargeNumber(value, 0) ? JSON.parse(quoteLongIntegers(text)) : value;
}

/** For objects that follow one another and are often alike. */
export interface JsonParser {
  /** As `AlikeReader.read`. */
  readAlike(text: string, at: number): AlikeObject | undefined;
  /** As {@link parseJson}, but an object like the one learned last becomes an `AlikeObject`. */
  parse(text: string): unknown;
}

export function createJsonParser(): JsonParser {
  const alike = createAlikeReader();
  return {
    readAlike: alike.read,
    parse(text) {
      const object = alike.read(text, 0);
      if (object?.text.length === text.length) return object;
      const value = parseJson(text);
      if (isJsonObject(value)) alike.learn(text, value);
      return value;
    },
  };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Objects that are nested deeper are looked at in the text, whatever they hold. */
const MAX_DEPTH = 100;

/** Shorter integers are exact in a number. */
function mayHaveLargeNumber(value: unknown, depth: number): boolean {
  if (typeof value === "number") return !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  if (typeof value !== "object" || value === null) return false;
  if (depth === MAX_DEPTH) return true;
  const members = value as { readonly [key: string]: unknown };
  for (const key in members) if (mayHaveLargeNumber(members[key], depth + 1)) return true;
  return false;
}

function quoteLongIntegers(text: string): string {
  let result = "";
  let from = 0;
  while (from < text.length) {
    const quote = text.indexOf('"', from);
    const end = quote === -1 ? text.length : quote;
    result += text
      .slice(from, end)
      .replace(LONG_INTEGERS, (digits) => (String(Number(digits)) === digits ? digits : `"${digits}"`));
    if (quote === -1) break;
    from = stringEnd(text, quote);
    result += text.slice(quote, from);
  }
  return result;
}

/** The position behind the string that begins at `start`; the text is known to be JSON. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
