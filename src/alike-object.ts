import type { JsonObject, ObjectByPosition, RowValues } from "./domain.js";

/** What objects that are alike have in common: the same keys in the same order. */
export interface ObjectShape {
  readonly root: Outline;
  /** By position of a value, whether it is a plain text; else it is any JSON but an object or list. */
  readonly plain: readonly boolean[];
  /** Line ends in the text of each such object. */
  readonly lineEnds: number;
}

/** The members of an object: objects, or the position of a value. */
export interface Outline {
  readonly keys: readonly string[];
  readonly members: readonly Member[];
  /** An object with these keys. */
  readonly like: JsonObject;
}

export type Member = Outline | number;

/**
 * An object of which the values stand by position, as the cells of a CSV record do. To make objects of 18 keys and read them by
 * key took 4 % of an import more.
 */
export class AlikeObject implements ObjectByPosition {
  readonly shape: ObjectShape;
  /** The text, and from 1 the values as they stand in it; plain texts without their quotes. */
  readonly #values: readonly string[];
  #object: JsonObject | undefined;

  constructor(shape: ObjectShape, values: readonly string[]) {
    this.shape = shape;
    this.#values = values;
  }

  /** What it was read from. */
  get text(): string {
    return this.#values[0] as string;
  }

  get(member: Member): unknown {
    if (typeof member !== "number") return this.#toObject(member);
    const text = this.textAt(member);
    return this.shape.plain[member] ? text : toScalar(text);
  }

  /** The value at a position as it stands in the text. */
  textAt(position: number): string {
    return this.#values[position + 1] as string;
  }

  /** Made once: each rule for the rest asks for it. */
  toObject(): JsonObject {
    this.#object ??= this.#toObject(this.shape.root);
    return this.#object;
  }

  #toObject({ keys, members, like }: Outline): JsonObject {
    const object: { [key: string]: unknown } = { ...like };
    for (let index = 0; index < keys.length; index += 1)
      object[keys[index] as string] = this.get(members[index] as Member);
    return object;
  }
}

/** The object that a JSON record is. */
export function toObject(values: RowValues): JsonObject {
  return values instanceof AlikeObject ? values.toObject() : (values as JsonObject);
}

/** What stands under a key of the object, or else at the end of a path into it. */
export function findMember(root: Outline, key: string, path: readonly string[]): Member | undefined {
  let found: Member | undefined = memberOf(root, key);
  if (found !== undefined) return found;
  found = root;
  for (const step of path) found = typeof found === "object" ? memberOf(found, step) : undefined;
  return found;
}

function memberOf({ keys, members }: Outline, key: string): Member | undefined {
  return members[keys.indexOf(key)];
}

function toScalar(text: string): unknown {
  if (text.startsWith('"')) return text.slice(1, -1);
  if (text === "null") return null;
  return text === "true" || (text === "false" ? false : Number(text));
}
