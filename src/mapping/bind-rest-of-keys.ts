import { toObject } from "../alike-object.js";
import { isRejectName, type JsonObject, type RowValues } from "../domain.js";
import { toValue } from "./column-reader.js";
import type { ApplyRule } from "./compile-outcome.js";
import type { RestContext } from "./rest-context.js";
import { describeRenaming, toCleanName } from "./to-clean-name.js";

/** Rules are kept for this many names; data that uses keys as values must not fill the memory. */
const MAX_KEPT_RULES = 10_000;
/** Objects nested deeper than this are sent as their JSON text. */
const MAX_DEPTH = 8;

type Visit = (name: string, value: unknown) => void;

/**
 * The rest of an object. Nested objects are taken apart, their keys joined by dots (`address.city`); a list stays one
 * value per element, an object in a list becomes its JSON text. A path that another rule uses is left out, and so is
 * everything below it, and the list that it leads through.
 */
export function bindRestOfKeys(context: RestContext): ApplyRule {
  const { prefix, use } = context;
  const used = [...use.columns];
  const isTaken = (name: string, isList: boolean) =>
    used.some(
      (column) =>
        name === column || name.startsWith(`${column}.`) || (isList && column.startsWith(`${name}.`)),
    );

  /** The value that the rule in hand reads. */
  let current: unknown;
  const rules = new Map<string, ApplyRule>();
  const ruleOf = (name: string, columns: readonly string[]): ApplyRule => {
    let rule = rules.get(name);
    if (rule === undefined) {
      rule = context.toRule(name, columns, () => current);
      if (rules.size < MAX_KEPT_RULES) rules.set(name, rule);
    }
    return rule;
  };

  const plans = new Map<string, string | undefined>();
  /** The attribute that a key becomes, or undefined if it becomes none. */
  const nameOf = (key: string, isList: boolean): string | undefined => {
    const planKey = isList ? `${key}\n[]` : key;
    if (plans.has(planKey)) return plans.get(planKey);
    let name: string | undefined = toCleanName(key);
    if (name === "" || isTaken(key, isList)) name = undefined;
    else if (use.fields.has(prefix + name)) {
      context.warn(`key ${JSON.stringify(key)} is left out: ${prefix}${name} has a rule of its own.`);
      name = undefined;
    } else {
      const renaming = describeRenaming(key, name, prefix);
      if (renaming !== undefined) context.warn(renaming);
    }
    if (plans.size < MAX_KEPT_RULES) plans.set(planKey, name);
    return name;
  };

  return (values: RowValues, draft, reasons) => {
    const found = new Map<string, { key: string; value: unknown }>();
    visitLeaves(toObject(values), "", 1, (key, value) => {
      const name = nameOf(key, Array.isArray(value));
      if (name === undefined) return;
      const earlier = found.get(name);
      if (earlier === undefined) found.set(name, { key, value: toValue(value) });
      else earlier.value = toValue([earlier.value, toValue(value)].flat());
    });
    for (const [name, { key, value }] of found) {
      current = value;
      ruleOf(name, [key])(values, draft, reasons);
    }
  };
}

function visitLeaves(object: JsonObject, prefix: string, depth: number, visit: Visit): void {
  for (const key of Object.keys(object)) {
    if (depth === 1 && isRejectName(key)) continue;
    const value = object[key];
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isObject && depth < MAX_DEPTH) visitLeaves(value as JsonObject, `${prefix}${key}.`, depth + 1, visit);
    else visit(prefix + key, value);
  }
}
