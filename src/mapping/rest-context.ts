import type { ColumnReader } from "./column-reader.js";
import type { ApplyRule } from "./compile-outcome.js";
import type { MapPrefix } from "./field-target.js";
import type { EntryUse } from "./rule-plan.js";

/** What the rest of a CSV record and the rest of an object have in common. */
export interface RestContext {
  readonly prefix: MapPrefix;
  /** Columns and fields that are taken. */
  readonly use: EntryUse;
  warn(message: string): void;
  /** The rule of one name: `columns` are those that have it, `read` gives their value. */
  toRule(name: string, columns: readonly string[], read: ColumnReader): ApplyRule;
}
