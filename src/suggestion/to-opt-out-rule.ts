import type { FieldRule, Scalar } from "../mapping/mapping-definition.js";
import type { Answer } from "./consent-words.js";
import type { JointConsent } from "./join-consents.js";
import { type PlannedRule, quote, quoteAll, toCleaning } from "./plan.js";
import type { Consent } from "./read-consent.js";
import type { Column, Meaning } from "./recognize-columns.js";

export function toOptOutRule({ column, answers }: Consent): PlannedRule {
  const rule = toTableRule(column, toTable(column, answers));
  const why =
    column.meaning === "optOut"
      ? "Who left gets ALL. The others get nothing: not to have left is no consent, and an opt-out that Pinpoint has learned since stays."
      : "The column asks for consent: who gave it gets NONE, who did not gets ALL, and so does an empty cell or any other answer.";
  return { field: "OptOut", rule, why, doubt: describeSilence([column]) };
}

/** Who did not answer where consent was asked for. */
function describeSilence(columns: readonly Column[]): string | undefined {
  const silent = columns.filter(
    ({ profile, meaning }) => meaning === "consent" && profile.filled < profile.rows,
  );
  if (silent.length === 0) return undefined;
  const shares = silent.map(
    ({ profile: { name, filled, rows } }) =>
      `column ${quote(name)} is empty in ${rows - filled} of ${rows} rows`,
  );
  return `${shares.join(", ")}: who did not answer did not agree, and gets ALL by the "default" of "OptOut". Without it they could be written to`;
}

export function toJointRule({ columns, rule }: JointConsent): PlannedRule {
  const names = quoteAll(columns.map(({ column }) => column.profile.name));
  const isGranted =
    typeof rule === "object" && "values" in rule && Object.values(rule.values ?? {}).includes("NONE");
  const others = isGranted ? "NONE" : "nothing, so an opt-out that Pinpoint has learned since stays";
  const why = `Who left, and who did not agree, gets ALL: ${names} count together. Who agreed and has not left gets ${others}.`;
  return { field: "OptOut", rule, why, doubt: describeSilence(columns.map(({ column }) => column)) };
}

/** What each value becomes; words for nothing are no values. Where consent is asked for, silence gives none. */
export function toTableRule({ profile, meaning }: Column, values: Table): FieldRule {
  const transforms = toCleaning([profile]);
  return {
    column: profile.name,
    ...(transforms.length === 0 ? {} : { transforms }),
    values,
    ...(isAboutLeaving(meaning) ? {} : { default: "ALL" }),
  } as FieldRule;
}

function isAboutLeaving(meaning: Meaning): boolean {
  return meaning === "optOut" || meaning === "suppression";
}

export type Table = { readonly [value: string]: Scalar | null };

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

export function toTable({ meaning }: Column, answers: ReadonlyMap<string, Answer>): Table {
  const hasOptedIn = [...answers.keys()].some((value) => OPTED_IN.test(value));
  const seen = new Set<string>();
  // The table takes an answer in any case.
  const isNew = (value: string): boolean => {
    const size = seen.size;
    return seen.add(value.toLowerCase()).size > size;
  };
  const listed = [...answers].filter(([value]) => isNew(value));
  return Object.fromEntries(
    listed.map(([value, answer]) => {
      if (meaning === "optOut") return [value, OF_OPT_OUT[answer]];
      const isByDefault = hasOptedIn && answer === "agreed" && !OPTED_IN.test(value);
      return [value, isByDefault ? null : OF_CONSENT[answer]];
    }),
  );
}
