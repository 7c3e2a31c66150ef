import { formats } from "../validation/endpoint-schema.js";
import { createJudge } from "./create-judge.js";

/** Whether the endpoint schema takes a text for an e-mail address. */
export function isEmailAddress(text: string): boolean {
  return formats["email-address"]?.test(text) === true;
}

/** Digits as people write phone numbers; whether it is one says the transform, once the country is known. */
export function isPhoneLike(text: string): boolean {
  const plain = text.normalize("NFKC").replace(/^(?:['’`]|tel:)/i, "");
  const digits = plain.replace(/\D/g, "").length;
  return (
    /^[+(]?[\d\s()+./‐‑–ー−-]+(?:\s*(?:x|ext\.?)\s*\d+)?$/i.test(plain) &&
    digits >= 6 &&
    digits <= 17 &&
    !isDateLike(plain)
  );
}

/** One that says its country. */
export function isInternationalNumber(text: string): boolean {
  return /^(?:['’`]|tel:)?\s*(?:\+|00)/i.test(text) && isPhoneLike(text);
}

function isDateLike(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}|^\d{1,2}[./]\d{1,2}[./]\d{4}\b|^\d{4}\/\d{1,2}\/\d{1,2}/.test(text);
}

export function isPostalCodeLike(text: string): boolean {
  return (
    /^['’〒]?\s?[\p{L}\d][\p{L}\d\s-]{1,10}$/u.test(text.normalize("NFKC")) &&
    /\d/.test(text.normalize("NFKC"))
  );
}

export function isIpAddress(text: string): boolean {
  return /^(?:\d{1,3}\.){3}\d{1,3}$|^[\da-f]{0,4}(?::[\da-f]{0,4}){3,7}$/i.test(text);
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

export function isUuid(text: string): boolean {
  return /^\{?[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\}?$/i.test(text);
}

/** A token of Firebase Cloud Messaging. */
export function isPushToken(text: string): boolean {
  return /^[\w-]{6,}:APA91b[\w-]+$/.test(text);
}

/** Hashes of passwords, digests and signed tokens, by their form. */
export function isSecretLike(text: string): boolean {
  return (
    /^\$(?:2[abxy]?|argon2\w*|[156]|pbkdf2[\w-]*)\$/.test(text) ||
    /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(text) ||
    /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{128})$/i.test(text) ||
    /^(?:sk|pk|rk|ghp|gho|glpat|xox[abp])[_-][\w-]{16,}$/.test(text) ||
    // Keys of AWS, and what stands in a header of HTTP.
    /^A(?:KIA|SIA)[A-Z\d]{16}$/.test(text) ||
    /^(?:Bearer|Basic) +\S{8,}$/i.test(text) ||
    isRandom(text) ||
    isBankNumber(text)
  );
}

/** Base32, hexadecimal or base64 that nobody has made up: as many different characters as chance gives. */
function isRandom(text: string): boolean {
  const plain = text.replace(/=+$/, "");
  if (/^(?=(?:.*\d){2})(?=(?:.*[A-Z]){2})[A-Z2-7]{16,}$/.test(plain)) return toEntropy(plain) >= 2.8;
  if (/^[\da-f]{33,}$/i.test(plain)) return toEntropy(plain) >= 3;
  return /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/-]{32,}$/.test(plain) && toEntropy(plain) >= 4;
}

/** Bits a character, by Shannon. */
function toEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

export function isBankNumber(text: string): boolean {
  return isIban(text) || isCardNumber(text);
}

/** ISO 13616: letters as numbers, the first four characters at the end, modulo 97. */
function isIban(text: string): boolean {
  const plain = text.replace(/\s/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z\d]{11,30}$/.test(plain)) return false;
  const digits = (plain.slice(4) + plain.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** Numbers of payment cards: their first digits, and Luhn's sum (ISO/IEC 7812). */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/[\s-]/g, "");
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|6(?:011|5\d{2})\d{12})$/.test(
      digits,
    )
  )
    return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** What one of the transforms makes of a text. */
function judge(name: "country" | "locale" | "timezone" | "number", text: string): unknown {
  return createJudge(name)(text);
}

export const toCountry = (text: string): string | undefined => judge("country", text) as string | undefined;
export const isCountry = (text: string): boolean => toCountry(text) !== undefined;
export const toLocaleCode = (text: string): string | undefined => judge("locale", text) as string | undefined;
export const isLocale = (text: string): boolean => judge("locale", text) !== undefined;
export const isTimeZone = (text: string): boolean => judge("timezone", text) !== undefined;

export function isNumberWithin(limit: number): (text: string) => boolean {
  return (text) => {
    const number = judge("number", text);
    return typeof number === "number" && Math.abs(number) <= limit;
  };
}

/** Channels by what lists call the platform of a push token. */
const CHANNEL_BY_PLATFORM: Readonly<Record<string, string>> = {
  ios: "APNS",
  iphone: "APNS",
  ipad: "APNS",
  ipados: "APNS",
  apns: "APNS",
  apple: "APNS",
  android: "GCM",
  gcm: "GCM",
  fcm: "GCM",
  kindle: "ADM",
  amazon: "ADM",
  adm: "ADM",
  baidu: "BAIDU",
};

export function toPushChannel(platform: string): string | undefined {
  return CHANNEL_BY_PLATFORM[platform.trim().toLowerCase()];
}
