import type { RowValues, SourceColumns } from "../domain.js";
import type { MappingInput } from "../mapping/mapping-definition.js";
import { chooseColumn, chooseUserIds, rankColumns } from "./choose-columns.js";
import { chooseOptOut } from "./choose-opt-out.js";
import { choosePhone } from "./choose-phone.js";
import type { TableTraits } from "./find-traits.js";
import type { HeaderMeaning } from "./header-words.js";
import { meansNoAddress } from "./null-words.js";
import {
  type LeftOut,
  type Omission,
  type Plan,
  type PlannedEntry,
  type PlannedRule,
  quote,
  toColumns,
  toPresence,
  toRule,
} from "./plan.js";
import { findLeftOut, planAttributes, planRest } from "./plan-attributes.js";
import { describeZoneDoubt, planFields } from "./plan-fields.js";
import { describeIdDoubts, planId, planUserId } from "./plan-ids.js";
import { planPush } from "./plan-push.js";
import type { Channel } from "./read-consent.js";
import { foldHeader } from "./read-header.js";
import type { Column } from "./recognize-columns.js";

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
  const candidates = recognized.map(withoutExcuses);
  const emails = chooseEmails(candidates);
  const phone = choosePhone(candidates, chooseColumn(candidates, "country"), { ...table, emails });
  const columns = candidates.map((column) =>
    phone?.landlines.includes(column) ? { ...column, meaning: "text" as const } : column,
  );
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
      planId(userIds, emails[0], "email", table.isWhole),
    );
  if (phone !== undefined)
    add(
      "sms",
      "SMS",
      toPresence(phone.columns.map(({ profile }) => profile)),
      [{ field: "ChannelType", rule: { value: "SMS" } }, phone.address],
      planId(userIds, phone.columns[0], "sms", table.isWhole),
    );
  for (const [index, entry] of push.entries.entries())
    add(entry.name, "PUSH", entry.when, index === 0 ? entry.rules : entry.rules.map(withoutWords));
  const plan = assemble(drafts, columns, userIds, fields, hasRest);
  const used = new Set(plan.entries.flatMap(({ rules }) => rules.flatMap(toColumns)));
  const doubts = [
    ...push.omissions.map(({ doubt }) => doubt),
    ...describeIdDoubts(userIds),
    ...columns.flatMap((column) => describeUnmet(column) ?? []),
    ...describeZoneDoubt(columns, used),
  ];
  return { ...plan, input, doubts };
}

/** What matters if it is missed. */
const MISSED: Readonly<Partial<Record<HeaderMeaning, string>>> = {
  email: "e-mail addresses",
  mobile: "phone numbers",
  phone: "phone numbers",
  optOut: "answers that say who left",
  consent: "answers that say who agreed",
};

function describeUnmet({ profile, unmet }: Column): string | undefined {
  const what = unmet === undefined ? undefined : MISSED[unmet];
  if (what === undefined) return undefined;
  return `column ${quote(profile.name)} is named as if it held ${what}, and hardly any are in it: look at its values, which a spreadsheet may have damaged`;
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
  const user: readonly PlannedRule[] = userIds.length === 0 ? [] : [planUserId(userIds)];
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
