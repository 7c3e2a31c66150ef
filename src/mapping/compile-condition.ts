import type { Binder } from "./binder.js";
import type { Predicate } from "./column-reader.js";
import type { Path } from "./issue-list.js";
import type { Condition, Scalar } from "./mapping-definition.js";
import type { Scope } from "./scope.js";
import { toAttributeText } from "./to-text.js";

/** Checked, but not yet joined to an input's columns. */
export interface ConditionPlan {
  bind(binder: Binder): Predicate;
}

type ColumnCondition = Extract<Condition, { column: string }>;
type TextTest = (text: string) => boolean;

const KINDS = ["column", "all", "any", "not"] as const;
const NEVER: ConditionPlan = { bind: () => () => false };

/** Compiles a condition; what is wrong with it goes to the scope. */
export function compileCondition(condition: Condition, scope: Scope): ConditionPlan {
  const kinds = KINDS.filter((kind) => Object.hasOwn(condition, kind));
  if (kinds.length !== 1) {
    scope.reportMissing(
      `a condition has exactly one of "column", "all", "any" and "not", not ${kinds.length === 0 ? "none" : kinds.map((kind) => `"${kind}"`).join(" and ")}.`,
    );
    return NEVER;
  }
  if ("column" in condition) return compileColumnCondition(condition, scope);
  for (const test of ["present", "equals", "in", "matches"])
    if (Object.hasOwn(condition, test)) scope.at(test).reportKey(`"${test}" needs a "column" beside it.`);
  if ("not" in condition) {
    const inner = compilePart(condition.not, scope.at("not"));
    return { bind: (binder) => negate(inner.bind(binder)) };
  }
  const [key, list] =
    "all" in condition ? (["all", condition.all] as const) : (["any", condition.any] as const);
  if (!scope.at(key).isUsable) return NEVER;
  const parts = list.map((part, index) => compilePart(part, scope.at(key, index)));
  return {
    bind: (binder) =>
      combine(
        key,
        parts.map((part) => part.bind(binder)),
      ),
  };
}

function compilePart(condition: Condition, scope: Scope): ConditionPlan {
  return scope.isUsable ? compileCondition(condition, scope) : NEVER;
}

function combine(key: "all" | "any", predicates: readonly Predicate[]): Predicate {
  return key === "all"
    ? (values) => predicates.every((holds) => holds(values))
    : (values) => predicates.some((holds) => holds(values));
}

function negate(holds: Predicate): Predicate {
  return (values) => !holds(values);
}

function compileColumnCondition(condition: ColumnCondition, scope: Scope): ConditionPlan {
  const tests = compileTests(condition, scope);
  const { present } = condition;
  if (present === undefined && tests.length === 0)
    scope.reportMissing('a condition needs a test: "present", "equals", "in" or "matches".');
  if (present === false && tests.length > 0)
    scope.at("present").reportKey("an empty column passes no other test: this condition never holds.");
  scope.at("column").checkColumn(condition.column);
  return { bind: (binder) => bindColumnCondition(condition, tests, binder, scope.at("column").path) };
}

function bindColumnCondition(
  { column, present }: ColumnCondition,
  tests: readonly TextTest[],
  binder: Binder,
  path: Path,
): Predicate {
  const read = binder.column(column, path);
  if (tests.length === 0) {
    const wanted = present === true;
    return (values) => (read(values) !== undefined) === wanted;
  }
  const passes = (value: unknown) => {
    const text = toAttributeText(value);
    return typeof text === "string" && tests.every((test) => test(text));
  };
  return (values) => {
    const value = read(values);
    if (value === undefined) return false;
    return Array.isArray(value) ? value.some(passes) : passes(value);
  };
}

function compileTests(condition: ColumnCondition, scope: Scope): readonly TextTest[] {
  const tests: TextTest[] = [];
  if (condition.equals !== undefined) tests.push(isOneOf([condition.equals]));
  if (condition.in !== undefined && scope.at("in").isSound) tests.push(isOneOf(condition.in));
  if (condition.matches !== undefined) {
    const pattern = compilePattern(condition.matches, "", scope.at("matches"));
    if (pattern !== undefined) tests.push((text) => pattern.test(text));
  }
  // A test that is itself wrong still counts as one, or its mistake would cause a second one.
  if (tests.length === 0 && ["equals", "in", "matches"].some((test) => Object.hasOwn(condition, test)))
    tests.push(() => false);
  return tests;
}

function isOneOf(scalars: readonly Scalar[]): TextTest {
  const texts = new Set(scalars.map(String));
  return (text) => texts.has(text);
}

/** A regular expression of the mapping, or undefined, and a mistake, if it is none. */
export function compilePattern(pattern: string, flags: string, scope: Scope): RegExp | undefined {
  if (!scope.isSound) return undefined;
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    scope.report(`not a regular expression: ${(error as Error).message}.`);
    return undefined;
  }
}
