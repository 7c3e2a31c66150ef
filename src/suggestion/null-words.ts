/**
 * What programs write where there is nothing. `None` and `unknown` are left out: they may be a choice that somebody made.
 * Case counts: `NA` is a country too.
 */
const NULL_WORDS: ReadonlySet<string> = new Set([
  "#N/A",
  "#NULL!",
  "#REF!",
  "#VALUE!",
  "N/A",
  "n/a",
  "N.A.",
  "n.a.",
  "NULL",
  "null",
  "Null",
  "(null)",
  "<null>",
  "NaN",
  "nan",
  "\\N",
  "0000-00-00",
  "0000-00-00 00:00:00",
  "00.00.0000",
  "00/00/0000",
  "0/0/00",
  "undefined",
  "k.A.",
  "k. A.",
  "s/d",
  "-",
  "--",
  "---",
  "–",
  "—",
  "ー",
  ".",
]);

/** What people write where they have no address, in lower case; elsewhere it may be an answer. */
const NO_ADDRESS: ReadonlySet<string> = new Set(
  (
    "none, no, na, nil, nothing, unknown, no email, no e-mail, no phone, not available, not provided, not given, tbd, x, xx, xxx, ?, 0, " +
    "keine, kein, keine e-mail, keine email, kein telefon, unbekannt, nicht vorhanden, nein, entfällt, k.a, ka, " +
    "aucun, aucune, inconnu, néant, non renseigné, pas de mail, " +
    "ninguno, ninguna, sin correo, sin email, sin teléfono, no tiene, desconocido, no disponible, sd, s.d., " +
    "nenhum, não tem, nao tem, sem email, desconhecido, nessuno, nessuna, sconosciuto, non disponibile, geen, onbekend, " +
    "なし, 無し, 無, 不明, 未登録, 未設定, 非公開"
  ).split(", "),
);

/** Whether somebody says with it that there is no address. */
export function meansNoAddress(text: string): boolean {
  return NO_ADDRESS.has(text.trim().toLowerCase());
}

export function isNullWord(text: string): boolean {
  return NULL_WORDS.has(text);
}

/** A pattern for these words and nothing else, spaces around them allowed. */
export function toNullPattern(words: readonly string[]): string {
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return `^\\s*${escaped.length === 1 ? escaped[0] : `(?:${escaped.join("|")})`}\\s*$`;
}
