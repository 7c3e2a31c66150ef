import { namesSubscription } from "./consent-words.js";
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
  /(?:^| )(?:cancel|revo[ck]|revog|withdr|widerr|abbest|abgemeld|desuscr|desabon|descadastr|retir|rechaz|rifiut|refus|weiger|declin|rejet|reject|expir|annul|anul|unsub|baja|sperr|gesperr|block|geblock|bloqu|verbot)/;
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
  "marketing, werbung, publicidad, publicité, pubblicità, publicidade, reclame, gdpr, dsgvo, rgpd, avg, privacy, datenschutz, privacidad, promotions, promo, promociones, 個人情報, 広告, mailing, mailings, contact allowed, kontakt erlaubt, email allowed, emails allowed, emails enabled, can email, may email, may contact, ok to email, receive emails, contactable, mailable, subscriber, blocked, gesperrt, bloqueado, bloqué, inscrit, abonnement, Abo, 許諾, 承諾";

/** They say that somebody agreed, and not to what: to messages only where the header says so. */
const AGREEMENT = new Set(
  toFoldedWords(
    "consent, gdpr consent, permission, Einwilligung, DSGVO Einwilligung, Einverständnis, Zustimmung, consentement, consentimiento, consentimento, consenso, toestemming, 同意",
  ),
);
/** The same for a subscription, which may be a paid one, an account or a course; states such as `unsubscribed` tell. */
const MEMBERSHIP = new Set(
  toFoldedWords(
    "subscription status, angemeldet, suscripción, inscrito, assinante, iscritto, ingeschreven, aangemeld",
  ),
);
const MESSAGES =
  "marketing, messages, message, communications, communication, offers, promotions, Werbung, Kommunikation, Angebote, publicité, publicidad, comunicaciones, ofertas, promociones, publicidade, comunicações, pubblicità, comunicazioni, reclame, 配信, 案内, 広告";

/** Who agrees to these agrees to the use of data. */
const LAWS = "gdpr, dsgvo, rgpd, avg, privacy, datenschutz, privacidad, 個人情報";

export function isAbout(
  { profile, meaning }: Column,
  channel: Channel,
  channels: readonly Channel[],
): boolean {
  const named = toNamedChannels(profile.name);
  if (named.length > 0) return named.includes(channel);
  // What names no channel is about e-mail, as a rule; who wants nothing at all wants no texts either.
  if (meaning === "optOut" && holdsWords(profile.name, ALL_CHANNELS)) return true;
  return channel === "EMAIL" || (channels.length === 1 && channels[0] === channel);
}

export function isNamed({ profile }: Column, channel: Channel): boolean {
  return toNamedChannels(profile.name).includes(channel);
}

function toNamedChannels(name: string): readonly (Channel | "other")[] {
  return CHANNEL_WORDS.filter(([, words]) => holdsWords(name, words)).map(([channel]) => channel);
}

/** Whether something in the header, besides the words about consent, turns their meaning round. */
export function isTurned({ profile, hit, meaning }: Column): boolean {
  if (hit === undefined || hit.isExact) return false;
  const header = foldHeader(profile.name);
  const lastDot = profile.name.lastIndexOf(".");
  // Of a JSON path only the last key, if that says it.
  const key = foldHeader(profile.name.slice(lastDot + 1));
  const others = (key.includes(hit.words) ? key : header).replace(hit.words, " ");
  if (isNegative(others)) return true;
  // Who left some other thing gets no more messages than are wanted; who agreed to something else must not get one.
  if (meaning !== "consent") return false;
  // Whatever the key is called, the objects around it may say that it is about something else.
  const around = new Set(foldHeader(profile.name.slice(0, Math.max(lastDot, 0))).split(" "));
  return header
    .replace(hit.words, " ")
    .split(" ")
    .some((word) => word !== "" && !HARMLESS.has(word) && !(around.has(word) && CONTAINERS.has(word)));
}

/** Whether the header says that somebody agreed, or is a member, and not that it is about messages. */
export function isVague({ profile, hit }: Column): boolean {
  if (hit === undefined || holdsWords(profile.name, MESSAGES) || toNamedChannels(profile.name).length > 0)
    return false;
  return (
    AGREEMENT.has(hit.words) || (MEMBERSHIP.has(hit.words) && !profile.choices?.every(namesSubscription))
  );
}

/** Whether a column with yes and no may be about consent: by a word, or by the name of a channel and nothing else. */
export function isPerhaps({ profile }: Column): boolean {
  const key = foldHeader(profile.name.slice(profile.name.lastIndexOf(".") + 1));
  return (
    holdsWords(profile.name, PERHAPS) ||
    CHANNEL_WORDS.some(([channel, words]) => channel !== "other" && toFoldedWords(words).includes(key))
  );
}

/** Whether nothing in the header makes it one about a law, a paid plan or the opposite, so that yes may well mean consent. */
export function saysNoMore(name: string): boolean {
  const header = foldHeader(name);
  const known = new Set(
    [PERHAPS, ...CHANNEL_WORDS.map(([, words]) => words)].flatMap(toFoldedWords).join(" ").split(" "),
  );
  return (
    !isNegative(header) &&
    !holdsWords(name, LAWS) &&
    header.split(" ").every((word) => HARMLESS.has(word) || known.has(word))
  );
}

function isNegative(folded: string): boolean {
  return holdsWords(folded, TURNED) || TURNED_STEMS.test(folded) || TURNED_PARTS.test(folded);
}

function toFoldedWords(list: string): readonly string[] {
  return list.split(",").map(foldHeader);
}
