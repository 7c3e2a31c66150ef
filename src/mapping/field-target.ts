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
  if (kind === undefined) return undefined;
  const dot = name.indexOf(".");
  const set = toSetter(name.slice(0, Math.max(dot, 0)), name.slice(dot + 1));
  return { name, kind, isRest: false, set };
}

/** The target of one named attribute or metric. */
export function toMapTarget(prefix: MapPrefix, key: string): FieldTarget {
  return {
    name: prefix + key,
    kind: prefix === "Metrics." ? "number" : "list",
    prefix,
    isRest: key === "*",
    set: toSetter(prefix.slice(0, -1), key),
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

/**
 * The maps of an endpoint, each made when it is first asked for. To ask for them by a name that varies took 2 % of the time of a
 * check more.
 */
const MAPS: { readonly [path: string]: ((draft: Draft) => unknown) | undefined } = {
  Attributes: (draft) => (draft.Attributes ??= {}),
  Demographic: (draft) => (draft.Demographic ??= {}),
  Location: (draft) => (draft.Location ??= {}),
  Metrics: (draft) => (draft.Metrics ??= {}),
  User: (draft) => (draft.User ??= {}),
  "User.UserAttributes": (draft) => {
    draft.User ??= {};
    const user = draft.User as Draft;
    user.UserAttributes ??= {};
    return user.UserAttributes;
  },
};

/** @param path of the map that holds the key, or none. */
function toSetter(path: string, key: string): (draft: Draft, value: unknown) => void {
  const mapOf = MAPS[path];
  if (mapOf === undefined) return (draft, value) => setOwn(draft, key, value);
  return (draft, value) => setOwn(mapOf(draft) as Draft, key, value);
}

/** Sets a property under any name: assigning to `__proto__` would change the prototype and lose the value. */
export function setOwn(target: Draft, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
