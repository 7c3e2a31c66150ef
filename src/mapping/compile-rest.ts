import { bindRestOfCells } from "./bind-rest-of-cells.js";
import { bindRestOfKeys } from "./bind-rest-of-keys.js";
import { compileOutcome } from "./compile-outcome.js";
import { joinSteps } from "./compile-steps.js";
import { type FieldTarget, toMapTarget } from "./field-target.js";
import type { RestContext } from "./rest-context.js";
import type { RestRule, RulePlan } from "./rule-plan.js";
import type { Scope } from "./scope.js";
import { bindTransforms, type TransformsPlan } from "./transforms/compile-transforms.js";

/** Compiles `{ "rest": true }`: every column that no other rule of the entry uses, each under its own name. */
export function compileRest(
  rule: RestRule,
  target: FieldTarget,
  transforms: TransformsPlan,
  scope: Scope,
): RulePlan | undefined {
  const place = scope.at("except");
  const { prefix } = target;
  if (prefix === undefined || !place.isSound) return undefined;
  const except = rule.except ?? [];
  return {
    target,
    usedColumns: transforms.columns,
    bind: (binder, use) => {
      for (const [index, name] of except.entries()) binder.exceptColumn(name, place.at(index).path);
      const steps = bindTransforms(transforms, binder);
      const { trace } = binder;
      const taken = new Set([...use.columns, ...except]);
      trace?.rest(taken);
      const context: RestContext = {
        prefix,
        use: { ...use, columns: taken },
        warn: (message) => binder.warn(message),
        toRule: (name, columns, read) => {
          const names = columns.map((column) => JSON.stringify(column)).join(", ");
          const label = `${prefix}${name} (column ${names})`;
          const toApply = compileOutcome(rule, toMapTarget(prefix, name), label);
          if (trace === undefined) return toApply(joinSteps(read, steps));
          const traced = trace.reader(columns.join(", "), read);
          return trace.rule(prefix + name, toApply(joinSteps(traced, steps)));
        },
      };
      return binder.columns.kind === "csv"
        ? bindRestOfCells(binder.columns.names, context)
        : bindRestOfKeys(context);
    },
  };
}
