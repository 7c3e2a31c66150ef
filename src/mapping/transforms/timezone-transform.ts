import { remember } from "../../remember.js";
import { Invalid, quoteValue } from "../invalid.js";
import { RAILS_ZONES } from "./rails-zones.js";
import { ofText, type Transform } from "./transform.js";
import { WINDOWS_ZONES } from "./windows-zones.js";

/** Current IANA names that ICU lists by an older name only, and those whose case follows no pattern. */
const MORE_NAMES =
  "UTC GMT GMT0 UCT GB-Eire NZ-CHAT PRC ROC ROK W-SU EST5EDT CST6CDT MST7MDT PST8PDT EST MST HST CET MET EET WET " +
  "America/Argentina/ComodRivadavia America/Nuuk America/Atikokan Antarctica/McMurdo Antarctica/DumontDUrville " +
  "Asia/Ho_Chi_Minh Asia/Ust-Nera Atlantic/Faroe Australia/ACT Australia/LHI Australia/NSW Brazil/DeNoronha " +
  "Europe/Isle_of_Man Mexico/BajaNorte Mexico/BajaSur Pacific/Chuuk Pacific/Pohnpei Pacific/Kanton";

/**
 * An IANA, Windows or Rails time zone name as IANA name. Case does not count. An alias stays the alias that it is:
 * ICU's canonical names are partly older than what people write (`Asia/Calcutta`).
 */
export function compileTimezone(): Transform {
  const names = loadNames();
  return ofText(
    remember((text) => {
      // Rails prints an offset before the name in lists for people: "(GMT-05:00) Eastern Time (US & Canada)".
      const name = text.trim().replace(/^\((?:GMT|UTC)[+-]?[\d:]*\)\s*/i, "");
      const known = names.get(name.toLowerCase());
      if (known !== undefined) return known;
      return isZone(name) ? toUsualCase(name) : new Invalid(`timezone: ${quoteValue(text)} is no time zone`);
    }),
  );
}

function loadNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of `${WINDOWS_ZONES}${RAILS_ZONES}`.split("\n")) {
    const [name = "", zone = ""] = line.split("=");
    if (zone === "") continue;
    names.set(name.toLowerCase(), zone);
    names.set(zone.toLowerCase(), zone);
  }
  for (const zone of [...Intl.supportedValuesOf("timeZone"), ...MORE_NAMES.split(" ")])
    names.set(zone.toLowerCase(), zone);
  return names;
}

/** Whether ICU knows the name. Plain offsets, which newer versions take too, are no names. */
function isZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The case of an alias that is in no list: `us/eastern` -> `US/Eastern`. */
function toUsualCase(name: string): string {
  return name
    .toLowerCase()
    .replace(/(^|[/_-])([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/^(Us|Gb|Nz)(?=\/|$)/, (code) => code.toUpperCase())
    .replace(/^Etc\/(Gmt|Utc|Uct)/, (zone) => `Etc/${zone.slice(4).toUpperCase()}`);
}
