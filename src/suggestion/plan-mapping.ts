import type { RowValues, SourceColumns } from "../domain.js";
import type { FieldRule, MappingInput } from "../mapping/mapping-definition.js";
import { chooseColumn, chooseUserId, rankColumns } from "./choose-columns.js";
import { type Channel, chooseOptOut } from "./choose-opt-out.js";
import { choosePhone } from "./choose-phone.js";
import { shareOf } from "./create-judge.js";
import {
  type LeftOut,
  type Omission,
  type Plan,
  type PlannedEntry,
  type PlannedRule,
  quote,
  toCleaning,
  toPresence,
  toRule,
} from "./plan.js";
import { findLeftOut, planAttributes, planRest } from "./plan-attributes.js";
import { planFields, toUnquoting } from "./plan-fields.js";
import { planPush } from "./plan-push.js";
import type { Column, TableTraits } from "./recognize-columns.js";

export interface Table {
  readonly columns: SourceColumns;
  readonly rows: readonly RowValues[];
  readonly traits: TableTraits;
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
  columns: readonly Column[],
  table: Table,
  input: MappingInput,
): Omit<Plan, "description"> {
  const emails = rankColumns(columns, "email").filter(({ profile }) => !profile.isStructure);
  const phone = choosePhone(columns, chooseColumn(columns, "country"), table);
  const userId = chooseUserId(columns);
  const push = planPush(columns, []);
  const channels: readonly Channel[] = [
    ...(emails.length > 0 ? (["EMAIL"] as const) : []),
    ...(phone === undefined ? [] : (["SMS"] as const)),
    ...(push.entries.length > 0 ? (["PUSH"] as const) : []),
  ];
  const fields = planFields(columns, ({ read }) => table.rows.map(read));
  const drafts: Draft[] = [];
  const add = (
    name: string,
    channel: Channel,
    when: PlannedEntry["when"],
    address: readonly PlannedRule[],
    idPrefix?: PlannedRule,
  ): void => {
    const optOut = chooseOptOut(channel, columns, channels);
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
      toId(userId, "email"),
    );
  if (phone !== undefined)
    add(
      "sms",
      "SMS",
      toPresence(phone.columns.map(({ profile }) => profile)),
      [{ field: "ChannelType", rule: { value: "SMS" } }, phone.address],
      toId(userId, "sms"),
    );
  for (const entry of push.entries) add(entry.name, "PUSH", entry.when, entry.rules);
  return { ...assemble(drafts, columns, userId, fields), input, doubts: toDoubts(userId, push.omissions) };
}

function assemble(
  drafts: readonly Draft[],
  columns: readonly Column[],
  userId: Column | undefined,
  fields: ReturnType<typeof planFields>,
): Pick<Plan, "entries" | "leftOut"> {
  const user: readonly PlannedRule[] = userId === undefined ? [] : [toUserId(userId)];
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
    const rest = isFull ? planRest(columns, entryColumns, leftOut, others) : undefined;
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

function toColumns({ rule }: PlannedRule): readonly string[] {
  if (typeof rule === "string") return [rule];
  if ("column" in rule) return [rule.column].flat();
  return "template" in rule ? [...rule.template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name ?? "") : [];
}

function toEmailAddress(emails: readonly Column[]): PlannedRule {
  const profiles = emails.map(({ profile }) => profile);
  return {
    field: "Address",
    rule: toRule(
      profiles.map(({ name }) => name),
      [...toCleaning(profiles), "trim", "lowercase"],
      { required: true },
    ),
    why: emails.length > 1 ? "The first of these columns that is not empty." : undefined,
  };
}

/** An Id of its own for each channel, as long as every row has one; Ids of channel and address otherwise. */
function toId(userId: Column | undefined, suffix: string): PlannedRule | undefined {
  if (userId === undefined) return undefined;
  const { name, isUnique, filled, rows, values, nullWords } = userId.profile;
  const isSound =
    isUnique &&
    filled === rows &&
    nullWords.length === 0 &&
    shareOf(values, (value) => !/[${}]/.test(value)) === 1;
  if (!isSound || /[{}]/.test(name)) return undefined;
  const transforms = toUnquoting(userId.profile);
  const rule: FieldRule = {
    template: `{${name}}-${suffix}`,
    ...(transforms.length === 0 ? {} : { transforms }),
  };
  return {
    field: "Id",
    rule,
    why:
      suffix === "email"
        ? "Every row has its own: a contact keeps its endpoint when the address changes."
        : undefined,
  };
}

function toUserId({ profile }: Column): PlannedRule {
  return {
    field: "User.UserId",
    rule: toRule(profile.name, [...toCleaning([profile]), ...toUnquoting(profile)]),
  };
}

function toDoubts(userId: Column | undefined, push: readonly Omission[]): readonly string[] {
  const doubts = push.map(({ doubt }) => doubt);
  if (userId === undefined)
    return [
      ...doubts,
      'no column names the contact in every row, so there is no "User.UserId" and the endpoints of a row are not joined into one user: add it if there is such a column',
    ];
  const { name, isUnique, filled, rows } = userId.profile;
  if (!isUnique)
    return [
      ...doubts,
      `column ${quote(name)} has values that come again: it names the user, and Ids are made of channel and address`,
    ];
  if (filled < rows)
    return [
      ...doubts,
      `column ${quote(name)} is empty in some rows: it names the user, and Ids are made of channel and address, so that no row is rejected for it`,
    ];
  return doubts;
}
