import { holdsWords } from "./read-header.js";
import type { Column, Meaning } from "./recognize-columns.js";

/** Addresses that are of other people, or not for messages. */
const LESS_LIKELY =
  "shipping, delivery, billing, invoice, company, birth, work, other, secondary, alternative, old, second, 2, Lieferung, Rechnung, Rechnungs, Firma, envío, facturación, empresa, livraison, facturation, société, entrega, cobrança, spedizione, fatturazione, levering, factuur, 請求, 配送, 会社, 勤務先";
/** A row has one of these places, which is better than a part of another. */
const MORE_LIKELY = "default, home, primary, mailing, main, contact, private, privat, 自宅";

/** Of the columns that hold the same, the one that most likely is about the contact and has most values. */
export function chooseColumn(columns: readonly Column[], meaning: Meaning): Column | undefined {
  return rankColumns(columns, meaning)[0];
}

/** The columns that hold the same, the likeliest first. */
export function rankColumns(columns: readonly Column[], meaning: Meaning): readonly Column[] {
  return columns
    .filter((column) => column.meaning === meaning && !column.isAboutSomebodyElse)
    .sort((a, b) => rank(b) - rank(a) || a.profile.position - b.profile.position);
}

function rank({ profile, hit }: Column): number {
  return (
    profile.filled / Math.max(1, profile.rows) +
    (hit === undefined ? -0.5 : hit.isExact ? 0.5 : 0) +
    (holdsWords(profile.name, LESS_LIKELY) ? -0.6 : 0) +
    (holdsWords(profile.name, MORE_LIKELY) ? 0.3 : 0) +
    // Deep inside an object is something of the contact's things rather than of the contact.
    -0.1 * (profile.name.split(".").length - 1)
  );
}

/** The column that names the contact: the same in every row of the contact, and of no other. */
export function chooseUserId(columns: readonly Column[]): Column | undefined {
  const ids = rankColumns(columns, "userId").filter(({ profile }) => profile.filled > 0);
  const unique = ids.filter(({ profile }) => profile.isUnique);
  const [best] = unique.sort((a, b) => b.profile.filled - a.profile.filled);
  if (best !== undefined) return best;
  // In a list of events the same contact comes again.
  return ids.find(({ hit, profile }) => hit?.isExact !== false && profile.values.length > 1);
}
