import type { RowValues } from "../domain.js";
import type { ColumnReader } from "./column-reader.js";
import { applyTo } from "./compile-steps.js";
import { compileValues } from "./compile-values.js";
import type { Draft, FieldTarget } from "./field-target.js";
import { Invalid } from "./invalid.js";
import type { Scalar } from "./mapping-definition.js";
import { toFieldValue } from "./to-field-value.js";

/** Sets one field of the endpoint, or says why it cannot. */
export type ApplyRule = (values: RowValues, draft: Draft, reasons: string[]) => void;

/** What a rule does with the value that its source and transforms have given. */
export interface OutcomeRule {
  readonly values?: { readonly [value: string]: Scalar | null };
  readonly default?: Scalar;
  readonly required?: boolean;
  readonly onInvalid?: "reject" | "omit";
  readonly whenEmpty?: "clear";
}

/** Compiles the last steps of a rule. `label` names field and source in reasons. */
export function compileOutcome(
  rule: OutcomeRule,
  target: FieldTarget,
  label: string,
): (read: ColumnReader) => ApplyRule {
  const translate = rule.values && compileValues(rule.values, rule.default);
  const fallback = rule.default === undefined ? undefined : toFieldValue(rule.default, target.kind);
  const { kind, set } = target;
  const omit = rule.onInvalid === "omit";

  const finish = (value: unknown, draft: Draft, reasons: string[]): void => {
    let result = toFieldValue(value, kind);
    if (kind === "list" && Array.isArray(result)) result = takeValid(result, label, omit, reasons);
    if (result instanceof Invalid) {
      if (!omit) {
        reasons.push(`${label}: ${result.reason}`);
        return;
      }
      result = undefined;
    }
    if (result !== undefined) set(draft, result);
    else if (rule.required === true) reasons.push(`${label}: required, but there is no value`);
  };
  const setEmpty = (draft: Draft, reasons: string[]): void => {
    if (fallback !== undefined) set(draft, fallback);
    else if (rule.whenEmpty === "clear") set(draft, []);
    else if (rule.required === true) reasons.push(`${label}: required, but empty`);
  };

  return (read) => (values, draft, reasons) => {
    const value = read(values);
    if (value === undefined) setEmpty(draft, reasons);
    // Most rules are no more than this.
    else if (typeof value === "string" && translate === undefined && kind !== "number")
      set(draft, kind === "list" ? [value] : value);
    else finish(translate === undefined ? value : applyTo(value, translate, values), draft, reasons);
  };
}

/** The valid texts of a list. The reasons of the others are noted, unless such values are to be left out. */
function takeValid(
  texts: readonly unknown[],
  label: string,
  omit: boolean,
  reasons: string[],
): readonly unknown[] | undefined {
  // One value is the usual case and needs no new list.
  if (!texts.some((text) => text instanceof Invalid)) return texts;
  const valid: unknown[] = [];
  for (const text of texts) {
    if (!(text instanceof Invalid)) valid.push(text);
    else if (!omit) reasons.push(`${label}: ${text.reason}`);
  }
  return valid.length === 0 && omit ? undefined : valid;
}
