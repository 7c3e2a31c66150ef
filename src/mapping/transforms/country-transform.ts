import { remember } from "../../remember.js";
import { Invalid, quoteValue } from "../invalid.js";
import { foldCountryName, loadCountryNames } from "./country-names.js";
import { ofText, type Transform } from "./transform.js";

let countries: ReadonlyMap<string, string> | undefined;

/** A country's name, alpha-3 or alpha-2 code as alpha-2 code (ISO 3166-1). */
export function compileCountry(): Transform {
  countries ??= loadCountryNames();
  return ofText(
    remember((text) => findCountry(text) ?? new Invalid(`country: ${quoteValue(text)} is no country`)),
  );
}

/** The alpha-2 code of a country. Case, accents, dots and hyphens do not count. */
export function findCountry(text: string): string | undefined {
  countries ??= loadCountryNames();
  const folded = foldCountryName(text);
  const found = countries.get(folded) ?? countries.get(folded.replace(/^the /, ""));
  if (found !== undefined) return found;
  // Lists that sort by the main word have "Bahamas, The" and "Iran, Islamic Republic of".
  const [main = "", before, ...more] = text.split(",");
  return before === undefined || more.length > 0
    ? undefined
    : countries.get(foldCountryName(`${before} ${main}`).replace(/^the /, ""));
}
