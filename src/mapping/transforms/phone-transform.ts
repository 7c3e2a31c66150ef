import { createRequire } from "node:module";
import type { CountryCode, NumberingPlan, PhoneNumber } from "libphonenumber-js/min";
import { remember } from "../../remember.js";
import { Invalid, quoteValue } from "../invalid.js";
import type { PhoneOptions } from "../mapping-definition.js";
import type { Scope } from "../scope.js";
import { toText } from "../to-text.js";
import { findCountry } from "./country-transform.js";
import { type BoundTransform, ofText, type Transform } from "./transform.js";

const require = createRequire(import.meta.url);

/** Loaded for the first mapping that needs it: it takes 30 ms. */
let phones: typeof import("libphonenumber-js/min");

/** Numbers of the North American plan that need no further look: any ten digits of this form are possible. */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;
/** What is left of a number once a spreadsheet has taken it for a quantity. */
const SCIENTIFIC = /^\+?\d+(?:[.,]\d+)?E\+?\d+$/i;

/** A number that went through a column of decimals (`491712345678.0`), or lost what stood before its minus. */
const QUANTITY = /^(?:-\d.*|\d+[.,]\d{1,2})$/;

/** Marks of text direction and the like, which come along when a number is copied from an address book. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** What tells whether a number of a calling code can be taken as it is. */
interface CallingCode {
  /** National numbers may be so long, in whatever country of this code. */
  readonly lengths: ReadonlySet<number>;
  /** What libphonenumber would take off their beginning, or put another beginning in its place. */
  readonly prefixes: readonly RegExp[];
}

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Whether it is a number in E.164 form that libphonenumber would give back as it is: parsing it takes 10 µs, and most
 * numbers of a well-kept column are such.
 */
function isPlainE164(number: string): boolean {
  if (!E164.test(number)) return false;
  callingCodes ??= readCallingCodes();
  for (let digits = 1; digits <= 3; digits += 1) {
    const code = callingCodes.get(number.slice(1, 1 + digits));
    if (code === undefined) continue;
    const national = number.slice(1 + digits);
    return code.lengths.has(national.length) && !code.prefixes.some((prefix) => prefix.exec(national)?.[0]);
  }
  return false;
}

let callingCodes: ReadonlyMap<string, CallingCode> | undefined;

function readCallingCodes(): ReadonlyMap<string, CallingCode> {
  const codes = new Map<string, CallingCode>();
  const metadata = new phones.Metadata();
  for (const country of phones.getCountries()) {
    metadata.selectNumberingPlan(country);
    const plan = metadata.numberingPlan as NumberingPlan & { nationalPrefixForParsing(): string | undefined };
    const prefix = plan.nationalPrefixForParsing();
    const key = phones.getCountryCallingCode(country);
    const { lengths, prefixes } = codes.get(key) ?? {
      lengths: new Set(plan.possibleLengths()),
      prefixes: [],
    };
    codes.set(key, {
      lengths: new Set(plan.possibleLengths().filter((length) => lengths.has(length))),
      prefixes: prefix === undefined ? prefixes : [...prefixes, new RegExp(`^(?:${prefix})`)],
    });
  }
  return codes;
}

type ToE164 = (text: string, country: CountryCode | undefined, hint: string) => string | Invalid;

/**
 * A phone number in E.164 form, by libphonenumber. The number must be possible, not in use: ranges such as 555-01xx and
 * those newer than the metadata pass.
 */
export function compileE164(options: PhoneOptions | undefined, scope: Scope): Transform | BoundTransform {
  phones ??= require("libphonenumber-js/min");
  const country = options?.country === undefined ? undefined : toCountryCode(options.country);
  if (options?.country !== undefined && country === undefined)
    scope
      .at("country")
      .report(
        `${JSON.stringify(options.country)} is no country with phone numbers. Use a code such as "US".`,
      );
  const column = options?.countryColumn;
  if (column === undefined)
    return ofText((text) =>
      toE164(text, country, 'give the transform a country, as { "e164": { "country": "US" } }'),
    );
  const place = scope.at("countryColumn");
  const codeOf = remember((name): CountryCode | "" => toCountryCode(name) ?? "");
  place.checkColumn(column);
  return {
    column,
    path: place.path,
    bind: (read) => (value, values) => {
      const text = toText(value);
      if (text instanceof Invalid) return text;
      const found = read(values);
      const named = found === undefined ? country : toKnownCode(found, codeOf);
      // A number with its own country code does not depend on the column.
      if (named === undefined && found !== undefined && !text.trim().startsWith("+"))
        return new Invalid(
          `e164: ${quoteValue(found)} in column ${JSON.stringify(column)} is no country with phone numbers`,
        );
      return toE164(text, named, `column ${JSON.stringify(column)} is empty`);
    },
  };
}

function toCountryCode(name: string): CountryCode | undefined {
  const code = findCountry(name);
  return code !== undefined && phones.isSupportedCountry(code) ? code : undefined;
}

function toKnownCode(value: unknown, codeOf: (name: string) => CountryCode | ""): CountryCode | undefined {
  const name = toText(Array.isArray(value) ? value[0] : value);
  return name instanceof Invalid ? undefined : codeOf(name) || undefined;
}

const toE164: ToE164 = (text, country, hint) => {
  // A leading apostrophe is how spreadsheets, and exports made for them, mark a text.
  const number = text
    .replace(INVISIBLE, "")
    .trim()
    .replace(/^(?:['’`]\s*|tel:)/i, "");
  if (NORTH_AMERICAN.test(number) || isPlainE164(number)) return number;
  if (SCIENTIFIC.test(number))
    return new Invalid(
      `e164: ${quoteValue(text)} was damaged by a spreadsheet, its last digits are lost; export the column again as text`,
    );
  if (QUANTITY.test(number))
    return new Invalid(
      `e164: ${quoteValue(text)} was damaged by a spreadsheet, which took it for a quantity; export the column again as text`,
    );
  const international = country === undefined ? number.replace(/^00(?=[1-9])/, "+") : number;
  if (country === undefined && !/^[(\s]*[+＋]/.test(international))
    return new Invalid(`e164: ${quoteValue(text)} has no country code: ${hint}`);
  const parsed =
    country === undefined
      ? phones.parsePhoneNumberFromString(international, { extract: false })
      : parseInCountry(number, country);
  if (parsed instanceof Invalid) return parsed;
  if (parsed === undefined || !parsed.isPossible())
    return new Invalid(
      `e164: ${quoteValue(text)} is no phone number${country === undefined ? "" : ` of ${country}`}`,
    );
  if (parsed.ext !== undefined)
    return new Invalid(`e164: ${quoteValue(text)} has an extension, which cannot be called or texted`);
  return parsed.number;
};

/**
 * Spreadsheets take the "+" off a number: `4915112345678` in Germany is hardly a German number that begins with 49,
 * although one could. Digits that begin with the country's own code are read as an international number where only that
 * reading is valid; where both are, nobody is called by mistake.
 */
function parseInCountry(number: string, country: CountryCode): PhoneNumber | Invalid | undefined {
  const national = phones.parsePhoneNumberFromString(number, { extract: false, defaultCountry: country });
  const code = phones.getCountryCallingCode(country);
  if (!number.startsWith(code)) return national;
  const international = phones.parsePhoneNumberFromString(`+${number}`, { extract: false });
  if (!international?.isValid() || international.number === national?.number) return national;
  if (!national?.isValid()) return international;
  return new Invalid(
    `e164: ${quoteValue(number)} may be ${international.number} or ${national.number}; write it with + or with a leading 0, or put { "replace": { "pattern": "^${code}", "with": "+${code}" } } before e164`,
  );
}
