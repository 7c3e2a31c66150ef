import {
  HEADER_WORDS,
  type HeaderMeaning,
  LANGUAGES,
  type Language,
  MEANINGS,
  SOMEBODY_ELSE,
} from "./header-words.js";

/** What words in a header say that the column holds. */
export interface HeaderHit {
  readonly meaning: HeaderMeaning;
  /** Languages in which the words mean that. */
  readonly languages: readonly Language[];
  /** The words, folded. */
  readonly words: string;
  /** Letters of the words: the longest say most. */
  readonly weight: number;
  /** Whether the header says nothing else. */
  readonly isExact: boolean;
}

interface Phrase {
  readonly text: string;
  readonly compact: string;
  readonly meaning: HeaderMeaning;
  readonly languages: Language[];
}

/** A word of these scripts needs no spaces around it, and says in one character what takes three letters elsewhere. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const UNSPACED_WEIGHT = 3;
/** What an exact match counts more than words that stand among others, and what one of the last key of a JSON path does. */
const EXACT_BONUS = 100;
const KEY_BONUS = 20;
const MIN_KEY_LETTERS = 4;
/** Among other words these only say where something belongs: a city is part of the `Default Address City`. */
const GENERIC = new Set(
  "address,address 1,address 2,address1,address2,adresse,anschrift,direccion,indirizzo,adres,endereco,domicilio,morada".split(
    ",",
  ),
);
const OF = new Set("de di da do du des del der d van".split(" "));

let phrases: readonly Phrase[] | undefined;
let otherPeople: readonly Phrase[] | undefined;

/** What the words of a header mean, what says most first; nothing where no word is known. */
export function readHeader(name: string): readonly HeaderHit[] {
  phrases ??= toPhrases();
  const header = foldHeader(name);
  const compact = header.replaceAll(" ", "");
  const key = name.includes(".") ? foldHeader(name.slice(name.lastIndexOf(".") + 1)).replaceAll(" ", "") : "";
  const best = new Map<HeaderMeaning, HeaderHit>();
  for (const phrase of phrases) {
    const isExact = compact === phrase.compact;
    if (!isExact && !holds(header, phrase.text)) continue;
    if (!isExact && GENERIC.has(phrase.text) && !isMainWord(header, phrase.text)) continue;
    const isKey = key === phrase.compact && key.length >= MIN_KEY_LETTERS;
    const weight = toWeight(phrase.compact) + (isExact ? EXACT_BONUS : isKey ? KEY_BONUS : 0);
    const earlier = best.get(phrase.meaning);
    if (earlier === undefined || earlier.weight < weight)
      best.set(phrase.meaning, {
        meaning: phrase.meaning,
        languages: phrase.languages,
        words: phrase.text,
        weight,
        isExact,
      });
  }
  // The token of a device is no secret of the contact.
  if (best.has("pushToken")) best.delete("secret");
  return [...best.values()].sort((a, b) => b.weight - a.weight);
}

/** Whether the header is about somebody else than the contact. */
export function isAboutSomebodyElse(name: string): boolean {
  otherPeople ??= LANGUAGES.flatMap((language) =>
    toWords(SOMEBODY_ELSE[language]).map((text) => toPhrase(text, "fullName", language)),
  );
  const header = foldHeader(name);
  return otherPeople.some(({ text }) => holds(header, text));
}

/** Whether words stand in a header, as words of their own. */
export function holdsWords(name: string, words: string): boolean {
  const header = foldHeader(name);
  return toWords(words).some((word) => holds(header, foldHeader(word)));
}

/** A header without what people write in different ways: `HasOptedOutOfEmail`, `E-Mail-Adresse`, `código_postal`. */
export function foldHeader(name: string): string {
  return (
    name
      .normalize("NFKC")
      .replace(/(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ")
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC")
      .toLowerCase()
      .replaceAll("ß", "ss")
      // Japanese runs into Latin letters without a space: 連絡先TEL.
      .replace(
        /(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー])(?=[a-z])|(?<=[a-z])(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])/gu,
        " ",
      )
      .replace(/[^\p{L}\p{N}〒ー]+/gu, " ")
      .trim()
  );
}

function holds(header: string, words: string): boolean {
  // One character alone is part of too many other words: 名 is a name, 件名 a subject.
  return UNSPACED.test(words) && words.length > 1
    ? header.includes(words)
    : ` ${header} `.includes(` ${words} `);
}

/** `Mailing Address`, `Adresse de livraison`. */
function isMainWord(header: string, word: string): boolean {
  const words = header.split(" ");
  return ` ${header}`.endsWith(` ${word}`) || (words[0] === word && OF.has(words[1] ?? ""));
}

function toWeight(compact: string): number {
  return UNSPACED.test(compact) ? compact.length * UNSPACED_WEIGHT : compact.length;
}

function toPhrases(): readonly Phrase[] {
  const byKey = new Map<string, Phrase>();
  for (const meaning of MEANINGS)
    for (const language of LANGUAGES)
      for (const words of toWords(HEADER_WORDS[meaning][language])) {
        const phrase = toPhrase(words, meaning, language);
        const known = byKey.get(`${meaning} ${phrase.text}`);
        if (known === undefined) byKey.set(`${meaning} ${phrase.text}`, phrase);
        else known.languages.push(language);
      }
  return [...byKey.values()];
}

function toWords(list = ""): readonly string[] {
  return list.split(",").map((words) => words.trim());
}

function toPhrase(words: string, meaning: HeaderMeaning, language: Language): Phrase {
  const text = foldHeader(words);
  return { text, compact: text.replaceAll(" ", ""), meaning, languages: [language] };
}
