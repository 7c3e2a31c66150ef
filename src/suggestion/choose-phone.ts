import type { RowValues, SourceColumns } from "../domain.js";
import { compileMapping } from "../mapping/compile-mapping.js";
import type { FieldRule, PhoneOptions } from "../mapping/mapping-definition.js";
import { chooseColumn } from "./choose-columns.js";
import {
  type CountryHints,
  findPhoneCountry,
  type PhoneCountry,
  shareOfLandlines,
} from "./find-phone-country.js";
import type { TableTraits } from "./find-traits.js";
import { type PlannedRule, quote, quoteAll, toPresence, toRule } from "./plan.js";
import { holdsWords } from "./read-header.js";
import type { Column } from "./recognize-columns.js";
import { toCountry } from "./value-forms.js";

/** Numbers to send texts to. */
export interface PhoneChoice {
  readonly columns: readonly Column[];
  readonly address: PlannedRule;
  /** Columns whose numbers take no texts, beside one of mobile numbers. */
  readonly landlines: readonly Column[];
}

const FAX = "fax, faxnummer, telefax, télécopie, ファックス, FAX番号";
/** A second column is used where the first is empty, unless many of its numbers are none. */
const MIN_SOUND = 0.8;
const MANY_LANDLINES = 0.5;

interface PhoneTable {
  readonly columns: SourceColumns;
  readonly rows: readonly RowValues[];
  readonly traits: TableTraits;
  readonly emails: readonly Column[];
}

/** The columns with numbers for text messages, mobile ones first, and the rule that reads them. */
export function choosePhone(
  columns: readonly Column[],
  country: Column | undefined,
  table: PhoneTable,
): PhoneChoice | undefined {
  const own = columns.filter((column) => !column.isAboutSomebodyElse && !column.profile.isStructure);
  const ofMeaning = (meaning: Column["meaning"]) =>
    own.filter((column) => column.meaning === meaning).sort(byRank);
  const numbers = [...ofMeaning("mobile"), ...ofMeaning("phone")];
  const others = ofMeaning("otherPhone").filter(
    ({ profile }) => !holdsWords(profile.name, FAX) && profile.filled > 0,
  );
  const [main, ...more] = numbers.length > 0 ? numbers : others;
  if (main === undefined) return undefined;
  const hints = toHints(columns, country, table.traits);
  const find = (from: readonly Column[], areMobile: boolean): PhoneCountry =>
    findPhoneCountry(toOpenNumbers(from, country, table.rows), { ...hints, areMobile });
  // Landlines of another column say nothing of where mobile numbers would be landlines.
  const ofMobiles = find(
    [main, ...more].filter(({ meaning }) => meaning === main.meaning),
    main.meaning === "mobile",
  );
  const found = ofMobiles.hasNational ? ofMobiles : find([main, ...more], false);
  const alone = found.country === undefined ? undefined : { country: found.country };
  const options = chooseOptions(main, country, alone, table);
  const shareOfLines = (column: Column): number =>
    shareOfLandlines(mapNumbers([column], options, table).numbers, undefined);
  const landlines = more.filter(
    (column) => main.meaning === "mobile" && shareOfLines(column) >= MANY_LANDLINES,
  );
  const chosen = [main];
  // What stands for nothing in the first column would hide the ones behind it.
  if (main.profile.nullWords.length === 0)
    for (const column of more.filter((one) => !landlines.includes(one)))
      if (
        isSound(column, options, table) &&
        !(shareOfLines(column) >= MANY_LANDLINES && isNeedless(column, chosen, table))
      )
        chosen.push(column);
  const unread = 1 - shareMapped(chosen, options, table);
  const doubts = [
    toDoubt(main, options, found, unread, shareOfLines(main)),
    landlines.length === 0 ? undefined : describeLandlines(landlines),
  ].filter((doubt) => doubt !== undefined);
  return {
    columns: chosen,
    address: {
      field: "Address",
      rule: toAddress(chosen, options),
      why: describe(options, chosen),
      doubt: doubts.length === 0 ? undefined : doubts.join("; "),
    },
    landlines,
  };
}

/** The numbers that a column of countries says nothing of. */
function toOpenNumbers(
  columns: readonly Column[],
  country: Column | undefined,
  rows: readonly RowValues[],
): readonly string[] {
  if (country === undefined) return columns.flatMap(({ profile }) => profile.values);
  const numbers = rows.flatMap((row) =>
    toCountry(String(country.profile.read(row) ?? "")) === undefined
      ? columns.flatMap(({ profile }) => [profile.read(row)].flat())
      : [],
  );
  return numbers.filter((number) => typeof number === "string" || typeof number === "number").map(String);
}

/** By the country of each row, or by one for all, whichever reads more numbers. */
function chooseOptions(
  main: Column,
  country: Column | undefined,
  alone: PhoneOptions | undefined,
  table: PhoneTable,
): PhoneOptions | undefined {
  const share = (options: PhoneOptions | undefined) => shareMapped([main], options, table);
  const without = share(undefined);
  const best = alone !== undefined && share(alone) > without ? alone : undefined;
  if (country === undefined) return best;
  const withColumn = { countryColumn: country.profile.name, ...alone };
  // Numbers that all have their country code need no column.
  return share(withColumn) >= share(best) && share(withColumn) > without ? withColumn : best;
}

function isSound(column: Column, options: PhoneOptions | undefined, table: PhoneTable): boolean {
  return column.profile.filled > 0 && shareMapped([column], options, table) >= MIN_SOUND;
}

/** Landlines take no texts; they are better than nothing where a row has nothing else. */
function isNeedless(column: Column, chosen: readonly Column[], { rows, emails }: PhoneTable): boolean {
  const others = [...chosen, ...emails];
  return rows.every(
    (row) =>
      column.profile.read(row) === undefined || others.some(({ profile }) => profile.read(row) !== undefined),
  );
}

function byRank(a: Column, b: Column): number {
  const rank = ({ profile, hit }: Column): number =>
    profile.filled / Math.max(1, profile.rows) + (hit?.isExact ? 0.5 : 0);
  return rank(b) - rank(a) || a.profile.position - b.profile.position;
}

function toAddress(columns: readonly Column[], options: PhoneOptions | undefined): FieldRule {
  const profiles = columns.map(({ profile }) => profile);
  const e164 = options === undefined ? ("e164" as const) : { e164: options };
  return toRule(
    profiles.map(({ name }) => name),
    [e164],
    { required: true },
  );
}

/** Which part of the numbers can be read. */
function shareMapped(
  columns: readonly Column[],
  options: PhoneOptions | undefined,
  table: PhoneTable,
): number {
  const { numbers, all } = mapNumbers(columns, options, table);
  return all === 0 ? 1 : numbers.length / all;
}

/** The numbers of the columns as the rule reads them, and how many there are with those that it cannot read. */
function mapNumbers(
  columns: readonly Column[],
  options: PhoneOptions | undefined,
  table: PhoneTable,
): { readonly numbers: readonly string[]; readonly all: number } {
  const when = toPresence(columns.map(({ profile }) => profile));
  const address = toAddress(columns, options);
  const mapping = compileMapping({
    endpoints: [{ when, fields: { ChannelType: { value: "SMS" }, Address: address } }],
  }).bind(table.columns, "");
  const mapped = table.rows.flatMap((row) => mapping.map(row));
  const read = mapped.filter(({ reasons }) => reasons === undefined);
  return { numbers: read.map(({ item }) => String(item.Address)), all: mapped.length };
}

/** The ends of e-mail addresses that are no countries, or used as if they were none. */
const GENERIC_ENDS = new Set(["io", "ai", "co", "me", "tv", "cc", "eu", "fm", "ly"]);

function toHints(
  columns: readonly Column[],
  country: Column | undefined,
  traits: TableTraits,
): Omit<CountryHints, "areMobile"> {
  const counts = new Map<string, number>();
  const add = (code: string, count: number) => counts.set(code, (counts.get(code) ?? 0) + count);
  for (const [value, count] of country?.profile.counts ?? []) {
    const code = toCountry(value);
    if (code !== undefined) add(code, count);
  }
  for (const { meaning, profile } of columns) {
    if (meaning === "email")
      for (const value of profile.values) {
        const end = /\.([a-z]{2})$/i.exec(value)?.[1]?.toLowerCase();
        if (end !== undefined && !GENERIC_ENDS.has(end)) add(end === "uk" ? "GB" : end.toUpperCase(), 1);
      }
    if (meaning === "locale")
      for (const [value, count] of profile.counts) {
        const region = /^[a-z]{2}[-_]([a-z]{2})$/i.exec(value)?.[1];
        if (region !== undefined) add(region.toUpperCase(), count);
      }
  }
  return {
    languages: traits.ownLanguages,
    counts,
    postalCodes: chooseColumn(columns, "postalCode")?.profile.values ?? [],
    isMonthFirst: traits.dateOrder === "month",
  };
}

function describe(options: PhoneOptions | undefined, columns: readonly Column[]): string {
  const first = columns.length > 1 ? "The first of these columns that is not empty. " : "";
  const rules =
    options?.countryColumn !== undefined
      ? `Numbers without a country code are read by the rules of the contact's country${options.country === undefined ? "" : `, of ${options.country} where that is empty`}.`
      : options?.country !== undefined
        ? `Numbers without a country code are read by the rules of ${options.country}.`
        : "Numbers have their country code.";
  return first + rules;
}

function toDoubt(
  { profile, meaning }: Column,
  options: PhoneOptions | undefined,
  found: PhoneCountry,
  unread: number,
  landlines: number,
): string | undefined {
  const name = quote(profile.name);
  if (found.hasNational && options?.country === undefined && unread > 0)
    return `column ${name} has numbers without a country code, and ${found.likely.length < 2 ? "nothing tells of which country they are" : `they may be of ${toAlternatives(found.likely)}`}: such rows are rejected until "e164" has a "country"`;
  if (found.isUnsure && options?.country !== undefined)
    return `numbers in column ${name} without a country code are taken for those of ${options.country}, but other countries are possible: check "country"`;
  if (meaning !== "mobile" && landlines >= MANY_LANDLINES)
    return `most numbers in column ${name} seem to be of landlines, which take no text messages: delete this entry if you do not send any`;
  return undefined;
}

function describeLandlines(columns: readonly Column[]): string {
  const names = quoteAll(columns.map(({ profile }) => profile.name));
  return `most numbers in ${names} seem to be of landlines, which take no text messages: they stay attributes, so add the column to "Address" if you send texts to them`;
}

function toAlternatives(countries: readonly string[]): string {
  return [countries.slice(0, -1).join(", "), ...countries.slice(-1)]
    .filter((part) => part !== "")
    .join(" or ");
}
