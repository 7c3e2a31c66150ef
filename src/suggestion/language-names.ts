/** Languages that lists name in words, and the languages in which they do. */
const CODES =
  "en de fr es pt it nl ja zh ko pl cs sk da sv no fi hu ro bg el tr ru uk ar he hi th vi id ca hr sl et lv lt".split(
    " ",
  );
const NAMED_IN = "en de fr es pt it nl ja".split(" ");

let names: ReadonlyMap<string, string> | undefined;

/** The code of a language by its name in one of the languages of headers, or in itself: `Deutsch`, `alemán`, `ドイツ語`. */
export function toLanguageCode(name: string): string | undefined {
  names ??= loadNames();
  return names.get(fold(name));
}

function loadNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const code of CODES)
    for (const language of [...NAMED_IN, code]) {
      const name = new Intl.DisplayNames(language, { type: "language", fallback: "none" }).of(code);
      if (name !== undefined && !found.has(fold(name))) found.set(fold(name), code);
    }
  return found;
}

function fold(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
