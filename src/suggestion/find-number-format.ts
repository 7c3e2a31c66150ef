import type { NumberOptions } from "../mapping/mapping-definition.js";
import { createJudge, shareOf } from "./create-judge.js";

/** How the numbers of a column are written. */
export interface NumberFormat {
  readonly options: NumberOptions | undefined;
  /** Pattern of the currencies that stand beside them, if any do. */
  readonly currency: string | undefined;
  /** Whether `1.234` may be meant as 1234: nothing in the column tells. */
  readonly isAmbiguous: boolean;
}

const CURRENCIES = [
  "€",
  "$",
  "£",
  "¥",
  "￥",
  "円",
  "EUR",
  "USD",
  "GBP",
  "CHF",
  "JPY",
  "MXN",
  "BRL",
  "R$",
  "kr",
  "Fr.",
];

const MIN_SHARE = 0.9;

/** What is tried, in this order. */
const OPTIONS: readonly (NumberOptions | undefined)[] = [
  undefined,
  { group: "," },
  { decimal: ",", group: "." },
  { decimal: ",", group: " " },
  { group: "'" },
  { decimal: ",", group: "'" },
];

/** The form in which the values are numbers, or undefined if they are none. */
export function findNumberFormat(values: readonly string[], prefersComma: boolean): NumberFormat | undefined {
  const currencies = isMostly(values, isNumeral) ? [] : findCurrencies(values);
  const currency =
    currencies.length === 0
      ? undefined
      : `\\s*${toChoice(currencies.map((one) => one.replace(/[$.]/g, "\\$&")))}\\s*`;
  const bare =
    currency === undefined ? values : values.map((value) => value.replace(new RegExp(currency, "g"), ""));
  const mayBeGroups =
    bare.some((value) => value.includes(".")) &&
    bare.every((value) => /^-?\d{1,3}(?:\.\d{3})+$|^-?\d+$/.test(value));
  const order = prefersComma && mayBeGroups ? [{ decimal: ",", group: "." } as const, ...OPTIONS] : OPTIONS;
  const options = order.find((one) => {
    const judge = createJudge(one === undefined ? "number" : { number: one });
    return shareOf(bare, (value) => judge(value) !== undefined) >= MIN_SHARE;
  });
  if (options === undefined && !isPlain(bare)) return undefined;
  return { options: simplify(options, bare), currency, isAmbiguous: mayBeGroups };
}

function toChoice(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? "") : `(?:${patterns.join("|")})`;
}

/** Digits and what stands between them. */
function isNumeral(text: string): boolean {
  return /^[-+]?[\d.,' \u00a0\u202f]+(?:e[-+]?\d+)?$/i.test(text);
}

function isMostly(values: readonly string[], passes: (value: string) => boolean): boolean {
  return shareOf(values, passes) >= MIN_SHARE;
}

/** The currencies that occur, longer names first: `R$` holds a `$`. */
function findCurrencies(values: readonly string[]): readonly string[] {
  return CURRENCIES.filter((currency) => values.some((value) => value.includes(currency))).sort(
    (a, b) => b.length - a.length,
  );
}

function isPlain(values: readonly string[]): boolean {
  const judge = createJudge("number");
  return shareOf(values, (value) => judge(value) !== undefined) >= MIN_SHARE;
}

/** Without separators between thousands where there are none. */
function simplify(options: NumberOptions | undefined, values: readonly string[]): NumberOptions | undefined {
  const group = options?.group;
  if (options?.decimal === undefined || group === undefined) return options;
  return group !== "." && !values.some((value) => value.includes(group))
    ? { decimal: options.decimal }
    : options;
}

/** Whether a column can only be read with a comma before the decimals. */
export function hasDecimalComma(values: readonly string[]): boolean {
  return (
    values.some((value) => /\d,\d{1,2}$/.test(value)) &&
    findNumberFormat(values, false)?.options?.decimal === ","
  );
}
