import { didYouMean, findNearMiss } from "../did-you-mean.js";
import type { SourceColumns } from "../domain.js";
import { type ColumnReader, createCellReader, createKeyReader, findPositions } from "./column-reader.js";
import type { MappingTrace } from "./create-mapping-trace.js";
import type { IssueList, Path } from "./issue-list.js";
import { toSampleNames } from "./sample-names.js";

const MAX_WARNINGS = 200;

/** Joins a compiled mapping to the columns of one input, and notes what does not fit. */
export class Binder {
  readonly columns: SourceColumns;
  readonly inputName: string;
  readonly issues: IssueList;
  readonly trace: MappingTrace | undefined;
  /** Each once, in the order of appearance. Mapping JSON rows may add to them. */
  readonly warnings = new Set<string>();
  /** Names that occur: the header, or the keys and dotted paths of the sample. */
  readonly names: readonly string[];
  readonly #known: ReadonlySet<string>;
  /** Columns that were asked for, with whether they occur. */
  readonly asked = new Map<string, boolean>();

  constructor(columns: SourceColumns, inputName: string, issues: IssueList, trace?: MappingTrace) {
    this.columns = columns;
    this.inputName = inputName;
    this.issues = issues;
    this.trace = trace;
    this.names = columns.kind === "csv" ? columns.names : toSampleNames(columns.sample);
    this.#known = new Set(this.names);
  }

  /** Notes a warning, unless there are so many already that they say nothing new. */
  warn(message: string): void {
    if (this.warnings.size < MAX_WARNINGS) this.warnings.add(message);
  }

  /** A reader of a column that must be there. In JSON every key is optional, so it may be missing from the sample. */
  column(name: string, path: Path): ColumnReader {
    if (!this.#has(name) && this.columns.kind === "csv" && this.names.length > 0)
      this.issues.add(path, this.#missing(name));
    return this.#reader(name);
  }

  /** A reader of the first column that is not empty. One of them must be there; of the others, a near miss is a warning. */
  firstOf(names: readonly string[], path: Path): ColumnReader {
    const missing = names.filter((name) => !this.#has(name));
    if (this.columns.kind === "csv" && this.names.length > 0) {
      if (missing.length === names.length)
        this.issues.add(path, missing.map((name) => this.#missing(name)).join(" "));
      else for (const name of missing) this.#warnOfNearMiss(name);
    }
    const readers = names.map((name) => this.#reader(name));
    return (values) => {
      for (const read of readers) {
        const value = read(values);
        if (value !== undefined) return value;
      }
      return undefined;
    };
  }

  /** A column that a `rest` rule leaves out: it need not be there, but a near miss is most likely a mistake. */
  exceptColumn(name: string, path: Path): void {
    if (this.columns.kind === "csv" && !this.#has(name) && findNearMiss(name, this.names) !== undefined)
      this.issues.add(path, this.#missing(name));
  }

  /** JSON only: a mapping none of whose columns occurs was written for other data; a near miss deserves a warning. */
  checkSample(): void {
    if (this.columns.kind === "csv" || this.names.length === 0 || this.asked.size === 0) return;
    if (![...this.asked.values()].includes(true)) {
      const there = this.names.slice(0, 8).map((name) => JSON.stringify(name));
      this.issues.add(
        [],
        `none of the columns of this mapping occurs in ${this.inputName}: it seems to be for other data. There are ${there.join(", ")}${this.names.length > there.length ? ", …" : ""}.`,
      );
      return;
    }
    for (const [name, occurs] of this.asked) if (!occurs) this.#warnOfNearMiss(name);
  }

  #has(name: string): boolean {
    const occurs =
      this.columns.kind === "csv"
        ? findPositions(this.names, name).length > 0
        : this.#known.has(name) ||
          this.columns.sample.some((row) => createKeyReader(name)(row) !== undefined);
    this.asked.set(name, occurs);
    return occurs;
  }

  #reader(name: string): ColumnReader {
    const read =
      this.columns.kind === "csv" ? createCellReader(findPositions(this.names, name)) : createKeyReader(name);
    return this.trace === undefined ? read : this.trace.reader(name, read);
  }

  #missing(name: string): string {
    return `column ${JSON.stringify(name)} is not in the header of ${this.inputName}.${didYouMean(name, this.names)}`;
  }

  #warnOfNearMiss(name: string): void {
    const unused = this.names.filter((candidate) => !this.asked.has(candidate));
    if (findNearMiss(name, unused) === undefined) return;
    const place =
      this.columns.kind === "csv" ? `the header of ${this.inputName}` : `the first rows of ${this.inputName}`;
    this.warn(`column ${JSON.stringify(name)} is not in ${place}.${didYouMean(name, unused)}`);
  }
}
