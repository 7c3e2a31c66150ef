import { badRequest } from "./service-error.js";

const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Refuses what is no ISO 8601 date or date and time (reference §3). */
export function checkDate(text: string, what: string): void {
  const match = ISO_DATE.exec(text);
  if (match !== null) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    // A date that does not exist, as 30 February, comes back as another one.
    const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    if (exists && !(hour > 23) && !(minute > 59) && !(second > 60)) return;
  }
  throw badRequest(`${what}: expected an ISO 8601 date`);
}

/** ISO 3166-1 alpha-2 or alpha-3 by form (reference §3: A; M and U know alpha-2 only). */
const COUNTRY = /^[A-Z]{2,3}$/;

export function checkCountry(text: string, what: string): void {
  if (!COUNTRY.test(text)) throw badRequest(`${what}: expected an ISO 3166-1 alpha-2 or alpha-3 code`);
}

/** `en_US`, `es_419`, `haw_US`; the language alone is let pass, since no source says it is refused. */
const LOCALE = /^[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|\d{3}))?$/;

export function checkLocale(text: string, what: string): void {
  if (!LOCALE.test(text)) throw badRequest(`${what}: expected a locale such as en_US`);
}

/** Asking Intl costs some 50 µs; there are about 600 names, but Intl ignores case, so the memory is bounded. */
const MAX_KNOWN_TIMEZONES = 2000;
const knownTimezones = new Set<string>();

/** Refuses what is no name of the tz database (reference §3). */
export function checkTimezone(text: string, what: string): void {
  if (knownTimezones.has(text)) return;
  // Intl also takes offsets such as +05:00, which are no names.
  if (!/^[A-Za-z]/.test(text) || !isTimezone(text)) throw badRequest(`${what}: expected a tz database name`);
  if (knownTimezones.size < MAX_KNOWN_TIMEZONES) knownTimezones.add(text);
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
