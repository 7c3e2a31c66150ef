import { createRequire } from "node:module";
import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { createJudge, shareOf } from "./create-judge.js";
import type { Language } from "./header-words.js";
import { hasPostalCodes, haveOwnForm } from "./postal-codes.js";

const require = createRequire(import.meta.url);

/** The full metadata tells countries apart by their ranges of numbers; it is not needed to import. */
let phones: typeof import("libphonenumber-js/max");

/** Where the language of a header is spoken, the most likely country first. */
const COUNTRIES_OF: Readonly<Record<Language, readonly string[]>> = {
  en: ["US", "GB", "AU", "IN", "IE", "NZ", "ZA", "SG", "PH"],
  de: ["DE", "AT", "CH"],
  fr: ["FR", "BE", "CH", "CA"],
  es: ["ES", "MX", "CO", "AR", "CL", "PE", "EC", "UY"],
  pt: ["BR", "PT"],
  it: ["IT", "CH"],
  nl: ["NL", "BE"],
  ja: ["JP"],
};
/** This part of the national numbers must be possible in a country for it to be that one. */
const MIN_SHARE = 0.5;
/** Where little else speaks for it, more of them. */
const WELL_KNOWN = 0.5;
const MIN_SHARE_ALONE = 0.75;
const POSSIBLE_RATING = 0.6;
/** Countries named by fewer contacts than this part say little of the others. */
const MIN_NAMED = 0.2;
/** A country in which mobile numbers would be landlines is less likely by this; one in which all numbers would be, by that. */
const STRANGE_LANDLINES = 0.2;
const ONLY_LANDLINES = 0.5;
/** A country whose postal codes look different is less likely by this. */
const STRANGE_POSTAL_CODES = 0.3;
/** A country in which people write a 0 that is not there, or none where there is one, is less likely by this. */
const STRANGE_ZEROS = 0.3;
/** What speaks for a country, besides contacts that name it: postal codes or a way to write that no other has. */
const HABIT = 0.5;
/** English headers are of everywhere: the others of its countries need more that speaks for them. */
const TOLD_BY_ENGLISH: ReadonlySet<string> = new Set(["US", "GB", "AU"]);
/** Numbers with a country code speak for their country where they are at least this part of all. */
const MANY_ABROAD = 0.5;
/** From this share of the best one's score on, another country is possible. */
const RIVAL_SHARE = 0.35;
/** From this one on, either may be the one. */
const TIE_SHARE = 0.6;
const MAX_VALUES = 200;

/** `(206) 555-0143`, `206-555-0143`: how numbers are written in North America. */
const NORTH_AMERICAN = /^(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}$/;

/** Of contacts that are so often of one country, those that name none are taken for some of it. */
const MOSTLY = 0.8;

/** What hints at a country besides the numbers. */
export interface CountryHints {
  readonly languages: readonly Language[];
  /** Codes with the number of times each is named: by a column of countries, by the ends of e-mail addresses. */
  readonly counts: ReadonlyMap<string, number>;
  readonly postalCodes: readonly string[];
  /** Whether the header says that the numbers are those of mobile phones. */
  readonly areMobile: boolean;
  /** Month first in dates is a habit of one country. */
  readonly isMonthFirst: boolean;
}

export interface PhoneCountry {
  readonly country: string | undefined;
  /** Whether there are numbers without a country code at all. */
  readonly hasNational: boolean;
  /** Whether other countries would do nearly as well, or little speaks for this one. */
  readonly isUnsure: boolean;
  /** The likely ones: several where none is chosen between them. */
  readonly likely: readonly string[];
}

/**
 * The country whose rules read the numbers that have no country code. A wrong one calls strangers: there is none where the
 * numbers may as well be of another, and those with a country code speak for theirs little, since they are written by
 * people who are not at home.
 */
export function findPhoneCountry(all: readonly string[], hints: CountryHints): PhoneCountry {
  phones ??= require("libphonenumber-js/max");
  const international = createJudge("e164");
  const values = all.slice(0, MAX_VALUES).map((value) => value.normalize("NFKC"));
  const coded = values.filter((value) => international(value) !== undefined);
  const national = values.filter(
    (value) => international(value) === undefined && /\d{4}/.test(value.replace(/\D/g, "")),
  );
  // The end of an address may be no country with phone numbers, or none at all.
  const named = new Map([...hints.counts].filter(([country]) => phones.isSupportedCountry(country)));
  const abroad = countCountries(coded.map((value) => String(international(value))));
  if (national.length === 0)
    return { country: findMostly(named, abroad), hasNational: false, isUnsure: false, likely: [] };
  const total = sum(named.values());
  const weight = Math.min(1, total / (MIN_NAMED * all.length));
  const spoken = toPlaces(hints.languages);
  const told = new Set([
    ...toPlaces(hints.languages.filter((language) => language !== "en")).keys(),
    ...(hints.languages.includes("en") ? TOLD_BY_ENGLISH : []),
  ]);
  const isNorthAmerican = shareOf(national, (value) => NORTH_AMERICAN.test(value)) >= MIN_SHARE_ALONE;
  const scored = [...new Set([...named.keys(), ...spoken.keys(), ...abroad.keys()])]
    .map((country) => {
      const { share, valid, landlines, strangeZeros } = rateNumbers(national, country as CountryCode);
      const known = total === 0 ? 0 : (weight * (named.get(country) ?? 0)) / total;
      const place = spoken.get(country) ?? Number.POSITIVE_INFINITY;
      const coming = (abroad.get(country) ?? 0) / values.length;
      const habits = [
        country === "US" && hints.isMonthFirst,
        country === "US" && isNorthAmerican,
        haveOwnForm(country, hints.postalCodes),
      ].filter((isSo) => isSo).length;
      const prior = 2 * known + 0.5 / (1 + place) + HABIT * habits + coming;
      const fit =
        (hasPostalCodes(country, hints.postalCodes) ? 1 : STRANGE_POSTAL_CODES) *
        (landlines < 0.5 ? 1 : hints.areMobile ? STRANGE_LANDLINES : landlines > 0.9 ? ONLY_LANDLINES : 1) *
        (strangeZeros < 0.5 ? 1 : STRANGE_ZEROS) *
        // Of numbers that are in use, hardly any is in no range.
        (0.1 + valid) ** 2;
      const isSpokenFor = told.has(country) || habits > 0 || known >= WELL_KNOWN;
      const isGuess = !isSpokenFor && coming < MANY_ABROAD;
      return { country, share, known, isSpokenFor, isGuess, score: share * fit * (0.2 + prior) };
    })
    .filter(({ share, known }) => share >= (known >= WELL_KNOWN ? MIN_SHARE : MIN_SHARE_ALONE))
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (best === undefined) return { country: undefined, hasNational: true, isUnsure: true, likely: [] };
  const rivals = scored.filter(
    ({ country, score }) =>
      best.known < WELL_KNOWN &&
      callingCode(country) !== callingCode(best.country) &&
      score > RIVAL_SHARE * best.score,
  );
  if (best.isGuess || rivals.some(({ score }) => score >= TIE_SHARE * best.score))
    return {
      country: undefined,
      hasNational: true,
      isUnsure: true,
      likely: [best, ...rivals].map(({ country }) => country),
    };
  const isUnsure = rivals.length > 0 || !best.isSpokenFor || best.share <= POSSIBLE_RATING;
  return { country: best.country, hasNational: true, isUnsure, likely: [best.country] };
}

/** Countries with their place among those of their language, the better one where there are several. */
function toPlaces(languages: readonly Language[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const language of languages)
    for (const [place, country] of COUNTRIES_OF[language].entries())
      places.set(country, Math.min(place, places.get(country) ?? place));
  return places;
}

/** The country of nearly all contacts. */
function findMostly(...counts: readonly ReadonlyMap<string, number>[]): string | undefined {
  const all = new Map<string, number>();
  for (const [country, count] of counts.flatMap((one) => [...one]))
    all.set(country, (all.get(country) ?? 0) + count);
  const [top] = [...all].sort(([, a], [, b]) => b - a);
  return top !== undefined && top[1] >= MOSTLY * sum(all.values()) ? top[0] : undefined;
}

function countCountries(numbers: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) {
    const found = phones.parsePhoneNumberFromString(number)?.country;
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

/** Countries that share a code give the same numbers. */
function callingCode(country: string): string {
  return phones.getCountryCallingCode(country as CountryCode);
}

/** What regulators keep for fiction, and lists of examples are made of: Ofcom, NANPA, ACMA, Arcep. */
const FICTION = /^\+(?:447700900|1\d{3}55501|61491570|3363998)\d+$/;

/** How much numbers speak for a country, as parts of them all. */
interface Rating {
  /** Those that are in use, and the others of the right length for a part. */
  readonly share: number;
  readonly valid: number;
  readonly landlines: number;
  /** Those without the 0 that stands before a number there, or with one that does not. */
  readonly strangeZeros: number;
}

function rateNumbers(values: readonly string[], country: CountryCode): Rating {
  let [share, valid, landlines, strangeZeros] = [0, 0, 0, 0];
  for (const value of values) {
    const parsed = phones.parsePhoneNumberFromString(value, { defaultCountry: country, extract: false });
    if (parsed === undefined || !parsed.isPossible()) continue;
    const isFiction = FICTION.test(parsed.number);
    const isValid = parsed.isValid() || isFiction;
    share += isValid ? 1 : POSSIBLE_RATING;
    if (isValid) valid += 1;
    if (!isFiction && NO_MOBILES.has(parsed.getType() ?? "")) landlines += 1;
    if (writesZero(parsed) !== /^\(?0/.test(value)) strangeZeros += 1;
  }
  const part = (count: number): number => count / values.length;
  return {
    share: part(share),
    valid: part(valid),
    landlines: part(landlines),
    strangeZeros: part(strangeZeros),
  };
}

/** In India the 0 is for calls from afar, and is hardly written. */
function writesZero(number: PhoneNumber): boolean {
  return number.country !== "IN" && number.formatNational().startsWith("0");
}

/** Types of lines that take no text messages. */
const NO_MOBILES: ReadonlySet<string> = new Set(["FIXED_LINE", "TOLL_FREE", "PREMIUM_RATE", "SHARED_COST"]);

/** Which part of the numbers is of lines that take no text messages. */
export function shareOfLandlines(all: readonly string[], country: string | undefined): number {
  phones ??= require("libphonenumber-js/max");
  const values = all.slice(0, MAX_VALUES);
  const types = values.flatMap((value) => {
    const parsed = phones.parsePhoneNumberFromString(value.normalize("NFKC"), {
      ...(country === undefined ? {} : { defaultCountry: country as CountryCode }),
      extract: false,
    });
    return parsed?.getType() ?? [];
  });
  // Of numbers that are kept for fiction, and those of a plan that does not tell, nothing is known.
  return types.length < values.length / 2
    ? 0
    : types.filter((type) => NO_MOBILES.has(type)).length / types.length;
}
