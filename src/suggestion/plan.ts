import type {
  Condition,
  FieldName,
  FieldRule,
  MappingInput,
  TransformDefinition,
} from "../mapping/mapping-definition.js";
import { toNullPattern } from "./null-words.js";
import type { ColumnProfile } from "./profile-columns.js";

/** A rule of the mapping, with what is said about it. */
export interface PlannedRule {
  readonly field: FieldName;
  readonly rule: FieldRule;
  /** Why it is there. */
  readonly why?: string | undefined;
  /** What a person should look at, and what to do if it is wrong. */
  readonly doubt?: string | undefined;
}

/** Something that a person may want in the mapping, and that is left out. */
export interface Omission {
  readonly doubt: string;
  /** The rule to add, to be written as a comment. */
  readonly example?: { readonly field: FieldName; readonly rule: FieldRule } | undefined;
  /** What to ask of a row besides, where no rule can say it; to be written as a comment. */
  readonly condition?: Condition;
}

export interface PlannedEntry {
  readonly name: string;
  readonly when: Condition;
  readonly rules: readonly PlannedRule[];
  readonly omissions: readonly Omission[];
}

/** A column that becomes nothing, and why. */
export interface LeftOut {
  readonly column: string;
  readonly reason: string;
}

/** What is to be written. */
export interface Plan {
  readonly description: string;
  readonly input: MappingInput;
  readonly entries: readonly PlannedEntry[];
  readonly leftOut: readonly LeftOut[];
  /** What is to be said of the whole. */
  readonly doubts: readonly string[];
}

/** A rule without empty steps. */
export function toRule(
  column: string | readonly string[],
  transforms: readonly TransformDefinition[],
  more: { readonly required?: true; readonly onInvalid?: "omit"; readonly split?: string } = {},
): FieldRule {
  const name = typeof column !== "string" && column.length === 1 ? (column[0] ?? "") : column;
  if (typeof name === "string" && transforms.length === 0 && Object.keys(more).length === 0) return name;
  return { column: name, ...(transforms.length === 0 ? {} : { transforms }), ...more } as FieldRule;
}

/** Takes away what stands for nothing, where that occurs. */
export function toCleaning(profiles: readonly ColumnProfile[]): readonly TransformDefinition[] {
  const words = [...new Set(profiles.flatMap(({ nullWords }) => nullWords))];
  return words.length === 0 ? [] : [{ replace: { pattern: toNullPattern(words) } }];
}

/** Whether one of the columns holds something. */
export function toPresence(profiles: readonly ColumnProfile[]): Condition {
  const conditions = profiles.map(({ name, nullWords }): Condition => {
    const present: Condition = { column: name, present: true };
    if (nullWords.length === 0) return present;
    return { all: [present, { not: { column: name, matches: toNullPattern(nullWords) } }] };
  });
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : { any: conditions };
}

/** A name in words of a message, whatever characters it holds. */
export function quote(name: string): string {
  return JSON.stringify(name).replace(/[\u2028\u2029]/g, "");
}

/** Names that are listed in one message; there may be hundreds. */
const MAX_LISTED = 8;

/** Names in words of a message. */
export function quoteAll(names: readonly string[]): string {
  const listed = names.slice(0, MAX_LISTED).map(quote).join(", ");
  return names.length <= MAX_LISTED ? listed : `${listed} and ${names.length - MAX_LISTED} more`;
}

/** The columns that a rule reads. */
export function toColumns({ rule }: PlannedRule): readonly string[] {
  if (typeof rule === "string") return [rule];
  if ("column" in rule) return [rule.column].flat();
  return "template" in rule ? [...rule.template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name ?? "") : [];
}
