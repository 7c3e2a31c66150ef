import type { RowValues } from "../domain.js";
import type { FieldRule, Scalar } from "../mapping/mapping-definition.js";
import { type Answer, toAnswer } from "./consent-words.js";
import { type Omission, type PlannedRule, quote } from "./plan.js";
import { holdsWords } from "./read-header.js";
import type { Column } from "./recognize-columns.js";

export type Channel = "EMAIL" | "SMS" | "PUSH";

/** Words that tie consent to a channel. */
const CHANNEL_WORDS: readonly (readonly [Channel | "other", string])[] = [
  ["SMS", "sms, text, texts, text message, whatsapp, mobile, mms, SMS配信"],
  [
    "EMAIL",
    "email, e mail, emails, mail, mails, mailing, newsletter, mailings, correo, correos, boletín, courriel, infolettre, nieuwsbrief, boletim, メール, メルマガ, メールマガジン",
  ],
  ["PUSH", "push, プッシュ"],
  [
    "other",
    "call, calls, phone, telephone, telefon, téléphone, teléfono, telefono, post, postal, fax, direct mail, DM希望, 電話, ads, tracking, cookies, cookie",
  ],
];
/** About every way to reach somebody. */
const ALL_CHANNELS =
  "do not contact, no contactar, ne pas contacter, non contattare, niet benaderen, kontaktsperre, não contactar, não contatar, opt out, optout, opted out, dnc, no molestar, オプトアウト, 退会";

const EXAMPLE_TABLE = { "who left": "ALL", "who agreed": "NONE" };

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
  const about = columns.filter((column) => isAbout(column, channel, channels) && column.profile.filled > 0);
  const optOuts = toCandidates(
    about.filter(({ meaning }) => meaning === "optOut"),
    channel,
  );
  const consents = toCandidates(
    about.filter(({ meaning }) => meaning === "consent"),
    channel,
  );
  const suppressions = about.filter(({ meaning }) => meaning === "suppression");
  const [optOut, ...moreOptOuts] = optOuts.clear;
  const unclear = [...optOuts.unclear, ...consents.unclear].map((column) =>
    toOmission(column, "its values do not say clearly who agreed and who left"),
  );
  const own = consents.clear.find(({ isSpecific }) => isSpecific);
  if (
    optOut !== undefined &&
    !optOut.isSpecific &&
    own !== undefined &&
    suppressions.length === 0 &&
    agree(own, optOut, rows)
  ) {
    const reason = `${quote(own.column.profile.name)} is about this channel`;
    return { rule: toConsentRule(own), omissions: [toOmission(optOut.column, reason), ...unclear] };
  }
  if (optOut !== undefined) {
    const passedOver = [...moreOptOuts, ...consents.clear].map(({ column }) =>
      toOmission(column, `${quote(optOut.column.profile.name)} says who left`),
    );
    return { rule: toOptOutRule(optOut), omissions: [...passedOver, ...unclear] };
  }
  const [consent, second] = consents.clear;
  if (consent === undefined) return { omissions: unclear };
  const [suppression] = suppressions;
  if (suppression !== undefined)
    return {
      omissions: [
        toOmission(consent.column, `${quote(suppression.profile.name)} outweighs it for those that it names`),
        ...unclear,
      ],
    };
  if (unclear.length > 0 && optOuts.unclear.length > 0)
    return {
      omissions: [
        toOmission(consent.column, "another column seems to say who left, and is not clear"),
        ...unclear,
      ],
    };
  if (second !== undefined && second.isSpecific === consent.isSpecific)
    return {
      omissions: consents.clear.map(({ column }) => toOmission(column, "several columns say who agreed")),
    };
  const passedOver = consents.clear
    .slice(1)
    .map(({ column }) => toOmission(column, `${quote(consent.column.profile.name)} is about this channel`));
  return { rule: toConsentRule(consent), omissions: [...passedOver, ...unclear] };
}

/** Whether nobody who left by the one agreed by the other. */
function agree(consent: Candidate, optOut: Candidate, rows: readonly RowValues[]): boolean {
  const answerOf = ({ column, answers }: Candidate, row: RowValues): Answer | undefined =>
    answers.get(String(column.profile.read(row) ?? "").trim());
  return rows.every((row) => {
    const left = answerOf(optOut, row);
    const agreed = answerOf(consent, row);
    return !((left === "yes" || left === "left") && (agreed === "yes" || agreed === "agreed"));
  });
}

interface Candidate {
  readonly column: Column;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly isSpecific: boolean;
}

function isAbout({ profile, meaning }: Column, channel: Channel, channels: readonly Channel[]): boolean {
  const named = toNamedChannels(profile.name);
  if (named.length > 0) return named.includes(channel);
  // What names no channel is about e-mail, as a rule; who wants nothing at all wants no texts either.
  if (meaning === "optOut" && holdsWords(profile.name, ALL_CHANNELS)) return true;
  return channel === "EMAIL" || (channels.length === 1 && channels[0] === channel);
}

function toNamedChannels(name: string): readonly (Channel | "other")[] {
  return CHANNEL_WORDS.filter(([, words]) => holdsWords(name, words)).map(([channel]) => channel);
}

/** Those that name the channel come first. */
function toCandidates(
  columns: readonly Column[],
  channel: Channel,
): { clear: readonly Candidate[]; unclear: readonly Column[] } {
  const clear: Candidate[] = [];
  const unclear: Column[] = [];
  for (const column of columns) {
    const answers = readAnswers(column);
    const isSpecific = toNamedChannels(column.profile.name).includes(channel);
    if (answers === undefined) unclear.push(column);
    else clear.push({ column, answers, isSpecific });
  }
  return { clear: clear.sort((a, b) => Number(b.isSpecific) - Number(a.isSpecific)), unclear };
}

/** What each value says, or undefined if one of them is not understood. */
function readAnswers({ profile, meaning }: Column): ReadonlyMap<string, Answer> | undefined {
  const answers = new Map<string, Answer>();
  for (const value of profile.choices ?? []) {
    const answer = toAnswer(value);
    if (answer === undefined) return undefined;
    answers.set(value, answer);
  }
  const said = new Set(answers.values());
  if (said.size === 0) return undefined;
  // "yes" beside "unsubscribed" is two ways to say something; only one of them was meant by the header.
  if ((said.has("yes") || said.has("no")) && (said.has("agreed") || said.has("left"))) return undefined;
  // Consent that nobody refused, in a column that is partly empty, says nothing of those who are silent.
  if (
    meaning === "consent" &&
    said.size === 1 &&
    (said.has("yes") || said.has("agreed")) &&
    profile.filled < profile.rows
  )
    return undefined;
  return answers;
}

/** What somebody did of their own will; where a list knows that, `subscribed` is the state of those who did nothing. */
const OPTED_IN = /^(?:opted|opt)[ _-]?in$/i;

function toOptOutRule({ column, answers }: Candidate): PlannedRule {
  const values = toTable(answers, { yes: "ALL", left: "ALL", no: null, agreed: null });
  return {
    field: "OptOut",
    rule: { column: column.profile.name, values } as FieldRule,
    why: "Who left gets ALL. The others get nothing: not to have left is no consent, and an opt-out that Pinpoint has learned since stays.",
  };
}

function toConsentRule({ column, answers }: Candidate): PlannedRule {
  const table = toTable(answers, { yes: "NONE", agreed: "NONE", no: "ALL", left: "ALL" });
  const optedIn = Object.keys(table).some((value) => OPTED_IN.test(value));
  const values = Object.fromEntries(
    Object.entries(table).map(([value, optOut]) => [
      value,
      optedIn && optOut === "NONE" && !OPTED_IN.test(value) ? null : optOut,
    ]),
  );
  return {
    field: "OptOut",
    rule: { column: column.profile.name, values } as FieldRule,
    why: "The column asks for consent: who gave it gets NONE, who did not gets ALL. A value that is not in the table is rejected, not guessed.",
  };
}

function toTable(
  answers: ReadonlyMap<string, Answer>,
  meanings: Readonly<Record<Answer, Scalar | null>>,
): { readonly [value: string]: Scalar | null } {
  return Object.fromEntries([...answers].map(([value, answer]) => [value, meanings[answer]]));
}

function toOmission({ profile }: Column, reason: string): Omission {
  return {
    doubt: `column ${quote(profile.name)} is about consent and is not mapped to OptOut: ${reason}. A new endpoint without OptOut may be written to`,
    example: { field: "OptOut", rule: { column: profile.name, values: EXAMPLE_TABLE } as FieldRule },
  };
}
