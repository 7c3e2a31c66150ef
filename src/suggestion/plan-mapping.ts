import type { RowValues, SourceColumns } from "../domain.js";
import type { FieldRule, MappingInput, TransformDefinition } from "../mapping/mapping-definition.js";
import { chooseColumn, chooseUserIds, rankColumns } from "./choose-columns.js";
import { chooseOptOut } from "./choose-opt-out.js";
import { choosePhone } from "./choose-phone.js";
import { shareOf } from "./create-judge.js";
import { meansNoAddress } from "./null-words.js";
import {
  type LeftOut,
  type Omission,
  type Plan,
  type PlannedEntry,
  type PlannedRule,
  quote,
  toCleaning,
  toColumns,
  toPresence,
  toRule,
} from "./plan.js";
import { findLeftOut, planAttributes, planRest } from "./plan-attributes.js";
import { describeZoneDoubt, planFields, toUnquoting } from "./plan-fields.js";
import { planPush } from "./plan-push.js";
import type { Channel } from "./read-consent.js";
import { foldHeader } from "./read-header.js";
import type { Column, TableTraits } from "./recognize-columns.js";

export interface Table {
  readonly columns: SourceColumns;
  readonly rows: readonly RowValues[];
  readonly traits: TableTraits;
  /** Whether these rows are all there are. */
  readonly isWhole: boolean;
}

/** An entry before the columns that nothing else uses are given out. */
interface Draft {
  readonly name: string;
  readonly channel: Channel;
  readonly when: PlannedEntry["when"];
  readonly own: readonly PlannedRule[];
  readonly omissions: readonly Omission[];
}

/** Decides what becomes of every column. Without an address in sight there are no entries. */
export function planMapping(
  recognized: readonly Column[],
  table: Table,
  input: MappingInput,
  hasRest = true,
): Omit<Plan, "description"> {
  const columns = recognized.map(withoutExcuses);
  const emails = chooseEmails(columns);
  const phone = choosePhone(columns, chooseColumn(columns, "country"), { ...table, emails });
  const userIds = chooseUserIds(columns);
  const push = planPush(columns);
  const channels: readonly Channel[] = [
    ...(emails.length > 0 ? (["EMAIL"] as const) : []),
    ...(phone === undefined ? [] : (["SMS"] as const)),
    ...(push.entries.length > 0 ? (["PUSH"] as const) : []),
  ];
  const fields = planFields(columns, table);
  const drafts: Draft[] = [];
  const add = (
    name: string,
    channel: Channel,
    when: PlannedEntry["when"],
    address: readonly PlannedRule[],
    idPrefix?: PlannedRule,
  ): void => {
    const optOut = chooseOptOut(channel, columns, channels, table.rows);
    drafts.push({
      name,
      channel,
      when,
      own: [
        ...(idPrefix === undefined ? [] : [idPrefix]),
        ...address,
        ...(optOut.rule === undefined ? [] : [optOut.rule]),
      ],
      omissions: optOut.omissions,
    });
  };
  if (emails.length > 0)
    add(
      "email",
      "EMAIL",
      toPresence(emails.map(({ profile }) => profile)),
      [{ field: "ChannelType", rule: { value: "EMAIL" } }, toEmailAddress(emails)],
      toId(userIds, emails[0], "email", table.isWhole),
    );
  if (phone !== undefined)
    add(
      "sms",
      "SMS",
      toPresence(phone.columns.map(({ profile }) => profile)),
      [{ field: "ChannelType", rule: { value: "SMS" } }, phone.address],
      toId(userIds, phone.columns[0], "sms", table.isWhole),
    );
  for (const [index, entry] of push.entries.entries())
    add(entry.name, "PUSH", entry.when, index === 0 ? entry.rules : entry.rules.map(withoutWords));
  const plan = assemble(drafts, columns, userIds, fields, hasRest);
  const used = new Set(plan.entries.flatMap(({ rules }) => rules.flatMap(toColumns)));
  const doubts = [...toDoubts(userIds, push.omissions), ...describeZoneDoubt(columns, used)];
  return { ...plan, input, doubts };
}

const ADDRESSES: ReadonlySet<string> = new Set(["email", "phone", "mobile", "otherPhone"]);

/** Words such as "none" in the place of an address mean that there is none. */
function withoutExcuses(column: Column): Column {
  if (!ADDRESSES.has(column.meaning)) return column;
  const excuses = column.profile.values.filter(meansNoAddress);
  if (excuses.length === 0) return column;
  const nullWords = [...new Set([...column.profile.nullWords, ...excuses])];
  return { ...column, profile: { ...column.profile, nullWords } };
}

/** The first of several that is not empty. What stands for nothing would hide the ones behind it. */
function chooseEmails(columns: readonly Column[]): readonly Column[] {
  const [main, ...more] = rankColumns(columns, "email").filter(({ profile }) => !profile.isStructure);
  if (main === undefined) return [];
  if (main.profile.nullWords.length > 0) return [main];
  return [
    main,
    ...more.filter(
      ({ profile }) => profile.nullWords.length === 0 && !OF_OTHERS.test(foldHeader(profile.name)),
    ),
  ];
}

/** Addresses for invoices and those of companies are hardly read by the contact. */
const OF_OTHERS =
  /(?:^| )(?:rechnung|invoice|billing|factur|fattur|fatura|paypal|firm|company|empresa|azienda|societe|請求|会社)/;

function assemble(
  drafts: readonly Draft[],
  columns: readonly Column[],
  userIds: readonly Column[],
  fields: ReturnType<typeof planFields>,
  hasRest: boolean,
): Pick<Plan, "entries" | "leftOut"> {
  const user: readonly PlannedRule[] = userIds.length === 0 ? [] : [toUserId(userIds)];
  const ownColumns = new Set(drafts.flatMap(({ own }) => own.flatMap(toColumns)));
  const sharedColumns = new Set([...fields.rules, ...user].flatMap(toColumns));
  const used = new Set([...ownColumns, ...sharedColumns]);
  const leftOut = findLeftOut(columns, used);
  const attributes = planAttributes(columns, used);
  const entries = drafts.map(({ name, when, own, omissions }, index): PlannedEntry => {
    const entryColumns = new Set([
      ...own.flatMap(toColumns),
      ...sharedColumns,
      ...attributes.flatMap(toColumns),
    ]);
    const others = [...ownColumns].filter(
      (column) => !entryColumns.has(column) && !isInside(column, leftOut),
    );
    const isFull = name === "email" || name === "sms";
    const rest = isFull && hasRest ? planRest(columns, entryColumns, leftOut, others) : undefined;
    const shared = isFull
      ? [...fields.rules, ...user, ...attributes, ...(rest === undefined ? [] : [rest])]
      : user;
    return {
      name,
      when,
      rules: [...own, ...(index === 0 ? shared : shared.map(withoutWords))],
      omissions: index === 0 ? [...omissions, ...fields.omissions] : omissions,
    };
  });
  return { entries, leftOut };
}

/** What is said once is not said again. */
function withoutWords({ field, rule }: PlannedRule): PlannedRule {
  return { field, rule };
}

function isInside(column: string, leftOut: readonly LeftOut[]): boolean {
  return leftOut.some((one) => column.startsWith(`${one.column}.`));
}

function toEmailAddress(emails: readonly Column[]): PlannedRule {
  const profiles = emails.map(({ profile }) => profile);
  return {
    field: "Address",
    rule: toRule(
      profiles.map(({ name }) => name),
      ["trim", "lowercase"],
      { required: true },
    ),
    why: emails.length > 1 ? "The first of these columns that is not empty." : undefined,
  };
}

/** Of the rows that have an id, so many must be there for Ids to be made of it. */
const MIN_FILLED = 0.8;

/**
 * Ids made of the contact's own: a contact keeps its endpoint when the address changes. A row without one gets an Id of
 * its address. Where ids come again, as in a list of events, Ids are made of channel and address.
 */
function toId(
  userIds: readonly Column[],
  address: Column | undefined,
  suffix: string,
  isWhole: boolean,
): PlannedRule | undefined {
  const [first, ...more] = userIds;
  if (first === undefined || address === undefined) return undefined;
  const { name, filled, rows, values, nullWords } = first.profile;
  const isSound =
    userIds.every(({ profile }) => profile.repeated <= 1) &&
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

function toUserId(userIds: readonly Column[]): PlannedRule {
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

function toDoubts(userIds: readonly Column[], push: readonly Omission[]): readonly string[] {
  const doubts = push.map(({ doubt }) => doubt);
  const [first] = userIds;
  if (first === undefined)
    return [
      ...doubts,
      'no column names the contact, so there is no "User.UserId" and the endpoints of a row are not joined into one user: add it if there is such a column',
    ];
  const { name, repeated, filled, rows } = first.profile;
  if (repeated > 1)
    return [
      ...doubts,
      `values of column ${quote(name)} come again: it is taken for the id of the user, and Ids are made of channel and address`,
    ];
  if (filled < rows)
    return [...doubts, `column ${quote(name)} is taken for the id of the user, and is empty in some rows`];
  return doubts;
}
