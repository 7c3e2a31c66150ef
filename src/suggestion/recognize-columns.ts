import { toAnswer } from "./consent-words.js";
import { shareOf } from "./create-judge.js";
import { type DateFormat, findDateFormat } from "./find-date-format.js";
import { findNumberFormat, type NumberFormat } from "./find-number-format.js";
import { findSeparator } from "./find-separator.js";
import { findTraits, type TableTraits } from "./find-traits.js";
import type { HeaderMeaning } from "./header-words.js";
import { toLanguageCode } from "./language-names.js";
import { meansNoAddress } from "./null-words.js";
import type { ColumnProfile } from "./profile-columns.js";
import { type HeaderHit, isAboutSomebodyElse, readHeader } from "./read-header.js";
import {
  isBankNumber,
  isCountry,
  isEmailAddress,
  isIpAddress,
  isLocale,
  isNumberWithin,
  isPhoneLike,
  isPostalCodeLike,
  isPushToken,
  isSecretLike,
  isTimeZone,
  isUrl,
  isUuid,
  toPushChannel,
} from "./value-forms.js";

export type Meaning = HeaderMeaning | "number" | "boolean" | "text" | "structure" | "empty";

/** A column and what it is taken for. */
export interface Column {
  readonly profile: ColumnProfile;
  readonly meaning: Meaning;
  /** The words that said so; undefined where only the values did. */
  readonly hit: HeaderHit | undefined;
  readonly isAboutSomebodyElse: boolean;
  /** What the header says and the values are not. */
  readonly unmet: HeaderMeaning | undefined;
  readonly date?: DateFormat;
  readonly number?: NumberFormat;
  readonly separator?: string;
}

/** Values must be what the header says, but for mistakes that are in every list. */
const MOST = 0.6;
/** Addresses that are none are what an import rejects; the column is one of addresses all the same. */
const SOME = 0.3;
/** Without a word in the header they have to speak for themselves. */
const NEARLY_ALL = 0.85;
const MAX_TEXT_LENGTH = 100;
const FREE_TEXT_MEAN = 60;
/** Alone they name a secret or the like; beside other words hardly: "Session Count", "Health Score", "Race Results". */
const MANY_SENSES: ReadonlySet<string> = new Set(
  "pass,otp,mfa,2fa,auth,cookie,cookies,session,sesion,sessao,sessione,sessie,sitzung,konto,ausweis,patente,authorization,credentials,セッション,クッキー,health,gesundheit,sante,salud,saude,salute,gezondheid,race,raza,raca,faith,confession,geloof,handicap,disability,diagnostic,diagnose,disease,illness,religion,syndicat,sindicato,sindacato".split(
    ",",
  ),
);
const STATUS =
  /^(?:(?:in)?activ[eoa]?|aktiv|inaktiv|pending|pendiente|open|closed|new|nuevo|nueva|lead|customer|cliente|prospect|prospecto|subscribed|unsubscribed|blocked|bloqueado)$/i;

export function recognizeColumns(profiles: readonly ColumnProfile[]): {
  readonly columns: readonly Column[];
  readonly traits: TableTraits;
} {
  const hits = new Map(profiles.map((profile) => [profile, readHeader(profile.name)]));
  const traits = findTraits(profiles, [...hits.values()]);
  const structures = profiles.filter(({ isStructure }) => isStructure).map(({ name }) => `${name}.`);
  const columns = profiles.map((profile) => {
    const ranked = rankHits(hits.get(profile) ?? [], traits);
    const isInStructure = structures.some((path) => profile.name.startsWith(path));
    const column = recognize(profile, ranked, traits);
    const isAddress = ["email", "phone", "mobile", "pushToken", "platform"].includes(column.meaning);
    return isInStructure && !isAddress
      ? { ...column, meaning: "structure" as const, unmet: undefined }
      : column;
  });
  return { columns, traits };
}

/** A word of another language than those of the header says less, unless it is English, which everybody mixes in. */
const FOREIGN_SHARE = 0.5;

function rankHits(hits: readonly HeaderHit[], traits: TableTraits): readonly HeaderHit[] {
  const rank = ({ languages, weight }: HeaderHit): number => {
    const isSpoken = languages.some((language) => language === "en" || traits.languages.includes(language));
    return isSpoken ? weight : FOREIGN_SHARE * weight;
  };
  const ranked = hits.toSorted((a, b) => rank(b) - rank(a));
  // "Country/Region" is a country, if its values are.
  const country = ranked.find(({ meaning }) => meaning === "country");
  return country !== undefined && ranked.some(({ meaning }) => meaning === "region")
    ? [country, ...ranked.filter((hit) => hit !== country)]
    : ranked;
}

function recognize(profile: ColumnProfile, hits: readonly HeaderHit[], traits: TableTraits): Column {
  const [first] = hits;
  const base = { profile, isAboutSomebodyElse: isAboutSomebodyElse(profile.name), unmet: undefined };
  if (profile.isStructure && profile.filled === 0) return { ...base, meaning: "structure", hit: undefined };
  // Whatever they are called: "id" of a device, for one.
  if (shareOf(profile.values, isPushToken) >= NEARLY_ALL)
    return { ...base, meaning: "pushToken", hit: undefined };
  for (const hit of hits) {
    const found = toDetails(hit, profile, traits);
    // The time at which somebody left says that they did.
    if (hit.meaning === "optOut" && found === undefined && isDates(profile, traits))
      return { ...base, meaning: "suppression", hit };
    if (found !== undefined) return { ...base, meaning: hit.meaning, hit, ...found };
  }
  if (profile.filled === 0) return { ...base, meaning: "empty", hit: undefined };
  const unmet = first?.isExact === true ? first.meaning : undefined;
  return { ...base, ...recognizeValues(profile, traits), hit: undefined, unmet };
}

type Details = Pick<Column, "date" | "number" | "separator">;

const NO_DETAILS: Details = {};

/** Whether the values are what a word in the header says; undefined if not. */
function toDetails(hit: HeaderHit, profile: ColumnProfile, traits: TableTraits): Details | undefined {
  const { values, filled, length, choices } = profile;
  const most = (passes: (value: string) => boolean): Details | undefined =>
    filled === 0 || shareOf(values, passes) >= MOST ? NO_DETAILS : undefined;
  switch (hit.meaning) {
    case "email":
      return haveAddresses(profile, isEmailAddress) ? NO_DETAILS : undefined;
    case "mobile":
    case "phone":
    case "otherPhone":
      return haveAddresses(profile, isPhoneLike) ? NO_DETAILS : undefined;
    case "firstName":
    case "lastName":
    case "fullName":
      return length.max <= MAX_TEXT_LENGTH ? most((value) => !/\d|@/.test(value)) : undefined;
    case "userId":
    case "foreignId":
      return shareOf(values, isBankNumber) < SOME && !isDates(profile, traits)
        ? most((value) => /^\S{1,64}$/.test(value))
        : undefined;
    case "country":
      return most(isCountry);
    case "region":
      // "State" and "Estado" are also how far somebody has come.
      if (values.some((value) => STATUS.test(value))) return undefined;
      return length.max <= MAX_TEXT_LENGTH
        ? most((value) => /\p{L}/u.test(value) && !value.includes("@"))
        : undefined;
    case "city":
      return length.max <= MAX_TEXT_LENGTH
        ? most((value) => /\p{L}/u.test(value) && !value.includes("@"))
        : undefined;
    case "postalCode":
      return most(isPostalCodeLike);
    case "street":
      return most((value) => /[\p{L}\d]/u.test(value) && !isEmailAddress(value));
    case "latitude":
      return most(isNumberWithin(90));
    case "longitude":
      return most(isNumberWithin(180));
    case "locale":
      return most((value) => isLocale(value) || toLanguageCode(value) !== undefined);
    case "timezone":
      return most(isTimeZone);
    case "updated":
    case "date": {
      const date = findDateFormat(values, traits.languages, true, traits.dateOrder);
      return date === undefined ? undefined : { date };
    }
    case "optOut":
    case "consent":
      // Whether the answers are clear is looked at when an OptOut is wanted.
      return choices !== undefined && filled > 0 && !profile.isList && !isDates(profile, traits)
        ? NO_DETAILS
        : undefined;
    case "suppression":
      return filled > 0 ? NO_DETAILS : undefined;
    case "quantity": {
      const number = filled === 0 ? undefined : findNumberFormat(values, traits.hasDecimalComma);
      return number === undefined ? undefined : { number };
    }
    case "list": {
      const separator = findSeparator(values, true);
      return separator === undefined ? undefined : { separator };
    }
    case "pushToken":
      return filled > 0 ? most((value) => /^\S{20,}$/.test(value)) : undefined;
    case "platform":
      return filled > 0 && values.some((value) => toPushChannel(value) !== undefined)
        ? NO_DETAILS
        : undefined;
    case "secret":
    case "sensitive":
      return hit.isExact || !MANY_SENSES.has(hit.words) ? NO_DETAILS : undefined;
    case "freeText":
    case "technical":
      return NO_DETAILS;
  }
}

/** Whether there are addresses among the values, words for none not counted. */
function haveAddresses({ values, filled }: ColumnProfile, passes: (value: string) => boolean): boolean {
  const given = values.filter((value) => passes(value) || !meansNoAddress(value));
  return filled === 0 || shareOf(given, passes) >= SOME;
}

function isDates({ values }: ColumnProfile, traits: TableTraits): boolean {
  return findDateFormat(values, traits.languages, false, traits.dateOrder) !== undefined;
}

/** What values say that no word in the header explains. */
function recognizeValues(
  profile: ColumnProfile,
  traits: TableTraits,
): Details & { readonly meaning: Meaning } {
  const { values, choices, length } = profile;
  const nearlyAll = (passes: (value: string) => boolean) => shareOf(values, passes) >= NEARLY_ALL;
  if (nearlyAll((value) => isEmailAddress(value))) return { meaning: "email" };
  if (nearlyAll((value) => value.startsWith("+") && isPhoneLike(value))) return { meaning: "phone" };
  if (
    nearlyAll((value) => /[\s().+/-]/.test(value) && /^['+(]?0?\d{2}/.test(value) && isPhoneLike(value)) &&
    values.length > 3 &&
    length.max >= 9
  )
    return { meaning: "phone" };
  if (nearlyAll(isIpAddress) || nearlyAll(isUrl)) return { meaning: "technical" };
  if (shareOf(values, isSecretLike) >= SOME) return { meaning: "secret" };
  if (profile.isUnique && profile.rows > 1 && nearlyAll(isUuid)) return { meaning: "userId" };
  if (nearlyAll((value) => value.includes("/") && isTimeZone(value))) return { meaning: "timezone" };
  if (nearlyAll((value) => /^[a-z]{2}[-_][a-z]{2}$/i.test(value) && isLocale(value)))
    return { meaning: "locale" };
  if (nearlyAll((value) => value.length > 3 && isCountry(value))) return { meaning: "country" };
  const date = findDateFormat(values, traits.languages, false, traits.dateOrder);
  if (date !== undefined) return { meaning: "date", date };
  // Whatever its header is: to be looked at by a person.
  if (choices?.some((value) => toAnswer(value) === "left")) return { meaning: "consent" };
  if (choices?.every((value) => toAnswer(value) !== undefined)) return { meaning: "boolean" };
  const number = findNumberFormat(values, traits.hasDecimalComma);
  if (number !== undefined) return { meaning: "number", number };
  const separator = findSeparator(values, false);
  if (separator !== undefined) return { meaning: "list", separator };
  const isLong = length.mean > FREE_TEXT_MEAN || values.some((value) => value.includes("\n"));
  return { meaning: isLong ? "freeText" : "text" };
}
