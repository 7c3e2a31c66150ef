import type { RowValues } from "../domain.js";
import { type Answer, toAnswer, toOptOutAnswer, toSubscriptionAnswer } from "./consent-words.js";
import { foldHeader, holdsWords } from "./read-header.js";
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

/** They turn the meaning of a header round, or make it another one. */
const TURNED =
  "no, not, non, nicht, kein, keine, keinen, sin, sans, sem, senza, geen, niet, never, without, nao, não, widerrufen, revoked, withdrawn, withdrawal, retiré, revocado, revocada, revogado, revocato, ingetrokken, cancelled, canceled, cancelado, cancelada, declined, refused, denied, rejected, rejeté, rechazado, expired, abgelaufen, abgelehnt, verweigert, required, reason, reasons, Grund, motivo, motif, 理由";
const TURNED_STEMS =
  /(?:^| )(?:cancel|revo[ck]|revog|withdr|widerr|abbest|abgemeld|desuscr|desabon|descadastr|retir|rechaz|rifiut|refus|weiger|declin|rejet|reject|expir|annul|anul|unsub|baja|sperr|block|bloqu)/;
const TURNED_PARTS = /しない|不要|拒否|停止|解除|撤回|中止|希望せず/;
/** What may stand beside words of consent without making it one to something else, such as a course or a paid plan. */
const HARMLESS = new Set(
  (
    "email e mail emails mails mailing mailings newsletter newsletters sms text texts push whatsapp marketing werbung publicidad publicite promo promotional commercial comercial comerciales commerciale " +
    "status state estado stato statut flag value wert is has ist hat contact kontakt contacto customer kunde cliente client user lead general global all our my the a an to for of from via by per in on and or y e et und oder o ou de del della des di da do du la le el los las les il lo al a au aux zu zum zur fur von vom an am im our unsere messages message communications comunicaciones communication " +
    "eメール メール 配信 受信 送信 希望 可否 設定 状況 有無 ステータス 区分 フラグ に ついて の を"
  ).split(" "),
);
/** Names of objects in JSON that hold what is known of a contact, and say nothing of it. */
const CONTAINERS = new Set(
  "preferences preference settings attributes attribute traits profile properties subscriptions consents consent communications fields custom user person record details".split(
    " ",
  ),
);
/** Headers of columns with yes and no that may be about consent, and do not say what yes means. */
const PERHAPS =
  "marketing, werbung, publicidad, publicité, pubblicità, publicidade, reclame, gdpr, dsgvo, rgpd, avg, privacy, datenschutz, privacidad, promotions, promo, promociones, 個人情報, 広告, mailing, mailings, contact allowed, kontakt erlaubt";

/** A column about consent whose values are all understood. */
export interface Consent {
  readonly column: Column;
  readonly answers: ReadonlyMap<string, Answer>;
  /** Whether its header names the channel. */
  readonly isSpecific: boolean;
}

/** A column that is about consent, or seems to be, and of which nothing is certain. */
export interface UnclearConsent {
  readonly column: Column;
  readonly isSpecific: boolean;
  readonly reason: string;
  /** What is understood of the values; nothing where they may be meant the other way round. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Columns about consent to a channel. */
export interface ConsentColumns {
  /** Who left, and who agreed, those that name the channel first. */
  readonly optOuts: readonly Consent[];
  readonly consents: readonly Consent[];
  readonly unclear: readonly UnclearConsent[];
  /** Those that name contacts who must not be written to for another reason: bounces, complaints, the time they left. */
  readonly suppressions: readonly Column[];
}

export function readConsent(
  channel: Channel,
  columns: readonly Column[],
  channels: readonly Channel[],
): ConsentColumns {
  const about = columns.filter(
    (column) =>
      isAbout(column, channel, channels) && column.profile.filled > 0 && !column.profile.isStructure,
  );
  const unclear: UnclearConsent[] = [];
  const doubt = (column: Column, reason: string, answers: ReadonlyMap<string, Answer> = new Map()): void => {
    unclear.push({ column, isSpecific: isNamed(column, channel), reason, answers });
  };
  for (const column of about)
    if (column.meaning === "boolean" && holdsWords(column.profile.name, PERHAPS))
      doubt(column, "its header does not say what yes means");
  const read = (meaning: "optOut" | "consent"): readonly Consent[] =>
    about
      .filter((column) => column.meaning === meaning)
      .flatMap((column) => {
        const answers = toAnswers(column);
        if (column.hit === undefined) doubt(column, "its values are about it, its header is not", answers);
        else if (isTurned(column)) doubt(column, "its header may mean something else, or the opposite");
        else if (!areClear(column, answers))
          doubt(column, "its values do not say clearly who agreed and who left", answers);
        else return [{ column, answers, isSpecific: isNamed(column, channel) }];
        return [];
      })
      .sort((a, b) => Number(b.isSpecific) - Number(a.isSpecific));
  return {
    optOuts: read("optOut"),
    consents: read("consent"),
    unclear,
    suppressions: about.filter(
      (column) =>
        column.meaning === "suppression" &&
        !column.profile.values.every((value) => ["no", "agreed"].includes(toAnswer(value) ?? "")),
    ),
  };
}

/** Whether something in the header, besides the words about consent, turns their meaning round. */
function isTurned({ profile, hit, meaning }: Column): boolean {
  if (hit === undefined || hit.isExact) return false;
  const header = foldHeader(profile.name);
  const lastDot = profile.name.lastIndexOf(".");
  // Of a JSON path only the last key, if that says it.
  const key = foldHeader(profile.name.slice(lastDot + 1));
  const others = (key.includes(hit.words) ? key : header).replace(hit.words, " ");
  if (holdsWords(others, TURNED) || TURNED_STEMS.test(others) || TURNED_PARTS.test(others)) return true;
  // Who left some other thing gets no more messages than are wanted; who agreed to something else must not get one.
  if (meaning !== "consent") return false;
  // Whatever the key is called, the objects around it may say that it is about something else.
  const around = new Set(foldHeader(profile.name.slice(0, Math.max(lastDot, 0))).split(" "));
  return header
    .replace(hit.words, " ")
    .split(" ")
    .some((word) => word !== "" && !HARMLESS.has(word) && !(around.has(word) && CONTAINERS.has(word)));
}

/** Whether nobody who said no in the one column said yes in the other. */
export function areAtOne(one: Consent, other: Consent, rows: readonly RowValues[]): boolean {
  return rows.every((row) => {
    const [first, second] = [isWanted(one, row), isWanted(other, row)];
    return first === undefined || second === undefined || first === second;
  });
}

/** Whether a contact wants messages, by one column; undefined where it does not say. */
function isWanted({ column, answers }: Consent, row: RowValues): boolean | undefined {
  const answer = answers.get(String(column.profile.read(row) ?? "").trim());
  if (answer === "left") return false;
  if (answer === "agreed") return true;
  if (column.meaning === "consent") return answer === undefined ? undefined : answer === "yes";
  // Not to have left is no wish.
  return answer === "yes" ? false : undefined;
}

function isAbout({ profile, meaning }: Column, channel: Channel, channels: readonly Channel[]): boolean {
  const named = toNamedChannels(profile.name);
  if (named.length > 0) return named.includes(channel);
  // What names no channel is about e-mail, as a rule; who wants nothing at all wants no texts either.
  if (meaning === "optOut" && holdsWords(profile.name, ALL_CHANNELS)) return true;
  return channel === "EMAIL" || (channels.length === 1 && channels[0] === channel);
}

function isNamed({ profile }: Column, channel: Channel): boolean {
  return toNamedChannels(profile.name).includes(channel);
}

function toNamedChannels(name: string): readonly (Channel | "other")[] {
  return CHANNEL_WORDS.filter(([, words]) => holdsWords(name, words)).map(([channel]) => channel);
}

/** What each value says, as far as it is understood. */
function toAnswers({ profile, hit, meaning }: Column): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  const understand =
    meaning === "optOut" ? toOptOutAnswer : hit === undefined ? toAnswer : toSubscriptionAnswer;
  for (const value of profile.choices ?? []) {
    const answer = understand(value);
    if (answer !== undefined) answers.set(value, answer);
  }
  return answers;
}

function areClear({ profile, meaning }: Column, answers: ReadonlyMap<string, Answer>): boolean {
  const said = new Set(answers.values());
  if (said.size === 0 || answers.size !== profile.choices?.length) return false;
  // "yes" beside "unsubscribed" is two ways to say something; only one of them was meant by the header.
  if ((said.has("yes") || said.has("no")) && (said.has("agreed") || said.has("left"))) return false;
  // Consent that nobody refused, in a column that is partly empty, says nothing of those who are silent.
  const nobodyRefused = said.size === 1 && (said.has("yes") || said.has("agreed"));
  return meaning !== "consent" || !nobodyRefused || profile.filled === profile.rows;
}
