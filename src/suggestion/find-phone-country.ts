import { createRequire } from "node:module";
import type { CountryCode } from "libphonenumber-js/max";
import { createJudge } from "./create-judge.js";
import type { Language } from "./header-words.js";

const require = createRequire(import.meta.url);

/** The full metadata tells countries apart by their ranges of numbers; it is not needed to import. */
let phones: typeof import("libphonenumber-js/max");

/** Where the language of a header is spoken, the most likely country first. */
const COUNTRIES_OF: Readonly<Record<Language, readonly string[]>> = {
  en: ["US", "GB", "AU"],
  de: ["DE", "AT", "CH"],
  fr: ["FR", "BE", "CH", "CA"],
  es: ["ES", "MX", "CO", "AR", "CL", "PE", "EC", "UY"],
  pt: ["BR", "PT"],
  it: ["IT", "CH"],
  nl: ["NL", "BE"],
  ja: ["JP"],
};
/** This part of the national numbers must be in use in a country for it to be that one. */
const MIN_SHARE = 0.5;
/** Where little else speaks for it, more of them. */
const WELL_KNOWN = 0.5;
const MIN_SHARE_ALONE = 0.75;
const POSSIBLE_RATING = 0.6;
const MAX_VALUES = 200;
/** Of contacts that are so often of one country, those that name none are taken for some of it. */
const MOSTLY = 0.8;

/** What hints at a country besides the numbers. */
export interface CountryHints {
  readonly languages: readonly Language[];
  /** Codes with the number of times each is named: by a column of countries, by the ends of e-mail addresses. */
  readonly counts: ReadonlyMap<string, number>;
  /** Month first in dates is a habit of one country. */
  readonly isMonthFirst: boolean;
}

export interface PhoneCountry {
  readonly country: string | undefined;
  /** Whether there are numbers without a country code at all. */
  readonly hasNational: boolean;
  /** Whether other countries would do nearly as well. */
  readonly isUnsure: boolean;
}

/** The country whose rules read the numbers that have no country code. */
export function findPhoneCountry(all: readonly string[], hints: CountryHints): PhoneCountry {
  phones ??= require("libphonenumber-js/max");
  const international = createJudge("e164");
  const values = all.slice(0, MAX_VALUES).map((value) => value.normalize("NFKC"));
  const coded = values.filter((value) => international(value) !== undefined);
  const national = values.filter(
    (value) => international(value) === undefined && /\d{4}/.test(value.replace(/\D/g, "")),
  );
  // The end of an address may be no country with phone numbers, or none at all.
  const evidence = new Map([...hints.counts].filter(([country]) => phones.isSupportedCountry(country)));
  for (const value of coded) {
    const found = phones.parsePhoneNumberFromString(String(international(value)))?.country;
    if (found !== undefined) evidence.set(found, (evidence.get(found) ?? 0) + 1);
  }
  const total = [...evidence.values()].reduce((sum, count) => sum + count, 0);
  if (national.length === 0) {
    const [top] = [...evidence].sort(([, a], [, b]) => b - a);
    const country = top !== undefined && top[1] >= MOSTLY * total ? top[0] : undefined;
    return { country, hasNational: false, isUnsure: false };
  }
  const spoken = hints.languages.flatMap((language) => COUNTRIES_OF[language]);
  const scored = [...new Set([...evidence.keys(), ...spoken])]
    .map((country) => {
      const ratings = national.map((value) => rateNumber(value, country as CountryCode));
      const share = ratings.reduce((sum, rating) => sum + rating, 0) / national.length;
      const known = total === 0 ? 0 : (evidence.get(country) ?? 0) / total;
      const place = spoken.indexOf(country);
      const habit = country === "US" && hints.isMonthFirst ? 0.5 : 0;
      const prior = 2 * known + (place === -1 ? 0 : 0.5 / (1 + place)) + habit;
      return { country, share, known, score: share * (0.2 + prior) };
    })
    .filter(({ share, known }) => share >= (known >= WELL_KNOWN ? MIN_SHARE : MIN_SHARE_ALONE))
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (best === undefined) return { country: undefined, hasNational: true, isUnsure: true };
  const rival = scored.find(({ country }) => callingCode(country) !== callingCode(best.country));
  const hasRival = best.known < WELL_KNOWN && rival !== undefined && rival.share > 0.8 * best.share;
  const isUnsure = hasRival || best.share <= POSSIBLE_RATING;
  return { country: best.country, hasNational: true, isUnsure };
}

/** Countries that share a code give the same numbers. */
function callingCode(country: string): string {
  return phones.getCountryCallingCode(country as CountryCode);
}

/** What regulators keep for fiction, and lists of examples are made of: Ofcom, NANPA, ACMA, Arcep. */
const FICTION = /^\+(?:447700900|1\d{3}55501|61491570|3363998)\d+$/;

/** How much a number speaks for a country. Those in no known range have the right length at least. */
function rateNumber(value: string, country: CountryCode): number {
  const parsed = phones.parsePhoneNumberFromString(value, { defaultCountry: country, extract: false });
  if (parsed === undefined || !parsed.isPossible()) return 0;
  return parsed.isValid() || FICTION.test(parsed.number) ? 1 : POSSIBLE_RATING;
}

/** Which part of the numbers is of lines that take no text messages. */
export function shareOfLandlines(all: readonly string[], country: string | undefined): number {
  phones ??= require("libphonenumber-js/max");
  const types = all.slice(0, MAX_VALUES).flatMap((value) => {
    const parsed = phones.parsePhoneNumberFromString(value.normalize("NFKC"), {
      ...(country === undefined ? {} : { defaultCountry: country as CountryCode }),
      extract: false,
    });
    return parsed?.getType() ?? [];
  });
  // Of numbers that are kept for fiction, and those of a plan that does not tell, nothing is known.
  return types.length < all.length / 2
    ? 0
    : types.filter((type) => type === "FIXED_LINE").length / types.length;
}
