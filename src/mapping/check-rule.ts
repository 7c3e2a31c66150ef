import type { FieldTarget } from "./field-target.js";
import type { FullRule } from "./rule-plan.js";
import type { Scope } from "./scope.js";

/** Pinpoint takes attribute and metric names of at most 50 characters (API reference, EndpointBatchItem). */
export const MAX_NAME_CHARACTERS = 50;
/** Characters that Pinpoint's console cannot show in a name (same page). */
export const UNSUITED_IN_NAMES = /[#:?\\/]/g;

const SOURCES = ["column", "template", "value", "rest"] as const;

/** Reports what in a rule does not go together. False if it cannot be compiled. */
export function checkRule(rule: FullRule, target: FieldTarget, scope: Scope): boolean {
  checkName(target, scope);
  const sources = SOURCES.filter((source) => Object.hasOwn(rule, source));
  if (sources.length !== 1) {
    const found = sources.length === 0 ? "none" : sources.map((source) => `"${source}"`).join(" and ");
    scope.reportMissing(`a rule has exactly one of "column", "template", "value" and "rest", not ${found}.`);
    return false;
  }
  const isRest = sources[0] === "rest";
  if (isRest !== target.isRest) {
    if (isRest) scope.at("rest").reportKey('"rest" needs a field that ends in ".*", such as "Attributes.*".');
    else
      scope.reportKey(
        `"${target.name}" takes { "rest": true } and nothing else; name the attribute to map one column.`,
      );
    return false;
  }
  if (!isRest && Object.hasOwn(rule, "except"))
    scope.at("except").reportKey('"except" goes with "rest" only.');
  if (isRest)
    for (const key of ["default", "required"])
      if (Object.hasOwn(rule, key)) scope.at(key).reportKey(`"${key}" does not go with "rest".`);
  checkWhenEmpty(rule, target, scope);
  return true;
}

function checkWhenEmpty(rule: FullRule, target: FieldTarget, scope: Scope): void {
  if (rule.whenEmpty === undefined) return;
  const place = scope.at("whenEmpty");
  if (target.kind !== "list")
    place.reportKey(`only attributes can be cleared, and ${target.name} is none: leave "whenEmpty" out.`);
  for (const key of ["default", "required"])
    if (Object.hasOwn(rule, key)) place.reportKey(`"whenEmpty" and "${key}" contradict each other.`);
}

function checkName({ name, prefix, isRest }: FieldTarget, scope: Scope): void {
  if (prefix === undefined || isRest) return;
  const key = name.slice(prefix.length);
  const { length } = [...key];
  if (length > MAX_NAME_CHARACTERS)
    scope.reportKey(
      `the name ${JSON.stringify(key)} has ${length} characters; Pinpoint takes at most ${MAX_NAME_CHARACTERS}.`,
    );
  if (key.search(UNSUITED_IN_NAMES) >= 0)
    scope.warn(
      `the name ${JSON.stringify(key)} holds one of # : ? \\ /, which Pinpoint's console cannot show.`,
    );
}
