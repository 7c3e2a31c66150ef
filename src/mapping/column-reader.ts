import { AlikeObject, findMember, type Member, type ObjectShape } from "../alike-object.js";
import type { JsonObject, RowValues } from "../domain.js";
import { isAbsent, isBlank } from "./to-text.js";

/** Reads a column of a row: undefined if it is empty, a list if it holds several values. */
export type ColumnReader = (values: RowValues) => unknown;

/** Says of a row whether a condition holds. */
export type Predicate = (values: RowValues) => boolean;

/** Where a column stands in a CSV header: all places of the exact name, else those that differ by white space only. */
export function findPositions(header: readonly string[], name: string): readonly number[] {
  const exact = positionsWhere(header, (candidate) => candidate === name);
  return exact.length > 0 ? exact : positionsWhere(header, (candidate) => candidate.trim() === name.trim());
}

function positionsWhere(header: readonly string[], matches: (name: string) => boolean): readonly number[] {
  return header.flatMap((name, position) => (matches(name) ? [position] : []));
}

/** Reads the cells at the given positions; a repeated header name has several. */
export function createCellReader(positions: readonly number[]): ColumnReader {
  const [only] = positions;
  if (only === undefined) return () => undefined;
  if (positions.length === 1) {
    return (values) => {
      const cell = (values as readonly string[])[only];
      return cell === undefined || isBlank(cell) ? undefined : cell;
    };
  }
  return (values) => {
    const cells: string[] = [];
    for (const position of positions) {
      const cell = (values as readonly string[])[position];
      if (cell !== undefined && !isBlank(cell)) cells.push(cell);
    }
    return cells.length > 1 ? cells : cells[0];
  };
}

/** Reads a key of an object, or a dotted path into it when there is no key of that very name. */
export function createKeyReader(name: string): ColumnReader {
  const path = name.split(".");
  // What every object inherits, such as `constructor`, is no value of a row. To ask for other names costs more than to read.
  const isInherited = name in Object.prototype;
  const read = (values: JsonObject): unknown => {
    const value = isInherited && !Object.hasOwn(values, name) ? undefined : values[name];
    return value === undefined && path.length > 1 ? follow(values, path, 0) : value;
  };
  let shape: ObjectShape | undefined;
  let member: Member | undefined;
  /** The shape, if the value is a plain text in it, and where. */
  let plainShape: ObjectShape | undefined;
  let plainAt = 0;
  return (values) => {
    // What most are, without all that may be otherwise: two per cent of an import. No value that was parsed is this very object,
    // so that the kind of `values` need not be asked for first; that alone took 0.04 µs of a row.
    if (plainShape !== undefined && (values as AlikeObject).shape === plainShape) {
      const text = (values as AlikeObject).textAt(plainAt);
      return isBlank(text) ? undefined : text;
    }
    if (!(values instanceof AlikeObject)) return toValue(read(values as JsonObject));
    if (values.shape !== shape) {
      shape = values.shape;
      member = findMember(shape.root, name, path);
      plainShape = undefined;
      if (typeof member === "number" && shape.plain[member]) {
        plainShape = shape;
        plainAt = member;
      }
    }
    return member === undefined ? undefined : toValue(values.get(member));
  };
}

/** Follows a path through own keys only. Through a list it goes by index, or collects from all elements. */
function follow(start: unknown, path: readonly string[], from: number): unknown {
  let value = start;
  for (let depth = from; depth < path.length; depth += 1) {
    const key = path[depth] ?? "";
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(key)) {
      const rest = depth;
      // A list directly inside a list has no keys to follow.
      return value.flatMap((element: unknown) => (Array.isArray(element) ? [] : follow(element, path, rest)));
    }
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

/** A JSON value as a source: null, blank texts and empty lists are absent. */
export function toValue(value: unknown): unknown {
  if (!Array.isArray(value)) return isAbsent(value) ? undefined : value;
  const present = value.filter((element) => !isAbsent(element));
  return present.length === 0 ? undefined : present;
}
