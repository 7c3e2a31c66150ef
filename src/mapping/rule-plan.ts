import type { Binder } from "./binder.js";
import type { ApplyRule } from "./compile-outcome.js";
import type { FieldTarget } from "./field-target.js";
import type { FieldRule } from "./mapping-definition.js";

/** A rule in its long form. */
export type FullRule = Exclude<FieldRule, string>;
export type RestRule = Extract<FullRule, { rest: true }>;

/** What a `rest` rule must know of the other rules of its entry. */
export interface EntryUse {
  /** Columns that other rules take their values from. */
  readonly columns: ReadonlySet<string>;
  /** Dotted names of the fields that other rules set. */
  readonly fields: ReadonlySet<string>;
}

/** A rule, checked but not yet joined to an input's columns. */
export interface RulePlan {
  readonly target: FieldTarget;
  readonly usedColumns: readonly string[];
  bind(binder: Binder, use: EntryUse): ApplyRule;
}
