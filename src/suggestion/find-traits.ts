import { findDateFormat } from "./find-date-format.js";
import { hasDecimalComma } from "./find-number-format.js";
import type { Language } from "./header-words.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { HeaderHit } from "./read-header.js";
import { toCountry } from "./value-forms.js";

/** What the table as a whole tells. */
export interface TableTraits {
  /** Languages of the header, the likeliest first. */
  readonly languages: readonly Language[];
  /** Those of words that no other language has, if there are such: everybody writes "id" and "e-mail". */
  readonly ownLanguages: readonly Language[];
  readonly dateOrder: "day" | "month" | undefined;
  readonly hasDecimalComma: boolean;
}

/** A language with fewer words than this part of those of the first is not one of the header. */
const MIN_LANGUAGE_SHARE = 0.6;

export function findTraits(
  profiles: readonly ColumnProfile[],
  hits: readonly (readonly HeaderHit[])[],
): TableTraits {
  const best = hits.flatMap(([first]) => first ?? []);
  const languages = findLanguages(best);
  const own = findLanguages(best.filter(isOwn));
  const orders = profiles.flatMap(({ values }) => {
    const found = findDateFormat(values, [], false, undefined);
    return found?.order === undefined || found.isAmbiguous ? [] : [found.order];
  });
  const month = orders.filter((order) => order === "month").length;
  const order = orders.length === 0 ? undefined : 2 * month > orders.length ? "month" : "day";
  return {
    languages,
    ownLanguages: own.length > 0 ? own : languages,
    dateOrder:
      order ??
      findOrderOfCountries(profiles, hits) ??
      (languages.length > 0 && languages[0] !== "en" ? "day" : undefined),
    hasDecimalComma: profiles.some(({ values }) => hasDecimalComma(values)),
  };
}

/** A list is one of the United States where so many of its contacts live there. */
const NEARLY_ALL = 0.9;

/** Hardly anywhere else do people write the month first. */
function findOrderOfCountries(
  profiles: readonly ColumnProfile[],
  hits: readonly (readonly HeaderHit[])[],
): "month" | undefined {
  const shares = profiles.flatMap(({ counts }, index) => {
    if (!hits[index]?.some(({ meaning }) => meaning === "country")) return [];
    const known = [...counts].flatMap(([value, count]) => {
      const country = toCountry(value);
      return country === undefined ? [] : [{ country, count }];
    });
    const sum = (some: typeof known) => some.reduce((total, { count }) => total + count, 0);
    return known.length === 0 ? [] : [sum(known.filter(({ country }) => country === "US")) / sum(known)];
  });
  return shares.length > 0 && shares.every((share) => share >= NEARLY_ALL) ? "month" : undefined;
}

/** Whether words are of one language alone; "id" and "email" are of the whole world. */
function isOwn({ languages: [first, ...more], meaning }: HeaderHit): boolean {
  return more.length === 0 && !(first === "en" && (meaning === "email" || meaning === "userId"));
}

function findLanguages(hits: readonly HeaderHit[]): readonly Language[] {
  const counts = new Map<Language, number>();
  for (const { languages, isExact } of hits)
    for (const language of languages) counts.set(language, (counts.get(language) ?? 0) + (isExact ? 2 : 1));
  const most = Math.max(0, ...counts.values());
  return [...counts]
    .filter(([, count]) => count >= MIN_LANGUAGE_SHARE * most)
    .sort(([, a], [, b]) => b - a)
    .map(([language]) => language);
}
