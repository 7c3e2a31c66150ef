import { isRejectName, type JsonObject, type MappedEndpoint } from "../domain.js";
import { addId } from "./compile-entry.js";
import { type Draft, setOwn } from "./field-target.js";
import { Invalid } from "./invalid.js";
import { isAbsent, toText } from "./to-text.js";
import { toNumber } from "./transforms/number-transforms.js";

type Convert = (value: unknown) => unknown;

/**
 * An endpoint object as Pinpoint's own JSON format has it. It passes through as it is, so that validation sees what
 * stands there, with four liberties: null and empty texts are left out, attribute values that are no lists become
 * lists of one, metrics and coordinates written as text become numbers, and a missing Id is made.
 */
export function toPinpointItem(object: JsonObject, entry: string): MappedEndpoint {
  const item = copy(object, (key, value) => (isRejectName(key) ? undefined : convertMember(key, value)));
  if (typeof item.Id === "number") item.Id = toPlainText(item.Id);
  const reasons: string[] = [];
  if (item.Id === undefined) addId(item, reasons);
  return reasons.length > 0 ? { entry, item, reasons } : { entry, item };
}

function convertMember(key: string, value: unknown): unknown {
  switch (key) {
    case "Attributes":
      return copyMap(value, toList);
    case "Metrics":
      return copyMap(value, toPlainNumber);
    case "Location":
      return copyMap(value, (inner, name) =>
        name === "Latitude" || name === "Longitude" ? toPlainNumber(inner) : inner,
      );
    case "User":
      return copyMap(value, (inner, name) => {
        if (name === "UserAttributes") return copyMap(inner, toList);
        return name === "UserId" && typeof inner === "number" ? toPlainText(inner) : inner;
      });
    default:
      return value;
  }
}

function copyMap(value: unknown, convert: (value: unknown, key: string) => unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? copy(value as JsonObject, (key, inner) => convert(inner, key)) : value;
}

function copy(object: JsonObject, convert: (key: string, value: unknown) => unknown): Draft {
  const result: Draft = {};
  for (const key of Object.keys(object)) {
    const value = object[key];
    // An empty list is kept: in this format it says that the attribute is to be cleared.
    if (isAbsent(value) && !Array.isArray(value)) continue;
    const converted = convert(key, value);
    if (converted !== undefined) setOwn(result, key, converted);
  }
  return result;
}

const toList: Convert = (value) => (typeof value === "object" ? value : [toPlainText(value)]);

function toPlainText(value: unknown): unknown {
  const text = toText(value);
  return text instanceof Invalid ? value : text;
}

/** A number written as text; anything else stays, for validation to report. */
function toPlainNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const number = toNumber(value);
  return number instanceof Invalid ? value : number;
}
