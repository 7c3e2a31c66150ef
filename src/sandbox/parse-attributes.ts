import type { SandboxBehaviors } from "./behaviors.js";
import { MAX_ATTRIBUTE_VALUES, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS } from "./limits.js";
import { type Change, checkLength, type JsonObject, passWrongType, toNullChange } from "./read-member.js";
import { badRequest } from "./service-error.js";

/** Values by attribute name. An empty list empties the attribute. */
export type AttributeValues = ReadonlyMap<string, readonly string[]>;

/** Numbers by metric name; null removes the metric. */
export type MetricChanges = ReadonlyMap<string, number | null>;

/**
 * Checks an Attributes or UserAttributes map (reference §3, §4).
 *
 * @param path name of the map, for messages
 */
export function parseAttributes(
  given: Change<JsonObject>,
  path: string,
  behaviors: SandboxBehaviors,
): Change<AttributeValues> {
  if (given === undefined || given === null) return given;
  const result = new Map<string, readonly string[]>();
  for (const name of Object.keys(given)) {
    checkName(name, path);
    const values = parseValues(given[name], path, name, behaviors);
    if (values !== undefined) result.set(name, values);
  }
  return result;
}

function parseValues(
  value: unknown,
  path: string,
  name: string,
  behaviors: SandboxBehaviors,
): readonly string[] | undefined {
  if (value === null) return toNullChange(`${path}.${name}`, behaviors) === null ? [] : undefined;
  if (typeof value === "string" && behaviors.plainStringAttribute === "wrapped") {
    checkLength(value, MAX_VALUE_CHARACTERS, `${path}.${name}`);
    return [value];
  }
  if (!Array.isArray(value)) return passWrongType(`${path}.${name}`, "a list of strings", behaviors);
  if (value.length > MAX_ATTRIBUTE_VALUES) {
    throw badRequest(`${path}.${name}: more than ${MAX_ATTRIBUTE_VALUES} values`);
  }
  let onlyStrings = true;
  for (const element of value) {
    if (typeof element === "string") {
      if (element.length > MAX_VALUE_CHARACTERS)
        checkLength(element, MAX_VALUE_CHARACTERS, `${path}.${name}`);
    } else {
      passWrongType(`${path}.${name}`, "a list of strings", behaviors);
      onlyStrings = false;
    }
  }
  return onlyStrings ? value : value.filter((element) => typeof element === "string");
}

/** Checks a Metrics map: JSON numbers only, so the "NaN" and "Infinity" that SDKs write are refused (reference §7). */
export function parseMetrics(given: Change<JsonObject>, behaviors: SandboxBehaviors): Change<MetricChanges> {
  if (given === undefined || given === null) return given;
  const result = new Map<string, number | null>();
  for (const name of Object.keys(given)) {
    checkName(name, "Metrics");
    const value = given[name];
    if (typeof value === "number" && Number.isFinite(value)) {
      result.set(name, value);
    } else if (value === null) {
      if (behaviors.nullMetric === "refused") throw badRequest(`Metrics.${name}: null is not allowed`);
      if (behaviors.nullMetric === "removes") result.set(name, null);
    } else {
      passWrongType(`Metrics.${name}`, "a number", behaviors);
    }
  }
  return result;
}

function checkName(name: string, path: string): void {
  if (name === "") throw badRequest(`${path}: a name is empty`);
  if (name.length > MAX_NAME_CHARACTERS)
    checkLength(name, MAX_NAME_CHARACTERS, `${path}: the name "${name}"`);
}
