import type { ErrorObject } from "ajv";
import { didYouMean } from "../did-you-mean.js";
import { remember } from "../remember.js";
import { formats } from "./endpoint-schema.js";

const TYPE_WORDS: Record<string, string> = {
  string: "text",
  number: "a number",
  array: "a list",
  object: "an object",
};

/** AJV's errors about an endpoint in words that the owner of the data understands, each mistake once. */
export function toReasons(errors: readonly ErrorObject[]): string[] {
  const reasons = new Set<string>();
  for (const error of errors) if (!isEcho(error, errors)) reasons.add(toReason(error));
  return [...reasons];
}

/** Keywords whose error only says that another one, reported as well, did not hold. */
function isEcho({ keyword, instancePath }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (keyword === "enum")
    return errors.some((other) => other.keyword === "type" && other.instancePath === instancePath);
  return keyword === "if" || keyword === "propertyNames";
}

function toReason(error: ErrorObject): string {
  const { keyword, params, data } = error;
  const field = toField(error.instancePath);
  if (error.propertyName !== undefined) {
    const { length } = [...error.propertyName];
    return length === 0
      ? `${field} has an empty name; Pinpoint takes names of 1 to 50 characters`
      : `${field}: the name ${quote(error.propertyName)} has ${length} characters; Pinpoint takes ${params.limit}`;
  }
  switch (keyword) {
    case "required":
    case "dependencies":
      return `${join(field, params.missingProperty)} is missing; ${whyRequired(error)}`;
    case "additionalProperties": {
      const unknown = join(field, params.additionalProperty);
      const known = Object.keys(error.parentSchema?.properties ?? {});
      return `${unknown} is no field of an endpoint.${didYouMean(params.additionalProperty, known)}`;
    }
    case "type":
      return `${field} is ${typeWord(data)} (${quote(data)}); Pinpoint takes ${TYPE_WORDS[params.type] ?? params.type}`;
    case "enum":
      return `${field} is ${quote(data)}; Pinpoint takes ${params.allowedValues.join(", ")}.${didYouMean(String(data), params.allowedValues)}`;
    case "maxItems":
      return `${field} has ${(data as unknown[]).length} values; Pinpoint takes ${params.limit}`;
    case "maxLength":
      return `${field} has ${[...String(data)].length} characters; Pinpoint takes ${params.limit}`;
    case "minLength":
      return `${field} is empty`;
    case "minimum":
    case "maximum":
      return `${field} is ${data}; Pinpoint takes ${keyword === "minimum" ? "at least" : "at most"} ${params.limit}`;
    case "format":
      return data === ""
        ? `${field} is empty`
        : `${field} is ${quote(data)}; Pinpoint takes ${formats[params.format]?.words}`;
    default:
      return `${field} ${error.message}`;
  }
}

function whyRequired({ schemaPath, params }: ErrorObject): string {
  switch (params.missingProperty) {
    case "Id":
      return "every endpoint needs one";
    case "Address":
      return "an endpoint with a ChannelType needs one";
    case "ChannelType":
      return "an Address goes with the channel it belongs to";
    default:
      return schemaPath.includes("Location") ? "Latitude and Longitude go together" : "it is required";
  }
}

/** `/Attributes/a~1b/3` → `Attributes.a/b, value 4`. */
const toField = remember((instancePath: string): string => {
  const parts = instancePath.split("/").slice(1);
  const names = parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const position =
    names.length > 1 && /^\d+$/.test(names.at(-1) ?? "") && isList(names) ? names.pop() : undefined;
  const field = names.join(".");
  return position === undefined ? field : `${field}, value ${Number(position) + 1}`;
});

/** Only the two attribute maps hold lists: a number below them is a position, elsewhere it is a name. */
function isList(names: readonly string[]): boolean {
  return (
    (names[0] === "Attributes" && names.length === 3) || (names[1] === "UserAttributes" && names.length === 4)
  );
}

function join(field: string, property: string): string {
  return field === "" ? property : `${field}.${property}`;
}

function typeWord(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return TYPE_WORDS[typeof value] ?? `a ${typeof value}`;
}

/** The value as it stands, cut where it would flood the line. */
function quote(value: unknown): string {
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}
