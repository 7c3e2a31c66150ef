import { isRejectName, type JsonObject, type RowValues, type SourceColumns } from "../domain.js";
import {
  type ColumnReader,
  createCellReader,
  createKeyReader,
  findPositions,
} from "../mapping/column-reader.js";
import { isJsonObject } from "../sources/json/parse-json.js";
import { isNullWord } from "./null-words.js";

/** Different values that are kept of a column: enough to tell what it holds. */
const MAX_DISTINCT = 300;
/** Columns that are looked at. */
export const MAX_COLUMNS = 2_000;
/** Objects nested deeper are no contact data. */
const MAX_DEPTH = 5;
/** A column with more different values is no choice among few. */
const MAX_CHOICES = 12;

/** What the sample shows of a column. */
export interface ColumnProfile {
  /** As the mapping names it: the header, or the dotted path of a JSON value. */
  readonly name: string;
  /** Place among the columns. */
  readonly position: number;
  readonly rows: number;
  /** Rows in which it holds something, words for nothing not counted. */
  readonly filled: number;
  /** Different values as texts, trimmed; the first of them where there are many. */
  readonly values: readonly string[];
  /** How often each of them comes. */
  readonly counts: ReadonlyMap<string, number>;
  /** All of them, where they are few. */
  readonly choices: readonly string[] | undefined;
  /** Whether no value comes twice, whatever its case; in rows that are the same as a whole it does not count. */
  readonly isUnique: boolean;
  /** Values that were there before, in whatever case, in another row that is not the same. */
  readonly repeated: number;
  /** Words for nothing that occur, such as `#N/A`. */
  readonly nullWords: readonly string[];
  /** JSON lists of texts or numbers, or a header name that stands for several columns. */
  readonly isList: boolean;
  /** Values in the longest list. */
  readonly longestList: number;
  /** A JSON list of objects: nothing that an attribute could hold. */
  readonly isStructure: boolean;
  readonly read: ColumnReader;
  /** Average and greatest length in characters. */
  readonly length: { readonly mean: number; readonly max: number };
}

/** Looks at every column of the sample. */
export function profileColumns(columns: SourceColumns, rows: readonly RowValues[]): readonly ColumnProfile[] {
  const copies = findCopies(rows);
  return toNames(columns)
    .slice(0, MAX_COLUMNS)
    .map((name, position) => profileColumn(name, position, columns, rows, copies));
}

/** Rows that were there before, value for value: an export that was joined twice says nothing about its ids. */
function findCopies(rows: readonly RowValues[]): ReadonlySet<RowValues> {
  const seen = new Set<string>();
  return new Set(
    rows.filter((row) => {
      const text = JSON.stringify(row);
      const isCopy = seen.has(text);
      seen.add(text);
      return isCopy;
    }),
  );
}

/** The names under which columns can be mapped, each once. */
export function toNames(columns: SourceColumns): readonly string[] {
  if (columns.kind === "csv") {
    const names = new Map<string, string>();
    for (const name of columns.names)
      if (name.trim() !== "" && !isRejectName(name) && !names.has(name.trim())) names.set(name.trim(), name);
    return [...names.values()];
  }
  const paths = new Set<string>();
  for (const row of columns.sample) addPaths(paths, row, "", 1);
  return [...paths];
}

function addPaths(paths: Set<string>, object: JsonObject, prefix: string, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (paths.size >= MAX_COLUMNS) return;
    if (key.trim() === "" || (depth === 1 && isRejectName(key))) continue;
    const path = prefix + key;
    const inner = Array.isArray(value)
      ? value.filter(isJsonObject).slice(0, 3)
      : isJsonObject(value)
        ? [value]
        : [];
    if (!isJsonObject(value)) paths.add(path);
    if (depth >= MAX_DEPTH) continue;
    for (const one of inner) addPaths(paths, one, `${path}.`, depth + 1);
  }
}

function profileColumn(
  name: string,
  position: number,
  columns: SourceColumns,
  rows: readonly RowValues[],
  copies: ReadonlySet<RowValues>,
): ColumnProfile {
  const positions = columns.kind === "csv" ? findPositions(columns.names, name) : [];
  const read = columns.kind === "csv" ? createCellReader(positions) : createKeyReader(name);
  const seen = new Map<string, number>();
  const folded = new Set<string>();
  const nullWords = new Set<string>();
  let filled = 0;
  let repeated = 0;
  let isList = positions.length > 1;
  let isStructure = false;
  let longestList = 0;
  let texts = 0;
  let characters = 0;
  let max = 0;
  for (const row of rows) {
    const value = read(row);
    if (value === undefined) continue;
    if (Array.isArray(value) && columns.kind === "json") isList = true;
    if (Array.isArray(value)) longestList = Math.max(longestList, value.length);
    let isFilled = false;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === "object" && one !== null) {
        isStructure = true;
        continue;
      }
      const text = String(one).trim();
      if (isNullWord(text)) {
        nullWords.add(text);
        continue;
      }
      isFilled = true;
      texts += 1;
      characters += text.length;
      max = Math.max(max, text.length);
      if (seen.has(text) || seen.size < MAX_DISTINCT) seen.set(text, (seen.get(text) ?? 0) + 1);
      const key = text.toLowerCase();
      if (!folded.has(key)) folded.add(key);
      else if (!copies.has(row)) repeated += 1;
    }
    if (isFilled) filled += 1;
  }
  const values = [...seen.keys()];
  return {
    name,
    position,
    rows: rows.length,
    filled,
    values,
    counts: seen,
    choices: values.length <= MAX_CHOICES ? values : undefined,
    isUnique: repeated === 0 && filled > 0,
    repeated,
    nullWords: [...nullWords],
    isList,
    longestList,
    isStructure,
    read,
    length: { mean: texts === 0 ? 0 : characters / texts, max },
  };
}
