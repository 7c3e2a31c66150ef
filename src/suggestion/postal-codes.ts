import { shareOf } from "./create-judge.js";

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
  IE: /^[A-Z]\d[\dW] ?[A-Z\d]{4}$/i,
  IN: /^[1-9]\d{2} ?\d{3}$/,
  IT: /^\d{5}$/,
  JP: /^〒?\s?\d{3}-?\d{4}$/,
  MX: /^\d{5}$/,
  NL: /^\d{4} ?[A-Z]{2}$/i,
  NZ: /^\d{4}$/,
  PE: /^\d{5}$/,
  PH: /^\d{4}$/,
  PT: /^\d{4}-\d{3}$/,
  SG: /^\d{6}$/,
  US: /^\d{5}(?:-\d{4})?$/,
  UY: /^\d{5}$/,
  ZA: /^\d{4}$/,
};

/** Countries whose postal codes look like those of no other. */
const HAVE_OWN_FORM: ReadonlySet<string> = new Set(["BR", "CA", "GB", "IE", "JP", "NL", "PT"]);

/** Whether the postal codes may be those of the country, as far as its form is known. */
export function hasPostalCodes(country: string, codes: readonly string[]): boolean {
  const form = POSTAL_FORMS[country];
  return form === undefined || codes.length === 0 || shareOf(codes, (code) => form.test(code)) >= 0.5;
}

/** Whether the postal codes are those of the country, and of no other. */
export function haveOwnForm(country: string, codes: readonly string[]): boolean {
  return codes.length > 0 && HAVE_OWN_FORM.has(country) && hasPostalCodes(country, codes);
}
