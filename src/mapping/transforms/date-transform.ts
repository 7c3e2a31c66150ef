import { createRequire } from "node:module";
import type { DateTime } from "luxon";
import { remember } from "../../remember.js";
import { Invalid, quoteValue } from "../invalid.js";
import type { DateOptions } from "../mapping-definition.js";
import type { Scope } from "../scope.js";
import { ofText, type Transform } from "./transform.js";

const require = createRequire(import.meta.url);

/** Loaded for the first mapping that needs it. */
let luxon: typeof import("luxon");

type ParseDate = (text: string) => DateTime | undefined;

interface DateSettings {
  readonly zone: string;
  readonly locale: string;
}

/** A complete date at the start: Luxon would also take a time alone, as one of today. */
const ISO_DATE = /^(?:\d{4}-\d{2}-\d{2}|\d{8})(?:$|[T\s])/i;
/** The largest number of seconds that is taken for such: the end of the year 9999. */
const MAX_UNIX_SECONDS = 253_402_300_799;

/** What is remembered: more days than a column has, as a rule. */
const MAX_DAYS = 10_000;
const MAX_DAY_LENGTH = "2026-01-31".length;

/** Reads a date and gives it as ISO 8601 in UTC with milliseconds, the form of Pinpoint's `EffectiveDate`. */
export function compileDate(
  options: string | readonly string[] | DateOptions | undefined,
  scope: Scope,
): Transform {
  luxon ??= require("luxon");
  const { format = "iso", zone = "UTC", locale = "en-US" } = toOptions(options);
  const settings = { zone, locale };
  if (!isFixedZone(zone)) {
    scope
      .at("zone")
      .report(`${JSON.stringify(zone)} is no time zone. Use an IANA name such as "America/New_York".`);
    return () => undefined;
  }
  if (!isLocale(locale)) {
    scope.at("locale").report(`${JSON.stringify(locale)} is no language. Use a tag such as "de" or "en-US".`);
    return () => undefined;
  }
  const formats = typeof format === "string" ? [format] : format;
  const parsers = formats.map((one) => compileFormat(one, settings, scope));
  const expected = formats.map((one) => JSON.stringify(one)).join(" or ");
  const isUtc = /^utc$/i.test(zone);
  const isIso = formats[0] === "iso";
  const read = (text: string): string | Invalid | undefined => {
    const trimmed = text.trim();
    const plain = isIso ? readPlainIso(trimmed, isUtc) : undefined;
    if (plain !== undefined) return plain;
    for (const parse of parsers) {
      const date = parse(trimmed);
      if (date?.isValid === true && date.year > 0 && date.year <= 9999)
        return date.toUTC().toISO() ?? undefined;
    }
    return new Invalid(
      `date: ${quoteValue(text)} is no date of the format ${expected}${hintAt(trimmed, formats)}`,
    );
  };
  const readAgain = remember(read, MAX_DAYS);
  // Moments hardly come again, and those of the usual form are read soon enough.
  return ofText((text) => (isIso && text.length > MAX_DAY_LENGTH ? read(text) : readAgain(text)));
}

function toOptions(options: string | readonly string[] | DateOptions | undefined): DateOptions {
  if (typeof options === "string" || Array.isArray(options)) return { format: options };
  return (options as DateOptions | undefined) ?? {};
}

/** A zone that means the same on every machine; `local` and `system` do not. */
function isFixedZone(zone: string): boolean {
  return luxon.IANAZone.isValidZone(zone) || /^(?:utc|utc[+-]\d{1,2}(?::\d{2})?)$/i.test(zone);
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}

function compileFormat(format: string, settings: DateSettings, scope: Scope): ParseDate {
  if (format === "iso") return (text) => parseIso(text, settings);
  if (format === "unix") return (text) => parseUnix(text, 1_000);
  if (format === "unixMs") return (text) => parseUnix(text, 1);
  const parser = luxon.DateTime.buildFormatParser(format, { locale: settings.locale });
  const fault = findFault(format, settings);
  if (fault !== undefined) scope.report(`${JSON.stringify(format)} is no usable date format: ${fault}`);
  return (text) => luxon.DateTime.fromFormatParser(text, parser, settings);
}

/** What is wrong with a format, in the first place the habits of other libraries that Luxon takes for something else. */
function findFault(format: string, settings: DateSettings): string | undefined {
  const tokens = format.replace(/'[^']*'/g, "");
  if (/Y/.test(tokens) || (/D/.test(tokens) && /[yML]/.test(tokens)))
    return 'a year is "yyyy" and a day "dd".';
  if (/dT[Hh]/.test(tokens)) return `letters that stand for themselves need quotes: "yyyy-MM-dd'T'HH:mm".`;
  return isUsable(format, settings) ? undefined : "it cannot be read back. See the tokens of Luxon.";
}

/** Whether what the format writes can be read by it, year included: a day without a year would be one of this year. */
function isUsable(format: string, settings: DateSettings): boolean {
  const sample = luxon.DateTime.fromISO("1987-11-30T12:34:56.789Z", settings).setLocale(settings.locale);
  const read = luxon.DateTime.fromFormat(sample.toFormat(format), format, settings);
  return read.isValid && read.hasSame(sample, "year");
}

/** A day, or a moment in UTC, as most programs write it. */
const PLAIN_ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{3})?)?Z)?$/;

/**
 * The usual forms, without Luxon, which takes 15 µs for each. A day is meant in the given zone; what is not plain, or no date,
 * is left to Luxon.
 */
function readPlainIso(text: string, isUtc: boolean): string | undefined {
  if (!PLAIN_ISO.test(text) || !(isUtc || text.endsWith("Z"))) return undefined;
  const milliseconds = Date.parse(text);
  // There is no year 0, and a 31st of April would be taken for the 1st of May.
  const iso = milliseconds >= FIRST_MILLISECOND ? new Date(milliseconds).toISOString() : "";
  return iso.startsWith(text.slice(0, 10)) ? iso : undefined;
}

const FIRST_MILLISECOND = Date.parse("0001-01-01");

function parseIso(text: string, { zone }: DateSettings): DateTime | undefined {
  if (!ISO_DATE.test(text)) return undefined;
  const date = luxon.DateTime.fromISO(text, { zone });
  return date.isValid ? date : luxon.DateTime.fromSQL(text, { zone });
}

function parseUnix(text: string, factor: number): DateTime | undefined {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return undefined;
  const milliseconds = Math.round(Number(text) * factor);
  return Math.abs(milliseconds) <= MAX_UNIX_SECONDS * 1_000
    ? luxon.DateTime.fromMillis(milliseconds, { zone: "UTC" })
    : undefined;
}

function hintAt(text: string, formats: readonly string[]): string {
  if (formats.includes("unix") && /^\d{13}$/.test(text))
    return '; it looks like milliseconds, which is the format "unixMs"';
  return "";
}
