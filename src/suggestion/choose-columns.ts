import type { ColumnProfile } from "./profile-columns.js";
import { holdsWords } from "./read-header.js";
import type { Column, Meaning } from "./recognize-columns.js";

/** Addresses that are of other people, or not for messages. */
const LESS_LIKELY =
  "shipping, delivery, billing, invoice, company, birth, work, other, secondary, alternative, old, second, 2, Lieferung, Rechnung, Rechnungs, Firma, envío, facturación, empresa, livraison, facturation, société, entrega, cobrança, spedizione, fatturazione, levering, factuur, 請求, 配送, 会社, 勤務先, anonymous";
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

/** Nearly every row has one; the others are mistakes. */
const MOST_ROWS = 0.8;

/** The columns that name the contact, the best one first; the others only where that one has gaps that they fill. */
export function chooseUserIds(columns: readonly Column[]): readonly Column[] {
  const ids = rankColumns(columns, "userId").filter(
    ({ profile }) => (profile.filled > 0 || profile.rows === 0) && !profile.isStructure,
  );
  const unique = ids.filter(({ profile }) => isNearlyUnique(profile));
  const best =
    unique.find(({ profile }) => profile.filled >= MOST_ROWS * profile.rows) ??
    unique[0] ??
    // In a list of events the same contact comes again.
    ids.find(({ hit, profile }) => hit !== undefined && profile.values.length > 1);
  if (best === undefined) return [];
  const filler = best.profile.filled === best.profile.rows ? undefined : findFiller(best, ids);
  return filler === undefined ? [best] : [best, filler];
}

/** A contact that stands twice in a list is no reason to take something else for its id. */
export function isNearlyUnique({ isUnique, filled, repeated }: ColumnProfile): boolean {
  return isUnique || filled === 0 || (filled > 1 && repeated <= Math.max(1, 0.02 * filled));
}

function findFiller(best: Column, ids: readonly Column[]): Column | undefined {
  return ids.find(({ profile }) => profile !== best.profile && profile.filled > best.profile.filled);
}
