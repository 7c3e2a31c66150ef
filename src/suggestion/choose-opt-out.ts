import type { RowValues } from "../domain.js";
import type { Condition, FieldRule } from "../mapping/mapping-definition.js";
import { type Answer, toAnswer } from "./consent-words.js";
import { countOpen, guardConsent, joinConsents } from "./join-consents.js";
import { type Omission, type PlannedRule, quote, quoteAll, toCleaning } from "./plan.js";
import { areAtOne, type Channel, type Consent, readConsent, type UnclearConsent } from "./read-consent.js";
import type { Column } from "./recognize-columns.js";
import { type Table, toJointRule, toOptOutRule, toTable, toTableRule } from "./to-opt-out-rule.js";

export interface OptOutChoice {
  readonly rule?: PlannedRule;
  readonly omissions: readonly Omission[];
}

/** The rule for consent, where there is no doubt about it; what was left out otherwise. */
export function chooseOptOut(
  channel: Channel,
  columns: readonly Column[],
  channels: readonly Channel[],
  rows: readonly RowValues[],
): OptOutChoice {
  const { optOuts, consents, unclear, suppressions } = readConsent(channel, columns, channels);
  const [optOut] = optOuts;
  const [consent] = consents;
  const chosen = choose(optOut, consent, suppressions, rows);
  const passedOver = [...optOuts, ...consents].filter((one) => one !== chosen);
  const contradiction =
    chosen?.column.meaning === "consent" ? passedOver.find((one) => !areAtOne(chosen, one, rows)) : undefined;
  const open =
    chosen?.column.meaning === "consent" ? unclear.find((one) => outweighs(one, chosen)) : undefined;
  const omissions = [
    ...unclear.map(({ column, reason: why, answers }) =>
      toOmission(column, why, answers.size === 0 ? EXAMPLE_TABLE : toTable(column, answers)),
    ),
    ...suppressions.map(toSuppressed),
  ];
  if (chosen === undefined || contradiction !== undefined || open !== undefined) {
    const all = [...optOuts, ...consents].map((one) => {
      const other = one === contradiction ? chosen : contradiction;
      return toOmission(one.column, toReason(other, open, suppressions), toTable(one.column, one.answers));
    });
    return { omissions: [...all, ...omissions, toSilence(channel)] };
  }
  const joint =
    chosen.column.meaning === "optOut"
      ? joinConsents(chosen, passedOver, rows)
      : optOut && guardConsent(chosen, optOut, rows);
  const used = joint?.columns ?? [chosen];
  return {
    rule: joint === undefined ? toOptOutRule(chosen) : toJointRule(joint),
    omissions: [
      ...passedOver.filter((one) => !used.includes(one)).map((one) => toPassedOver(one, used, rows)),
      ...omissions,
    ],
  };
}

/**
 * Who left comes before who agreed, but for consent to this very channel that says the same. Consent alone is not enough
 * where another column names contacts who must not be written to.
 */
function choose(
  optOut: Consent | undefined,
  consent: Consent | undefined,
  suppressions: readonly Column[],
  rows: readonly RowValues[],
): Consent | undefined {
  if (optOut === undefined) return suppressions.length > 0 ? undefined : consent;
  const isBetter = consent?.isSpecific === true && !optOut.isSpecific && suppressions.length === 0;
  return consent !== undefined && isBetter && areAtOne(consent, optOut, rows) ? consent : optOut;
}

/** Whether a column that is not understood may say something else that counts more: who left, or who agreed to this channel. */
function outweighs({ column, isSpecific }: UnclearConsent, chosen: Consent): boolean {
  if (column.hit === undefined) return false;
  return column.meaning === "optOut" || (column.meaning === "consent" && isSpecific && !chosen.isSpecific);
}

function toReason(
  contradiction: Consent | undefined,
  open: UnclearConsent | undefined,
  suppressions: readonly Column[],
): string {
  if (contradiction !== undefined)
    return `column ${quote(contradiction.column.profile.name)} says something else of some contacts`;
  if (open !== undefined)
    return `column ${quote(open.column.profile.name)} is about it too, and is not clear`;
  return suppressions.map(({ profile }) => `column ${quote(profile.name)} outweighs it`).join(", ");
}

/** A column that is not used beside others; those who refused there and nowhere else are to be known of. */
function toPassedOver(one: Consent, used: readonly Consent[], rows: readonly RowValues[]): Omission {
  const { column, answers } = one;
  const names = used.map((other) => other.column.profile.name);
  const reason = `column${names.length === 1 ? "" : "s"} ${quoteAll(names)} ${names.length === 1 ? "is" : "are"} used`;
  const open = countOpen(one, used, rows);
  if (used[0]?.column.meaning !== "optOut" || open === 0)
    return toOmission(column, reason, toTable(column, answers));
  const who = column.meaning === "optOut" ? "left here" : "did not agree here";
  const said = `${open} of ${rows.length} contacts ${who} and have not left there, so they may be written to, and no rule takes both columns`;
  return {
    doubt: `column ${quote(column.profile.name)} is about consent and is not mapped to OptOut: ${reason}. ${said}`,
    condition: toLeftOrWilling(used, one),
  };
}

/** Holds for those whom the rule sends ALL by one of the columns in use, and for those who may be written to by the other. */
function toLeftOrWilling(used: readonly Consent[], other: Consent): Condition {
  const toCondition = ({ column, answers }: Consent, wanted: readonly Answer[]): Condition => ({
    column: column.profile.name,
    in: [...answers].filter(([, answer]) => wanted.includes(answer)).map(([value]) => value),
  });
  const left = used
    .filter(({ column }) => column.meaning === "optOut")
    .map((one) => toCondition(one, ["yes", "left"]));
  const willing: Condition =
    other.column.meaning === "optOut"
      ? { not: toCondition(other, ["yes", "left"]) }
      : toCondition(other, ["yes", "agreed"]);
  return { any: [...left, willing] };
}

const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  EMAIL: "by e-mail",
  SMS: "by SMS",
  PUSH: "to devices",
};

function toSilence(channel: Channel): Omission {
  return {
    doubt: `no rule says who agreed to messages ${CHANNEL_NAMES[channel]}: Pinpoint takes a new endpoint without OptOut as one that may be written to`,
  };
}

const EXAMPLE_TABLE: Table = { "who left": "ALL", "who agreed": "NONE" };

function toOmission(column: Column, reason: string, values: Table): Omission {
  return {
    doubt: `column ${quote(column.profile.name)} is about consent and is not mapped to OptOut: ${reason}`,
    example: { field: "OptOut", rule: toTableRule(column, values) },
  };
}

/** A column that names contacts by a reason or a time: whatever stands there may mean that they are not to be written to. */
function toSuppressed(column: Column): Omission {
  const { profile } = column;
  const isClear = profile.choices?.every((value) => toAnswer(value) !== undefined) === true;
  const table = Object.fromEntries(
    (profile.choices ?? []).map((value) => [value, toAnswer(value) === "yes" ? "ALL" : null]),
  );
  const rule = isClear
    ? toTableRule(column, table)
    : {
        column: profile.name,
        transforms: [...toCleaning([profile]), { replace: { pattern: "^.+$", with: "ALL" } }],
      };
  return {
    doubt: `column ${quote(profile.name)} seems to name contacts who are not to be written to, and is not mapped to OptOut`,
    example: { field: "OptOut", rule: rule as FieldRule },
  };
}
