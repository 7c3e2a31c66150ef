import type { SandboxBehaviors } from "./behaviors.js";
import { badRequest } from "./service-error.js";

/** A parsed JSON object. Only own members count: `constructor` and the like are ordinary names. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What an update does with a member: set it, empty it (null), or leave it as it is (undefined). */
export type Change<T> = T | null | undefined;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  // JSON.parse turns 1e999 into Infinity.
  return typeof value === "number" && Number.isFinite(value);
}

/** Reads a member by the switches for null and wrong types. `path` is for messages, with its final dot. */
function readMember<T>(
  object: JsonObject,
  name: string,
  path: string,
  isType: (value: unknown) => value is T,
  typeName: string,
  behaviors: SandboxBehaviors,
): Change<T> {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined) return undefined;
  if (isType(value)) return value;
  if (value === null) return toNullChange(`${path}${name}`, behaviors);
  return passWrongType(`${path}${name}`, typeName, behaviors);
}

/** What null means under the switch `nullValue`: an error, nothing, or "empty it". */
export function toNullChange(path: string, behaviors: SandboxBehaviors): null | undefined {
  if (behaviors.nullValue === "refused") throw badRequest(`${path}: null is not allowed`);
  return behaviors.nullValue === "clears" ? null : undefined;
}

/** What a wrong type means under the switch `wrongType`: an error or nothing. */
export function passWrongType(path: string, expected: string, behaviors: SandboxBehaviors): undefined {
  if (behaviors.wrongType === "refused") throw badRequest(`${path}: expected ${expected}`);
  return undefined;
}

export function readString(
  object: JsonObject,
  name: string,
  path: string,
  behaviors: SandboxBehaviors,
): Change<string> {
  return readMember(object, name, path, isString, "a string", behaviors);
}

export function readNumber(
  object: JsonObject,
  name: string,
  path: string,
  behaviors: SandboxBehaviors,
): Change<number> {
  return readMember(object, name, path, isNumber, "a number", behaviors);
}

export function readObject(
  object: JsonObject,
  name: string,
  path: string,
  behaviors: SandboxBehaviors,
): Change<JsonObject> {
  return readMember(object, name, path, isJsonObject, "an object", behaviors);
}

/** Refuses members outside `known` if the switch `unknownMember` says so. */
export function checkMembers(
  object: JsonObject,
  known: ReadonlySet<string>,
  path: string,
  behaviors: SandboxBehaviors,
): void {
  if (behaviors.unknownMember === "ignored") return;
  for (const name of Object.keys(object)) {
    if (!known.has(name)) throw badRequest(`${path}${name}: unknown member`);
  }
}

/** Refuses a text of more than `max` characters. Characters are code points: an emoji is one. */
export function checkLength(text: string, max: number, what: string): void {
  // The cheap test first: a text has at least as many UTF-16 units as code points.
  if (text.length > max && [...text].length > max) throw badRequest(`${what}: more than ${max} characters`);
}
