import { createRequire } from "node:module";
import type { CountryCode } from "libphonenumber-js/max";
import { createJudge, shareOf } from "./create-judge.js";
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
/** A country in which mobile numbers would be landlines is less likely by this. */
const STRANGE_LANDLINES = 0.4;
/** A country whose postal codes look different is less likely by this. */
const STRANGE_POSTAL_CODES = 0.3;
/** From this share of the best one's score on, another country is possible. */
const RIVAL_SHARE = 0.35;
const MAX_VALUES = 200;

/** Forms of postal codes of the countries that a language is spoken in. */
const POSTAL_FORMS: Readonly<Record<string, RegExp>> = {
  AR: /^[A-Z]?\d{4}[A-Z]{0,3}$/i,
  AT: /^\d{4}$/,
  AU: /^\d{4}$/,
  BE: /^\d{4}$/,
  BR: /^\d{5}-?\d{3}$/,
  CA: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i,
  CH: /^\d{4}$/,
  CL: /^\d{3} ?\d{4}$/,
  CO: /^\d{6}$/,
  DE: /^\d{5}$/,
  EC: /^\d{6}$/,
  ES: /^\d{5}$/,
  FR: /^\d{5}$/,
  GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IT: /^\d{5}$/,
  JP: /^\d{3}-?\d{4}$/,
  MX: /^\d{5}$/,
  NL: /^\d{4} ?[A-Z]{2}$/i,
  PE: /^\d{5}$/,
  PT: /^\d{4}-\d{3}$/,
  US: /^\d{5}(?:-\d{4})?$/,
  UY: /^\d{5}$/,
};

/** Whether the postal codes may be those of the country, as far as its form is known. */
function hasPostalCodes(country: string, codes: readonly string[]): boolean {
  const form = POSTAL_FORMS[country];
  return form === undefined || codes.length === 0 || shareOf(codes, (code) => form.test(code)) >= 0.5;
}
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
      const areLandlines = hints.areMobile && shareOfLandlines(national, country) >= 0.5;
      const fit =
        (hasPostalCodes(country, hints.postalCodes) ? 1 : STRANGE_POSTAL_CODES) *
        (areLandlines ? STRANGE_LANDLINES : 1);
      return { country, share, known, score: share * fit * (0.2 + prior) };
    })
    .filter(({ share, known }) => share >= (known >= WELL_KNOWN ? MIN_SHARE : MIN_SHARE_ALONE))
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (best === undefined) return { country: undefined, hasNational: true, isUnsure: true };
  const rival = scored.find(({ country }) => callingCode(country) !== callingCode(best.country));
  const hasRival = best.known < WELL_KNOWN && rival !== undefined && rival.score > RIVAL_SHARE * best.score;
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
