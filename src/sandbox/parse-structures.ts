import type { SandboxBehaviors } from "./behaviors.js";
import { checkCountry, checkLocale, checkTimezone } from "./check-forms.js";
import { MAX_DEMOGRAPHIC_CHARACTERS, MAX_LATITUDE, MAX_LONGITUDE, MAX_PLACE_CHARACTERS } from "./limits.js";
import {
  type Change,
  checkLength,
  checkMembers,
  type JsonObject,
  readNumber,
  readString,
} from "./read-member.js";
import { badRequest } from "./service-error.js";

/** Members of Demographic to set, or to empty (null). */
export type DemographicChanges = ReadonlyMap<string, string | null>;
/** Members of Location to set, or to empty (null). */
export type LocationChanges = ReadonlyMap<string, string | number | null>;

const DEMOGRAPHIC_MEMBERS = new Set([...Object.keys(MAX_DEMOGRAPHIC_CHARACTERS), "Locale", "Timezone"]);
const LOCATION_TEXTS = ["City", "Country", "PostalCode", "Region"];
const LOCATION_MEMBERS = new Set([...LOCATION_TEXTS, "Latitude", "Longitude"]);

export function parseDemographic(
  given: Change<JsonObject>,
  behaviors: SandboxBehaviors,
): Change<DemographicChanges> {
  if (given === undefined || given === null) return given;
  checkMembers(given, DEMOGRAPHIC_MEMBERS, "Demographic.", behaviors);
  const result = new Map<string, string | null>();
  for (const name of DEMOGRAPHIC_MEMBERS) {
    const text = readString(given, name, "Demographic.", behaviors);
    if (text === undefined) continue;
    if (text !== null) checkDemographicText(name, text, behaviors);
    result.set(name, text);
  }
  return result;
}

function checkDemographicText(name: string, text: string, behaviors: SandboxBehaviors): void {
  const what = `Demographic.${name}`;
  const max = MAX_DEMOGRAPHIC_CHARACTERS[name];
  if (max !== undefined) checkLength(text, max, what);
  else if (behaviors.localeAndTimezone === "any") return;
  else if (name === "Locale") checkLocale(text, what);
  else checkTimezone(text, what);
}

export function parseLocation(
  given: Change<JsonObject>,
  behaviors: SandboxBehaviors,
): Change<LocationChanges> {
  if (given === undefined || given === null) return given;
  checkMembers(given, LOCATION_MEMBERS, "Location.", behaviors);
  const result = new Map<string, string | number | null>();
  for (const name of LOCATION_TEXTS) {
    const text = readString(given, name, "Location.", behaviors);
    if (text === undefined) continue;
    if (name === "Country" && text !== null) checkCountry(text, "Location.Country");
    if ((name === "City" || name === "Region") && text !== null) {
      checkLength(text, MAX_PLACE_CHARACTERS, `Location.${name}`);
    }
    result.set(name, text);
  }
  const latitude = readDegrees(given, "Latitude", MAX_LATITUDE, behaviors);
  const longitude = readDegrees(given, "Longitude", MAX_LONGITUDE, behaviors);
  if ((latitude === undefined) !== (longitude === undefined)) {
    throw badRequest("Location: Latitude and Longitude require each other");
  }
  if (latitude !== undefined) result.set("Latitude", latitude);
  if (longitude !== undefined) result.set("Longitude", longitude);
  return result;
}

/** Stored with one decimal: 47.61 becomes 47.6 (reference §3). */
function readDegrees(
  given: JsonObject,
  name: string,
  max: number,
  behaviors: SandboxBehaviors,
): Change<number> {
  const degrees = readNumber(given, name, "Location.", behaviors);
  if (degrees === undefined || degrees === null) return degrees;
  if (degrees < -max || degrees > max) {
    throw badRequest(`Location.${name}: expected a number from -${max} to ${max}`);
  }
  return Math.round(degrees * 10) / 10;
}
