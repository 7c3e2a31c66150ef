import { remember } from "../../remember.js";
import { Invalid, quoteValue } from "../invalid.js";
import { ofText, type Transform } from "./transform.js";

/** Language, script, region; then what POSIX and BCP 47 put behind: encoding, modifier, variants. */
const LOCALE =
  /^([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?:[.@].*|[-_][a-z0-9]{4,8}.*|[-_][a-z0-9][-_].*)?$/i;

/** A locale in Pinpoint's form, `en_US` or `en`. Script and encoding are dropped: Pinpoint has no place for them. */
export function compileLocale(): Transform {
  const languages = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
  const regions = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  return ofText(
    remember((text) => {
      const [, language = "", region] = LOCALE.exec(text.trim()) ?? [];
      const known = language !== "" && languages.of(language.toLowerCase()) !== undefined;
      if (!known || (region !== undefined && regions.of(region.toUpperCase()) === undefined))
        return new Invalid(`locale: ${quoteValue(text)} is no locale such as en_US`);
      return region === undefined
        ? language.toLowerCase()
        : `${language.toLowerCase()}_${region.toUpperCase()}`;
    }),
  );
}
