import type { RowValues } from "../domain.js";
import type { FieldRule, Scalar } from "../mapping/mapping-definition.js";
import { type Answer, toAnswer } from "./consent-words.js";
import { type Omission, type PlannedRule, quote, toCleaning } from "./plan.js";
import { areAtOne, type Channel, type Consent, readConsent, type UnclearConsent } from "./read-consent.js";
import type { Column } from "./recognize-columns.js";

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
  const reason = chosen === undefined ? "" : `column ${quote(chosen.column.profile.name)} is used`;
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
  return {
    rule: toOptOutRule(chosen),
    omissions: [
      ...passedOver.map(({ column, answers }) => toOmission(column, reason, toTable(column, answers))),
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

function toOptOutRule({ column, answers }: Consent): PlannedRule {
  const rule = toTableRule(column, toTable(column, answers));
  const why =
    column.meaning === "optOut"
      ? "Who left gets ALL. The others get nothing: not to have left is no consent, and an opt-out that Pinpoint has learned since stays."
      : "The column asks for consent: who gave it gets NONE, who did not gets ALL. A value that is not in the table is rejected, not guessed.";
  return { field: "OptOut", rule, why };
}

/** What each value becomes; words for nothing are no values. */
function toTableRule({ profile }: Column, values: Table): FieldRule {
  const transforms = toCleaning([profile]);
  return { column: profile.name, ...(transforms.length === 0 ? {} : { transforms }), values } as FieldRule;
}

type Table = { readonly [value: string]: Scalar | null };

/** What somebody did of their own will; where a list knows that, `subscribed` is the state of those who did nothing. */
const OPTED_IN = /^(?:opted|opt)[ _-]?in$/i;

const OF_OPT_OUT: Readonly<Record<Answer, Scalar | null>> = {
  yes: "ALL",
  left: "ALL",
  no: null,
  agreed: null,
};
const OF_CONSENT: Readonly<Record<Answer, Scalar | null>> = {
  yes: "NONE",
  agreed: "NONE",
  no: "ALL",
  left: "ALL",
};

function toTable({ meaning }: Column, answers: ReadonlyMap<string, Answer>): Table {
  const hasOptedIn = [...answers.keys()].some((value) => OPTED_IN.test(value));
  return Object.fromEntries(
    [...answers].map(([value, answer]) => {
      if (meaning === "optOut") return [value, OF_OPT_OUT[answer]];
      const isByDefault = hasOptedIn && answer === "agreed" && !OPTED_IN.test(value);
      return [value, isByDefault ? null : OF_CONSENT[answer]];
    }),
  );
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
