/** How lists say yes and no, and what they call somebody who agreed, or who left. Folded: lower case, `_` and `-` as spaces. */
const SAYS_YES = words(
  "true, t, yes, y, on, 1, ja, j, oui, o, si, sí, s, sim, vero, verdadero, vrai, verdadeiro, wahr, waar, x, ✓, ✔, はい, 有, ○, 〇, ◯, あり",
);
const SAYS_NO = words(
  "false, f, no, n, off, 0, nein, non, não, nao, faux, falsch, falso, onwaar, nee, いいえ, 無, なし",
);
/** Yes and no to what the header asks, which is a wish of the contact where it asks for consent. */
const YES = union(
  SAYS_YES,
  "可, 許可, 同意, 同意する, する, 送る, 希望, 希望する, 受信する, 受け取る, 配信可",
);
const NO = union(
  SAYS_NO,
  "×, ✕, ✗, 不可, 否, 拒否, 同意しない, しない, 送らない, 希望しない, 受信しない, 受け取らない, 配信不可",
);
/** They name a subscription, whatever the header asks. */
const SUBSCRIBED = words(
  "subscribed, opted in, opt in, optin, opt-in, angemeldet, abonniert, abonné, suscrito, suscrita, aangemeld, 購読中, 購読, 配信中, 配信, 配信希望",
);
const UNSUBSCRIBED = words(
  "unsubscribed, opted out, opt out, optout, never subscribed, not subscribed, abgemeldet, abbestellt, désabonné, désinscrit, baja, dado de baja, dada de baja, descadastrado, disiscritto, disiscritta, uitgeschreven, afgemeld, 配信停止, 配信停止中, 購読解除, 停止中, 停止, 未購読, 配信拒否",
);
/** They answer what the header asks: an objection can be granted, and a list of those who object can be joined. */
const AGREED = union(
  SUBSCRIBED,
  "agreed, granted, consented, eingewilligt, erteilt, inscrit, accepté, inscrito, inscrita, acepta, aceptado, aceita, iscritto, iscritta, accettato, ingeschreven, 同意済み, 同意済, 登録中, 許諾",
);
const LEFT = union(
  UNSUBSCRIBED,
  "bounced, hard bounce, hard bounced, cleaned, complained, spam complaint, blocked, blacklisted, blocklisted, pending, unconfirmed, not confirmed, revoked, withdrawn, denied, declined, refused, suppressed, widerrufen, verweigert, abgelehnt, refusé, rechaza, rechazado, rechazada, revocado, recusado, recusa, cancelado, rifiutato, geweigerd, 解除, 未同意",
);

/** How a subscription stands, where the header says that it is about one. */
const ACTIVE = words(
  "active, aktiv, activo, activa, actif, active, attivo, ativo, actief, enabled, 有効, 登録, 登録済み",
);
const INACTIVE = words(
  "inactive, inaktiv, inactivo, inactiva, inactif, inattivo, inativo, inactief, disabled, nicht angemeldet, nicht abonniert, no suscrito, non abonné, non iscritto, não inscrito, niet aangemeld, 無効, 未登録",
);

/** `yes` and `agreed` are the same where a column asks for consent; where it asks who left, `agreed` says nothing. */
export type Answer = "yes" | "no" | "agreed" | "left";

export function toAnswer(value: string): Answer | undefined {
  const folded = fold(value);
  if (YES.has(folded)) return "yes";
  if (NO.has(folded)) return "no";
  if (AGREED.has(folded)) return "agreed";
  return LEFT.has(folded) ? "left" : undefined;
}

/** The same under a header that is about consent. */
export function toSubscriptionAnswer(value: string): Answer | undefined {
  const folded = fold(value);
  return toAnswer(value) ?? (ACTIVE.has(folded) ? "agreed" : INACTIVE.has(folded) ? "left" : undefined);
}

/**
 * The same under a header that is about an opt-out. What only agrees with the header, or only refuses it, may be meant either way:
 * an opt-out that is active, a stop that is declined.
 */
export function toOptOutAnswer(value: string): Answer | undefined {
  const folded = fold(value);
  if (SAYS_YES.has(folded)) return "yes";
  if (SAYS_NO.has(folded)) return "no";
  if (SUBSCRIBED.has(folded)) return "agreed";
  return UNSUBSCRIBED.has(folded) ? "left" : undefined;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(",").map(fold));
}

function union(some: ReadonlySet<string>, more: string): ReadonlySet<string> {
  return new Set([...some, ...words(more)]);
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/[_-]+/g, " ").replace(/\s+/g, " ").trim();
}
