import type { ErrorObject } from "ajv";
import { didYouMean } from "../did-you-mean.js";
import { suggestField } from "./field-target.js";
import { quoteValue } from "./invalid.js";
import type { Path } from "./issue-list.js";

interface SchemaMistake {
  readonly path: Path;
  readonly part: "key" | "value";
  readonly message: string;
  /** Whether what stands there cannot be used. An unknown key spoils nothing besides itself. */
  readonly isShape: boolean;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** Transforms that are written by their name alone. */
const BARE_TRANSFORMS = [
  "trim",
  "lowercase",
  "uppercase",
  "boolean",
  "country",
  "locale",
  "timezone",
  "json",
];

/** Puts an error of the schema check into words that need no knowledge of JSON Schema. */
export function describeSchemaError(error: ErrorObject, path: Path): SchemaMistake {
  const { keyword, params, data } = error;
  const here = (message: string): SchemaMistake => ({ path, part: "value", message, isShape: true });
  switch (keyword) {
    case "additionalProperties":
      return describeUnknownKey(error, path, String(params.additionalProperty));
    case "required":
      return {
        path: [...path, String(params.missingProperty)],
        part: "value",
        message: `"${params.missingProperty}" is missing.`,
        isShape: true,
      };
    case "type":
      return here(`must be ${[params.type].flat().map(nameType).join(" or ")}, not ${nameValue(data)}.`);
    case "enum":
      return here(describeChoice(data, params.allowedValues, path));
    case "const":
      return here(`must be ${JSON.stringify(params.allowedValue)}, not ${quoteValue(data)}.`);
    case "minLength":
    case "minItems":
    case "minProperties":
      return here("must not be empty.");
    case "maxLength":
      return here(`must be ${params.limit} character long, ${quoteValue(data)} is longer.`);
    case "maxProperties":
      return here(
        `a transform has one name; ${Object.keys(data as object)
          .map(quoteValue)
          .join(" and ")} need an object each.`,
      );
    case "minimum":
    case "maximum":
      return here(
        `must be ${keyword === "minimum" ? "at least" : "at most"} ${params.limit}, not ${quoteValue(data)}.`,
      );
    case "pattern":
      return here(
        `${quoteValue(data)} does not fit: ${(error.parentSchema as { description?: string }).description}`,
      );
    default:
      return here(`${error.message}.`);
  }
}

function describeUnknownKey({ parentSchema }: ErrorObject, path: Path, key: string): SchemaMistake {
  const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
  const isField = path.at(-1) === "fields" && path.length === 3;
  const isTransform = path.at(-2) === "transforms";
  const bare = isTransform && BARE_TRANSFORMS.find((name) => name === key);
  if (bare)
    return {
      path: [...path, key],
      part: "key",
      message: `the transform "${bare}" takes no options: write "${bare}".`,
      isShape: true,
    };
  const what = isField ? "field" : isTransform ? "transform" : "key";
  const suggestion = isField ? suggestField(key) : didYouMean(key, known);
  const hint =
    suggestion !== ""
      ? suggestion
      : isField
        ? " Fields have Pinpoint's own names; your own ones go under Attributes., Metrics. or User.UserAttributes."
        : ` Known here: ${known.join(", ")}.`;
  // A misnamed transform leaves an object without any: nothing to compile.
  return {
    path: [...path, key],
    part: "key",
    message: `unknown ${what} "${key}".${hint}`,
    isShape: isTransform,
  };
}

function describeChoice(value: unknown, choices: readonly unknown[], path: Path): string {
  if (path.at(-2) === "transforms") {
    const named = ["split", "replace"].find((name) => name === value);
    if (named !== undefined) return `the transform "${named}" needs options: { "${named}": … }.`;
    return `unknown transform ${quoteValue(value)}.${didYouMean(String(value), [...choices.map(String), "split", "replace"]) || ` Known: ${[...choices, "split", "replace"].join(", ")}.`}`;
  }
  return `${quoteValue(value)} is none of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}.${didYouMean(String(value), choices.map(String))}`;
}

function nameType(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

function nameValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? `the text ${quoteValue(value)}` : String(value);
}
