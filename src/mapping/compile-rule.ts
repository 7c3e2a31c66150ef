import type { Binder } from "./binder.js";
import { checkConstant } from "./check-constant.js";
import { checkRule } from "./check-rule.js";
import type { ColumnReader } from "./column-reader.js";
import { compileOutcome } from "./compile-outcome.js";
import { compileRest } from "./compile-rest.js";
import { joinSteps } from "./compile-steps.js";
import { compileTemplate } from "./compile-template.js";
import type { FieldTarget } from "./field-target.js";
import type { FieldRule } from "./mapping-definition.js";
import type { FullRule, RulePlan } from "./rule-plan.js";
import type { Scope } from "./scope.js";
import { bindTransforms, compileTransforms, type TransformsPlan } from "./transforms/compile-transforms.js";
import { compileSplit } from "./transforms/text-transforms.js";

interface SourcePlan {
  readonly label: string;
  readonly columns: readonly string[];
  bind(binder: Binder): ColumnReader;
}

/** Compiles the rule of one field; what is wrong with it goes to the scope. */
export function compileRule(definition: FieldRule, target: FieldTarget, scope: Scope): RulePlan | undefined {
  const rule: FullRule = typeof definition === "string" ? { column: definition } : definition;
  const isComplete = checkRule(rule, target, scope);
  const transforms = compileRuleTransforms(rule, scope);
  if ("default" in rule) checkConstant(rule.default, target, scope.at("default"));
  if (rule.values !== undefined && scope.at("values").isUsable) {
    for (const [value, translation] of Object.entries(rule.values))
      checkConstant(translation, target, scope.at("values", value));
    if (Object.hasOwn(rule.values, "default") && !("default" in rule))
      scope.warn(
        `${target.name}: "default" among the values translates the text "default"; for every other value put it beside "values".`,
      );
  }
  if ("rest" in rule) return isComplete ? compileRest(rule, target, transforms, scope) : undefined;
  const source = compileSource(rule, target, transforms, scope, typeof definition === "string");
  if (source === undefined) return undefined;
  const outcome = compileOutcome(rule, target, `${target.name} (${source.label})`);
  return {
    target,
    usedColumns: [...source.columns, ...transforms.columns],
    bind: (binder) => outcome(joinSteps(source.bind(binder), bindTransforms(transforms, binder))),
  };
}

function compileRuleTransforms(rule: FullRule, scope: Scope): TransformsPlan {
  const place = scope.at("transforms");
  const plan = compileTransforms(place.isUsable ? (rule.transforms ?? []) : [], place);
  if (rule.split === undefined || !scope.at("split").isSound) return plan;
  return { ...plan, steps: [compileSplit(rule.split), ...plan.steps] };
}

function compileSource(
  rule: Exclude<FullRule, { rest: true }>,
  target: FieldTarget,
  transforms: TransformsPlan,
  scope: Scope,
  isBare: boolean,
): SourcePlan | undefined {
  if ("column" in rule) return compileColumns(rule.column, isBare ? scope : scope.at("column"));
  if ("template" in rule && scope.at("template").isSound) {
    const place = scope.at("template");
    const plan = compileTemplate(rule.template, (message) => place.report(message));
    for (const column of plan.columns) place.checkColumn(column);
    return {
      label: `template ${JSON.stringify(rule.template)}`,
      columns: plan.columns,
      bind: (binder) => plan.bind(binder, place.path),
    };
  }
  if ("value" in rule) {
    const constant = rule.value;
    if (transforms.steps.length === 0 && rule.values === undefined)
      checkConstant(constant, target, scope.at("value"));
    return { label: "value", columns: [], bind: () => () => constant };
  }
  return undefined;
}

function compileColumns(column: string | readonly string[], place: Scope): SourcePlan | undefined {
  if (!place.isSound) return undefined;
  if (typeof column === "string") {
    place.checkColumn(column);
    return {
      label: `column ${JSON.stringify(column)}`,
      columns: [column],
      bind: (binder) => binder.column(column, place.path),
    };
  }
  for (const [index, name] of column.entries()) place.at(index).checkColumn(name);
  return {
    label: `columns ${column.map((name) => JSON.stringify(name)).join(", ")}`,
    columns: column,
    bind: (binder) => binder.firstOf(column, place.path),
  };
}
