import { createRequire } from "node:module";
import { COUNTRY_ALIASES } from "./country-aliases.js";

/** Languages in which country names are understood; of two meanings, the earlier language has it. */
const LANGUAGES =
  "en de fr es it pt nl sv da nb nn fi pl cs sk sl hr hu ro bg el tr ru uk ca id ms vi th ar he hi ja ko zh".split(
    " ",
  );

/** Letters that are not made of a base letter and an accent. */
const BASE_LETTERS: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"],
  ["ı", "i"],
  ["æ", "ae"],
]);

type NameList = { readonly countries: { readonly [code: string]: string | readonly string[] } };
type AddName = (name: string, code: string) => void;

const require = createRequire(import.meta.url);

/**
 * Folded names and codes of all countries, with their alpha-2 codes. Takes some 50 ms, so it waits for the first
 * mapping that needs it.
 */
export function loadCountryNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add: AddName = (name, code) => {
    const folded = foldCountryName(name);
    if (!names.has(folded)) names.set(folded, code);
  };
  const codes = require("i18n-iso-countries/codes.json") as readonly (readonly [
    string,
    string,
    ...string[],
  ])[];
  for (const [alpha2, alpha3] of codes) {
    add(alpha2, alpha2);
    add(alpha3, alpha2);
  }
  for (const [code, aliases] of Object.entries(COUNTRY_ALIASES)) for (const name of aliases) add(name, code);
  const alpha2Codes = codes.map(([alpha2]) => alpha2);
  for (const language of LANGUAGES) {
    const list = require(`i18n-iso-countries/langs/${language}.json`) as NameList;
    for (const [code, known] of Object.entries(list.countries))
      for (const name of [known].flat()) add(name, code);
    addEverydayNames(language, alpha2Codes, add);
  }
  return names;
}

/** Unicode's names are those in everyday use: "États-Unis" for what ISO calls "États-Unis d'Amérique". */
function addEverydayNames(language: string, codes: readonly string[], add: AddName): void {
  for (const style of ["long", "short"] as const) {
    const names = new Intl.DisplayNames(language, { type: "region", style, fallback: "none" });
    for (const code of codes) {
      const name = names.of(code);
      if (name !== undefined) add(name, code);
    }
  }
}

/** A name without what people write in different ways. */
export function foldCountryName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}.'’`]/gu, "")
    .toLowerCase()
    .replace(/[ßøłđıæ]/g, (letter) => BASE_LETTERS.get(letter) ?? letter)
    .replace(/&/g, " and ")
    .replace(/[\s\-–_,()]+/g, " ")
    .trim();
}
