import { Invalid, quoteValue } from "../invalid.js";
import type { NumberOptions } from "../mapping-definition.js";
import type { Scope } from "../scope.js";
import { ofText, type Transform } from "./transform.js";

const PLAIN_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Spaces that stand between digit groups, besides the plain one. */
const NARROW_SPACES = /[\u00a0\u202f\u2009]/g;

/** Reads a number strictly; what is not one through and through is refused. */
export function compileNumber(options: NumberOptions | undefined, scope: Scope): Transform {
  return compileParser("number", options, scope, (number) => number);
}

/** As `number`, and the number must be whole and exact. `12.0` is whole. */
export function compileInteger(options: NumberOptions | undefined, scope: Scope): Transform {
  return compileParser("integer", options, scope, (number, text) => {
    if (!Number.isInteger(number)) return new Invalid(`integer: ${quoteValue(text)} is not a whole number`);
    return Number.isSafeInteger(number)
      ? number
      : new Invalid(
          `integer: ${quoteValue(text)} is too large to be exact (limit ${Number.MAX_SAFE_INTEGER})`,
        );
  });
}

function compileParser(
  name: string,
  options: NumberOptions | undefined,
  scope: Scope,
  check: (number: number, text: unknown) => number | Invalid,
): Transform {
  const decimal = options?.decimal ?? ".";
  const group = options?.group;
  if (group === decimal)
    scope.report(
      `"group" and "decimal" are both ${JSON.stringify(decimal)}: a number could not be read with certainty.`,
    );
  const hint = describeFormat(decimal, group);
  const parse = ofText((text) => {
    const plain = toPlain(text.trim(), decimal, group);
    const number = plain !== undefined && PLAIN_NUMBER.test(plain) ? Number(plain) : Number.NaN;
    return Number.isFinite(number)
      ? check(number, text)
      : new Invalid(`${name}: ${quoteValue(text)} is not a number${hint}`);
  });
  return (value, values) => {
    if (typeof value === "number" && Number.isFinite(value)) return check(value, value);
    if (typeof value === "boolean") return new Invalid(`${name}: ${value} is not a number`);
    return parse(value, values);
  };
}

/** The same number with `.` before the decimals and no groups; undefined if its separators stand elsewhere. */
function toPlain(text: string, decimal: string, group: string | undefined): string | undefined {
  if (decimal === "." && group === undefined) return text;
  const [whole = "", fraction, ...more] = (group === " " ? text.replace(NARROW_SPACES, " ") : text).split(
    decimal,
  );
  if (more.length > 0) return undefined;
  const digits = group === undefined ? whole : toUngrouped(whole, group);
  // A "." that is not the separator would slip through as one.
  if (digits === undefined || (decimal !== "." && `${digits}${fraction ?? ""}`.includes(".")))
    return undefined;
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** Takes groups of exactly three digits apart, so that `1.5` is not read as 15. */
function toUngrouped(whole: string, group: string): string | undefined {
  const [first = "", ...groups] = whole.split(group);
  if (groups.length === 0) return whole;
  return /^[+-]?\d{1,3}$/.test(first) && groups.every((digits) => /^\d{3}$/.test(digits))
    ? first + groups.join("")
    : undefined;
}

function describeFormat(decimal: string, group: string | undefined): string {
  if (decimal === "." && group === undefined) return "";
  return ` with ${JSON.stringify(decimal)} before the decimals${group === undefined ? "" : ` and ${JSON.stringify(group)} between the thousands`}`;
}

/** Rounds half away from zero to a number of decimals, by the decimal digits that the number shows. */
export function compileRound(decimals: number | undefined, scope: Scope): Transform {
  const places = decimals ?? 0;
  const parse = compileParser("round", undefined, scope, (number) => number);
  return (value, values) => {
    const number = parse(value, values);
    return typeof number === "number" ? toRounded(number, places) : number;
  };
}

function toRounded(number: number, places: number): number {
  // Shifting the decimal point in the text keeps 1.005 from becoming 1.00.
  const shifted = shift(Math.abs(number), places);
  const rounded = shift(Math.round(shifted), -places);
  if (!Number.isFinite(rounded)) return number;
  return number < 0 && rounded !== 0 ? -rounded : rounded;
}

function shift(number: number, places: number): number {
  const [digits = "0", exponent = "0"] = String(number).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}

const BOOLEANS = new Map<string, boolean>([
  ...["true", "t", "yes", "y", "on", "1"].map((text) => [text, true] as const),
  ...["false", "f", "no", "n", "off", "0"].map((text) => [text, false] as const),
]);

/** Yes or no as `true` or `false`, whatever the case. */
export function compileBoolean(): Transform {
  return ofText(
    (text) =>
      BOOLEANS.get(text.trim().toLowerCase()) ??
      new Invalid(`boolean: ${quoteValue(text)} is none of true/false, yes/no, y/n, t/f, on/off, 1/0`),
  );
}

/** A value of a field that holds a number: strictly read, as by `number` without options. */
export function toNumber(value: unknown): number | Invalid {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const text = typeof value === "string" ? value.trim() : "";
  const number = PLAIN_NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : new Invalid(`number: ${quoteValue(value)} is not a number`);
}
