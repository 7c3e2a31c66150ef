import type { FieldRule, TransformDefinition } from "../mapping/mapping-definition.js";
import { isNearlyUnique } from "./choose-columns.js";
import { shareOf } from "./create-judge.js";
import { type PlannedRule, quote, toCleaning, toRule } from "./plan.js";
import { toUnquoting } from "./plan-fields.js";
import type { Column } from "./recognize-columns.js";

/** Of the rows that have an id, so many must be there for Ids to be made of it. */
const MIN_FILLED = 0.8;

/**
 * Ids made of the contact's own: a contact keeps its endpoint when the address changes. A row without one gets an Id of
 * its address. Where ids come again, as in a list of events, Ids are made of channel and address.
 */
export function planId(
  userIds: readonly Column[],
  address: Column | undefined,
  suffix: string,
  isWhole: boolean,
): PlannedRule | undefined {
  const [first, ...more] = userIds;
  if (first === undefined || address === undefined) return undefined;
  const { name, filled, rows, values, nullWords } = first.profile;
  const isSound =
    userIds.every(({ profile }) => isNearlyUnique(profile)) &&
    filled >= MIN_FILLED * rows &&
    userIds.every(({ profile }) => profile.nullWords.length === 0) &&
    nullWords.length === 0 &&
    shareOf(values, (value) => !/[${}]/.test(value)) === 1;
  if (!isSound) return undefined;
  const unquoting = userIds.flatMap(({ profile }) => toUnquoting(profile)).slice(0, 1);
  if (isWhole && filled === rows && more.length === 0 && !/[{}]/.test(name)) {
    const rule: FieldRule = {
      template: `{${name}}-${suffix}`,
      ...(unquoting.length === 0 ? {} : { transforms: unquoting }),
    };
    return { field: "Id", rule, why: "A contact keeps its endpoint when the address changes." };
  }
  const names = [...userIds, address].map(({ profile }) => profile.name);
  const ending: TransformDefinition = { replace: { pattern: "$", with: `-${suffix}` } };
  return {
    field: "Id",
    rule: toRule(names, [...unquoting, "trim", ending]),
    why: `A contact keeps its endpoint when the address changes; where ${more.length === 0 ? "it has" : "they have"} no id, the Id is made of the address.`,
  };
}

export function planUserId(userIds: readonly Column[]): PlannedRule {
  const profiles = userIds.map(({ profile }) => profile);
  const unquoting = profiles.flatMap(toUnquoting).slice(0, 1);
  return {
    field: "User.UserId",
    rule: toRule(
      profiles.map(({ name }) => name),
      [...toCleaning(profiles), ...unquoting],
    ),
  };
}

/** What is uncertain about the ids. */
export function describeIdDoubts(userIds: readonly Column[]): readonly string[] {
  const [first] = userIds;
  if (first === undefined)
    return [
      'no column names the contact, so there is no "User.UserId" and the endpoints of a row are not joined into one user: add it if there is such a column',
    ];
  const { name, repeated, filled, rows } = first.profile;
  if (!isNearlyUnique(first.profile))
    return [
      `values of column ${quote(name)} come again: it is taken for the id of the user, and Ids are made of channel and address`,
    ];
  const doubts: string[] = [];
  if (repeated > 0)
    doubts.push(
      `in ${repeated} of ${rows} rows a value of column ${quote(name)} comes again with other values beside it: it is taken for the id of the contact, so that what comes later replaces what came before; delete the rules of "Id" if these are different people`,
    );
  if (filled < rows)
    doubts.push(`column ${quote(name)} is taken for the id of the user, and is empty in some rows`);
  return doubts;
}
