import type { MappedEndpoint, RowValues } from "../domain.js";
import type { Binder } from "./binder.js";
import { compileCondition } from "./compile-condition.js";
import type { ApplyRule } from "./compile-outcome.js";
import { compileRule } from "./compile-rule.js";
import { toEndpointId } from "./endpoint-id.js";
import { type Draft, toFieldTarget } from "./field-target.js";
import type { EndpointDefinition, FieldRule } from "./mapping-definition.js";
import type { EntryUse, RulePlan } from "./rule-plan.js";
import type { Scope } from "./scope.js";

/** Fields that are about the sending of an endpoint where the row says nothing of them. */
const STAMPS: ReadonlySet<string> = new Set(["EffectiveDate", "RequestId"]);

/** Makes one endpoint of a row, or undefined if the entry does not apply to it. */
export type MapEntry = (values: RowValues) => MappedEndpoint | undefined;

export interface EntryPlan {
  readonly name: string;
  bind(binder: Binder): MapEntry;
}

export interface EntryOptions {
  /** Make an Id of channel and address where the Id rule gives none; otherwise an empty Id is a mistake of the row. */
  readonly makesMissingIds?: boolean;
}

/** Compiles one entry of `endpoints`. */
export function compileEntry(
  definition: EndpointDefinition,
  name: string,
  scope: Scope,
  options: EntryOptions = {},
): EntryPlan {
  const when =
    definition.when !== undefined && scope.at("when").isUsable
      ? compileCondition(definition.when, scope.at("when"))
      : undefined;
  const fields = scope.at("fields");
  const definitions = fields.isUsable ? (Object.entries(definition.fields) as [string, FieldRule][]) : [];
  const rules = compileRules(definitions, fields);
  const hasIdRule = definitions.some(([field]) => field === "Id");
  if (!hasIdRule && fields.isUsable) checkIdParts(new Set(definitions.map(([field]) => field)), fields);
  const use: EntryUse = {
    columns: new Set(rules.flatMap((rule) => rule.usedColumns)),
    fields: new Set(rules.map((rule) => rule.target.name)),
  };
  const makesIds = !hasIdRule || options.makesMissingIds === true;
  const madeUp = rules
    .filter(({ target, usedColumns }) => STAMPS.has(target.name) && usedColumns.length === 0)
    .map(({ target }) => target.name);
  return {
    name,
    bind: (binder) => {
      const { trace } = binder;
      const condition = when?.bind(binder);
      const holds = trace === undefined ? condition : trace.condition(name, condition);
      const bound = rules.map((rule) => ({ name: rule.target.name, apply: bindRule(rule, binder, use) }));
      // So items have their members in one order, whatever order a mapping has its rules in.
      const byName = bound.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const isBeforeId = ({ name }: { name: string }): boolean => name <= "Id";
      const plan: ItemPlan = {
        name,
        madeUp: madeUp.length > 0 ? madeUp : undefined,
        isSorted: rules.some(({ target }) => target.isRest) ? undefined : true,
        makesIds,
        apply: bound.map(({ apply }) => apply),
        beforeId: byName.filter(isBeforeId).map(({ apply }) => apply),
        behindId: byName.filter((rule) => !isBeforeId(rule)).map(({ apply }) => apply),
      };
      return (values) => (holds === undefined || holds(values) ? mapEntry(plan, values) : undefined);
    },
  };
}

function compileRules(
  definitions: readonly (readonly [string, FieldRule])[],
  scope: Scope,
): readonly RulePlan[] {
  return definitions.flatMap(([field, definition]) => {
    const place = scope.at(field);
    const target = toFieldTarget(field);
    // The schema has reported unknown fields.
    if (target === undefined || !place.isUsable) return [];
    return compileRule(definition, target, place) ?? [];
  });
}

/** A `rest` rule has its names traced one by one. */
function bindRule(rule: RulePlan, binder: Binder, use: EntryUse): ApplyRule {
  const apply = rule.bind(binder, use);
  const { name, isRest } = rule.target;
  return binder.trace === undefined || isRest ? apply : binder.trace.rule(name, apply);
}

function checkIdParts(fields: ReadonlySet<string>, scope: Scope): void {
  const missing = ["ChannelType", "Address"].filter((field) => !fields.has(field));
  if (missing.length > 0)
    scope.reportMissing(
      `there is no "Id" rule, and no ${missing.map((field) => `"${field}"`).join(" and ")} to make Ids from.`,
    );
}

/** How an entry makes its items. */
interface ItemPlan {
  readonly name: string;
  readonly madeUp: readonly string[] | undefined;
  readonly isSorted: true | undefined;
  readonly makesIds: boolean;
  /** In the order of the mapping. */
  readonly apply: readonly ApplyRule[];
  /** In the order of the names, the Id with the first ones: it is made of channel and address, which come before it. */
  readonly beforeId: readonly ApplyRule[];
  readonly behindId: readonly ApplyRule[];
}

function mapEntry(plan: ItemPlan, values: RowValues): MappedEndpoint {
  const { name: entry, madeUp, isSorted, apply, beforeId, behindId } = plan;
  const item: Draft = {};
  let reasons: string[] = [];
  for (const rule of beforeId) rule(values, item, reasons);
  ensureId(plan, item, reasons);
  for (const rule of behindId) rule(values, item, reasons);
  if (reasons.length === 0) return { entry, item, reasons: undefined, madeUp, isSorted };
  // People read them in the order of the mapping.
  reasons = [];
  const draft: Draft = {};
  for (const rule of apply) rule(values, draft, reasons);
  ensureId(plan, draft, reasons);
  return { entry, item, reasons, madeUp, isSorted };
}

function ensureId({ makesIds }: ItemPlan, item: Draft, reasons: string[]): void {
  if (item.Id !== undefined) return;
  if (makesIds) addId(item, reasons);
  else if (!reasons.some((reason) => reason.startsWith("Id ")))
    reasons.push("Id: the source of the Id is empty");
}

/** Gives an endpoint its Id; what it lacks for that is a reason, unless one for the same field is there already. */
export function addId(item: Draft, reasons: string[]): void {
  const { ChannelType: channelType, Address: address } = item;
  if (typeof channelType === "string" && typeof address === "string") {
    item.Id = toEndpointId(channelType, address);
    return;
  }
  const field = typeof address === "string" ? "ChannelType" : "Address";
  if (!reasons.some((reason) => reason.startsWith(`${field} `)))
    reasons.push(`Id: no Id rule and no ${field} to make one from`);
}
