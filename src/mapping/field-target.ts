import { didYouMean } from "../did-you-mean.js";
import { NUMBER_FIELDS, TEXT_FIELDS } from "./mapping-definition.js";

/** An endpoint in the making. Its maps may hold any name, `__proto__` included. */
export type Draft = { [key: string]: unknown };

/** Where a rule's value goes, and which type it has there. */
export interface FieldTarget {
  /** Dotted name. */
  readonly name: string;
  /** `list` is a list of texts: both kinds of attributes. */
  readonly kind: "text" | "number" | "list";
  /** The map that takes freely named values, such as `Attributes.`; absent for the fields that Pinpoint names. */
  readonly prefix?: MapPrefix;
  /** Whether the name is `PREFIX.*`, the place of a `rest` rule. */
  readonly isRest: boolean;
  set(draft: Draft, value: unknown): void;
}

const MAP_PREFIXES = ["Attributes.", "Metrics.", "User.UserAttributes."] as const;
export type MapPrefix = (typeof MAP_PREFIXES)[number];

export const FIELD_NAMES: readonly string[] = [...TEXT_FIELDS, ...NUMBER_FIELDS];
const TEXT_NAMES: ReadonlySet<string> = new Set(TEXT_FIELDS);
const NUMBER_NAMES: ReadonlySet<string> = new Set(NUMBER_FIELDS);

/** The target of a field's name, or undefined if Pinpoint has no such field. */
export function toFieldTarget(name: string): FieldTarget | undefined {
  const prefix = MAP_PREFIXES.find(
    (candidate) => name.startsWith(candidate) && name.length > candidate.length,
  );
  if (prefix !== undefined) return toMapTarget(prefix, name.slice(prefix.length));
  const kind = TEXT_NAMES.has(name) ? "text" : NUMBER_NAMES.has(name) ? "number" : undefined;
  return kind && { name, kind, isRest: false, set: toSetter(name.split(".")) };
}

/** The target of one named attribute or metric. */
export function toMapTarget(prefix: MapPrefix, key: string): FieldTarget {
  return {
    name: prefix + key,
    kind: prefix === "Metrics." ? "number" : "list",
    prefix,
    isRest: key === "*",
    set: toSetter([...prefix.slice(0, -1).split("."), key]),
  };
}

/** What a mistyped field name most likely meant, as the end of a message. */
export function suggestField(name: string): string {
  for (const prefix of MAP_PREFIXES) {
    const start = name.slice(0, prefix.length);
    if (start !== prefix && start.toLowerCase() === prefix.toLowerCase())
      return didYouMean(name, [prefix + name.slice(prefix.length)]);
  }
  const maps = name.includes(".")
    ? MAP_PREFIXES.map((prefix) => prefix + name.slice(name.lastIndexOf(".") + 1))
    : [];
  return didYouMean(name, [...FIELD_NAMES, ...maps]);
}

function toSetter(path: readonly string[]): (draft: Draft, value: unknown) => void {
  const [first = "", second, third] = path;
  if (second === undefined) return (draft, value) => setOwn(draft, first, value);
  if (third === undefined) return (draft, value) => setOwn(childOf(draft, first), second, value);
  return (draft, value) => setOwn(childOf(childOf(draft, first), second), third, value);
}

function childOf(parent: Draft, key: string): Draft {
  const child = parent[key];
  if (child !== undefined) return child as Draft;
  const created: Draft = {};
  parent[key] = created;
  return created;
}

/** Sets a property under any name: assigning to `__proto__` would change the prototype and lose the value. */
export function setOwn(target: Draft, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
