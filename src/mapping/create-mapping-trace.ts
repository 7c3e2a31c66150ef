import { isRejectName, type JsonObject, type SourceColumns } from "../domain.js";
import { toLeaves } from "../to-leaves.js";
import { type ColumnReader, findPositions, type Predicate } from "./column-reader.js";
import type { ApplyRule } from "./compile-outcome.js";
import { toSampleNames } from "./sample-names.js";

/** A column that was read, and what it held; `null` if it was empty. */
export interface ReadColumn {
  readonly column: string;
  readonly value: unknown;
}

/** What the rule of one field did. */
export interface FieldTrace {
  /** Dotted name. */
  readonly field: string;
  /** The columns that it read. */
  readonly from: readonly ReadColumn[];
  readonly reasons: readonly string[];
}

/** What one entry did with a row. */
export interface EntryTrace {
  readonly entry: string;
  /** The columns that its condition looked at. */
  readonly condition: readonly ReadColumn[];
  /** In the order of the mapping. */
  readonly fields: readonly FieldTrace[];
}

/**
 * Sees what a mapping reads, for those who want to know where a field comes from. It is handed to `bind`; a mapping
 * that is bound without one knows nothing of it and loses no time.
 */
export interface MappingTrace {
  reader(column: string, read: ColumnReader): ColumnReader;
  condition(entry: string, holds: Predicate | undefined): Predicate;
  rule(field: string, apply: ApplyRule): ApplyRule;
  /** A rule that takes the whole row but for these columns. */
  rest(taken: Iterable<string>): void;
  /** A row that becomes an endpoint as it is. */
  copy(entry: string, row: JsonObject): void;
  /** What the entries did with the row that was mapped last, in their order. */
  take(): readonly EntryTrace[];
  /** The columns that no rule and no condition of any entry uses. */
  findUnused(columns: SourceColumns): readonly string[];
}

interface OpenEntry {
  readonly entry: string;
  condition: readonly ReadColumn[];
  /** By name, with the place in the mapping. */
  readonly fields: Map<string, FieldTrace & { readonly place: number }>;
}

export function createMappingTrace(): MappingTrace {
  const used = new Set<string>();
  const rests: (readonly string[])[] = [];
  let places = 0;
  let entries: OpenEntry[] = [];
  let reading = new Map<string, unknown>();

  /** What is read while `work` is done. */
  const watch = <T>(work: () => T): { result: T; from: readonly ReadColumn[] } => {
    const outer = reading;
    reading = new Map();
    const result = work();
    const from = [...reading].map(([column, value]) => ({ column, value: value ?? null }));
    reading = outer;
    return { result, from };
  };

  return {
    reader(column, read) {
      used.add(column);
      return (values) => {
        const value = read(values);
        reading.set(column, value);
        return value;
      };
    },
    condition(entry, holds = () => true) {
      return (values) => {
        const opened: OpenEntry = { entry, condition: [], fields: new Map() };
        entries.push(opened);
        const { result, from } = watch(() => holds(values));
        opened.condition = from;
        return result;
      };
    },
    rule(field, apply) {
      const place = places;
      places += 1;
      return (values, draft, reasons) => {
        const before = reasons.length;
        const { from } = watch(() => apply(values, draft, reasons));
        entries.at(-1)?.fields.set(field, { field, from, reasons: reasons.slice(before), place });
      };
    },
    rest(taken) {
      rests.push([...taken]);
    },
    copy(entry, row) {
      rests.push([]);
      const fields = [...toLeaves(row)].map(([field, value], place) => {
        const from = [{ column: field, value }];
        return [field, { field, from, reasons: [], place }] as const;
      });
      entries.push({ entry, condition: [], fields: new Map(fields) });
    },
    take() {
      const taken = entries.map(({ entry, condition, fields }) => ({
        entry,
        condition,
        fields: [...fields.values()]
          .sort((a, b) => a.place - b.place)
          .map(({ field, from, reasons }) => ({ field, from, reasons })),
      }));
      entries = [];
      return taken;
    },
    findUnused: (columns) =>
      columns.kind === "csv"
        ? findUnusedNames(columns.names, used, rests)
        : findUnusedPaths(toSampleNames(columns.sample), used, rests),
  };
}

function findUnusedNames(
  header: readonly string[],
  used: ReadonlySet<string>,
  rests: readonly (readonly string[])[],
): readonly string[] {
  const positionsOf = (names: Iterable<string>) =>
    new Set([...names].flatMap((name) => findPositions(header, name)));
  const taken = positionsOf(used);
  const restTaken = rests.map(positionsOf);
  const isUnused = (name: string, position: number): boolean =>
    name.trim() !== "" &&
    !isRejectName(name) &&
    !taken.has(position) &&
    restTaken.every((positions) => positions.has(position));
  return [...new Set(header.filter(isUnused))];
}

/** Of an object nobody uses, its own path is enough. */
function findUnusedPaths(
  paths: readonly string[],
  used: ReadonlySet<string>,
  rests: readonly (readonly string[])[],
): readonly string[] {
  // A path may lead through a list by index.
  const names = [...used].flatMap((name) => [name, name.replaceAll(/\.\d+(?=\.|$)/g, "")]);
  const isIn = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);
  const isUsed = (path: string): boolean =>
    names.some((name) => isIn(path, name) || isIn(name, path)) ||
    rests.some((taken) => !taken.some((name) => isIn(path, name)));
  const unused: string[] = [];
  for (const path of paths)
    if (!isRejectName(path) && !isUsed(path) && !unused.some((outer) => isIn(path, outer))) unused.push(path);
  return unused;
}
