import type { DateOptions, ReplaceOptions } from "../mapping/mapping-definition.js";
import { createJudge, shareOf } from "./create-judge.js";
import type { Language } from "./header-words.js";

/** How the dates of a column are written. */
export interface DateFormat {
  readonly formats: readonly string[];
  readonly locale: string | undefined;
  /** Whether there are times of day without a zone. */
  readonly needsZone: boolean;
  /** Whether day and month can be told apart by no value. */
  readonly isAmbiguous: boolean;
  /** What has to be written in another way first. */
  readonly cleaning?: ReplaceOptions | undefined;
  /** Which of them comes first, where they are numbers. */
  readonly order: "day" | "month" | undefined;
}

/** Values that are looked at: parsing one takes some 20 µs. */
const MAX_VALUES = 100;
/** This part of the values must fit: a mistyped date is no reason to read the others as text. */
const MIN_SHARE = 0.85;
const MAX_FORMATS = 4;
/** A form that comes so rarely is a mistake of one row. */
const MIN_FORMAT_SHARE = 0.04;

/** Numbers and separators; a time may follow, and a zone. */
const NUMERIC =
  /^(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:(,?\s+(?:(?:à|um|às|alle|a las|om)\s+)?|T)(\d{1,2})([:.h])(\d{2})(?::(\d{2})(?:\.(\d{3}))?)?(\s?[AaPp][Mm])?(\s?(?:Uhr|h))?)?(\s?(?:Z|[+-]\d{2}:?\d{2}))?$/;
/** "1:05 p. m." is how Spanish writes it, with a space or without. */
const SPANISH_HALF = /\s*([ap])\.\s?m\./i;
const JAPANESE = /^(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日(?:\s*(\d{1,2})(?::|時)(\d{2})(分)?(?::(\d{2}))?)?$/;
/** With names of months. */
const WORDED = [
  "d MMM yyyy",
  "d MMMM yyyy",
  "MMM d, yyyy",
  "MMMM d, yyyy",
  "d. MMMM yyyy",
  "d. MMM yyyy",
  "d-MMM-yyyy",
  "d-MMM-yy",
  "d MMM yyyy HH:mm",
  "d MMM yyyy, HH:mm",
  "MMM d, yyyy h:mm a",
  "MMM d, yyyy, h:mm a",
  "MMM d, yyyy HH:mm:ss",
  "d MMM yyyy HH:mm:ss",
  "EEE, d MMM yyyy HH:mm:ss ZZZ",
  "EEE MMM d HH:mm:ss yyyy",
  "d 'de' MMMM 'de' yyyy",
];

/**
 * The formats in which the values are written, or undefined if they are no dates.
 *
 * @param mayBeNumber Whether plain numbers count: seconds since 1970, or `20260131`.
 * @param likely What to assume where the values do not tell day and month apart.
 */
export function findDateFormat(
  all: readonly string[],
  languages: readonly Language[],
  mayBeNumber: boolean,
  likely: "day" | "month" | undefined,
): DateFormat | undefined {
  const { values, cleaning } = prepare(all);
  if (values.length === 0) return undefined;
  if (shareOf(values, (value) => /\d/.test(value)) < MIN_SHARE) return undefined;
  if (shareOf(values, (value) => /^\d+(?:\.\d+)?$/.test(value)) >= MIN_SHARE)
    return mayBeNumber ? findNumericMoment(values) : undefined;
  const order = findOrder(values);
  const isAmbiguous = order === "unknown";
  const chosen = isAmbiguous ? likely : order === "none" ? undefined : order;
  const formats = countFormats(values, chosen ?? "day");
  const fits = check(formats, undefined, values);
  if (fits)
    return { ...fits, cleaning, isAmbiguous, order: order === "none" ? undefined : (chosen ?? "day") };
  return findWorded(values, languages);
}

interface Prepared {
  readonly values: readonly string[];
  readonly cleaning: ReplaceOptions | undefined;
}

const prepared = new WeakMap<readonly string[], Prepared>();

/** The values that are looked at, with hours in one form; the same list each time. */
function prepare(all: readonly string[]): Prepared {
  const known = prepared.get(all);
  if (known !== undefined) return known;
  const some = all.slice(0, MAX_VALUES);
  const hasHalves = some.some((value) => SPANISH_HALF.test(value));
  const found = {
    values: some.map((value) => value.replace(SPANISH_HALF, " $1m")),
    cleaning: hasHalves ? { pattern: SPANISH_HALF.source, with: " $1m", flags: "i" } : undefined,
  };
  prepared.set(all, found);
  return found;
}

type Found = Pick<DateFormat, "formats" | "locale" | "needsZone">;

/** Columns are looked at several times: for what the whole table tells, and for what each is. */
const checked = new WeakMap<readonly string[], Map<string, Found | undefined>>();

function check(
  formats: readonly string[],
  locale: string | undefined,
  values: readonly string[],
): Found | undefined {
  const known = checked.get(values) ?? new Map<string, Found | undefined>();
  checked.set(values, known);
  const key = `${locale} ${formats.join("\n")}`;
  if (!known.has(key)) known.set(key, checkAnew(formats, locale, values));
  return known.get(key);
}

function checkAnew(
  formats: readonly string[],
  locale: string | undefined,
  values: readonly string[],
): Found | undefined {
  const [format, ...more] = formats;
  if (format === undefined) return undefined;
  const options: DateOptions = {
    format: more.length === 0 ? format : formats,
    ...(locale === undefined ? {} : { locale }),
  };
  const judge = createJudge({ date: options });
  if (shareOf(values, (value) => judge(value) !== undefined) < MIN_SHARE) return undefined;
  const elsewhere = createJudge({ date: { ...options, zone: "Asia/Tokyo" } });
  const hasTime = values.some((value) => /\d[:h時]\d/.test(value) && judge(value) !== undefined);
  const needsZone = hasTime && values.some((value) => judge(value) !== elsewhere(value));
  return { formats, locale, needsZone };
}

function findNumericMoment(values: readonly string[]): DateFormat | undefined {
  const shapes: readonly (readonly [RegExp, string])[] = [
    [/^1\d{9}(?:\.\d+)?$/, "unix"],
    [/^1\d{12}$/, "unixMs"],
    [/^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/, "iso"],
    [/^(?:19|20)\d{12}$/, "yyyyMMddHHmmss"],
  ];
  const shape = shapes.find(([pattern]) => shareOf(values, (value) => pattern.test(value)) >= MIN_SHARE);
  const found = shape === undefined ? undefined : check([shape[1]], undefined, values);
  return (
    found && { ...found, needsZone: shape?.[1] === "yyyyMMddHHmmss", isAmbiguous: false, order: undefined }
  );
}

/** Whether the day or the month comes first in `1/2/2026`, by the numbers over 12. */
function findOrder(values: readonly string[]): "day" | "month" | "unknown" | "none" {
  let day = 0;
  let month = 0;
  let open = 0;
  for (const value of values) {
    const [, first = "", , second = ""] = NUMERIC.exec(value) ?? [];
    if (first === "" || first.length > 2) continue;
    if (Number(first) > 12) day += 1;
    else if (Number(second) > 12) month += 1;
    else open += 1;
  }
  if (day + month === 0) return open === 0 ? "none" : "unknown";
  return day >= month ? "day" : "month";
}

/** The formats of the values that are numbers, the most frequent first. */
function countFormats(values: readonly string[], order: "day" | "month"): readonly string[] {
  const counts = new Map<string, number>();
  const isIso = createJudge({ date: "iso" });
  // 1/2 and 01/02 are read by one format; that of two digits each is easier to recognise where it will do.
  const isPadded = values.every(
    (value) => !/(?:^|[./-])\d(?:[./-]|\s|$)/.test(value.split(/[\sT]/, 1)[0] ?? ""),
  );
  for (const value of values) {
    const format = isIso(value) === undefined ? toFormat(value, order, isPadded) : "iso";
    if (format !== undefined) counts.set(format, (counts.get(format) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= MIN_FORMAT_SHARE * values.length)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_FORMATS)
    .map(([format]) => format);
}

function toFormat(value: string, order: "day" | "month", isPadded: boolean): string | undefined {
  const japanese = JAPANESE.exec(value);
  if (japanese) {
    const [, , , , hour, , minuteWord, second] = japanese;
    if (hour === undefined) return "yyyy'年'M'月'd'日'";
    if (minuteWord !== undefined) return "yyyy'年'M'月'd'日' H'時'mm'分'";
    return `yyyy'年'M'月'd'日' H:mm${second === undefined ? "" : ":ss"}`;
  }
  const [, first, by, second, third, gap, hour, colon, , seconds, millis, half, unit, zone] =
    NUMERIC.exec(value) ?? [];
  if (first === undefined || by === undefined || second === undefined || third === undefined)
    return undefined;
  const [d, m] = isPadded ? ["dd", "MM"] : ["d", "M"];
  const space = value.startsWith(`${first}${by} `) ? " " : "";
  const join = `${by}${space}`;
  const year = third.length === 4 ? "yyyy" : "yy";
  if (first.length === 3 || (first.length === 4 && third.length === 4)) return undefined;
  const day =
    first.length === 4
      ? ["yyyy", m, d].join(join)
      : (order === "day" ? [d, m, year] : [m, d, year]).join(join);
  if (hour === undefined || gap === undefined) return day;
  const h = half === undefined ? (hour.length === 1 || !isPadded ? "H" : "HH") : "h";
  const separator = colon === "h" ? "'h'" : (colon ?? ":");
  const time = `${h}${separator}mm${seconds === undefined ? "" : ":ss"}${millis === undefined ? "" : ".SSS"}`;
  const noon = half === undefined ? "" : half.startsWith(" ") ? " a" : "a";
  const offset =
    zone === undefined ? "" : `${zone.startsWith(" ") ? " " : ""}${zone.includes(":") ? "ZZ" : "ZZZ"}`;
  const clock = unit === undefined ? "" : `${unit.startsWith(" ") ? " " : ""}'${unit.trim()}'`;
  return `${day}${gap === "T" ? "'T'" : toLiteral(gap)}${time}${noon}${clock}${offset}`;
}

/** What stands between day and time: letters that mean themselves need quotes. */
function toLiteral(gap: string): string {
  return gap.replace(/\s+/g, " ").replace(/\p{L}[\p{L} ]*\p{L}|\p{L}/gu, "'$&'");
}

/** Dates with names of months, in one of the languages. */
function findWorded(values: readonly string[], languages: readonly Language[]): DateFormat | undefined {
  if (shareOf(values, (value) => /\p{L}{3}/u.test(value) && value.length <= 40) < MIN_SHARE) return undefined;
  for (const language of new Set<Language>([...languages, "en", "de", "fr", "es", "pt", "it", "nl"])) {
    const locale = language === "en" ? undefined : language;
    const probe = values.slice(0, 5);
    const formats = WORDED.filter((format) => {
      const judge = createJudge({ date: { format, locale: locale ?? "en-US" } });
      return probe.some((value) => judge(value) !== undefined);
    }).slice(0, MAX_FORMATS);
    const found = check(formats, locale, values);
    if (found) return { ...found, isAmbiguous: false, order: undefined };
  }
  return undefined;
}
