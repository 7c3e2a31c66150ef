import { didYouMean } from "../../did-you-mean.js";
import { ConfigurationError } from "../../errors.js";

/** An encoding that we read. */
export type Encoding =
  | { readonly kind: "utf-8" | "utf-16le" | "utf-16be"; readonly name: string }
  | { readonly kind: "single-byte"; readonly name: string; readonly iconvName: string };

export const UTF_8: Encoding = { kind: "utf-8", name: "utf-8" };
export const UTF_16LE: Encoding = { kind: "utf-16le", name: "utf-16le" };
export const UTF_16BE: Encoding = { kind: "utf-16be", name: "utf-16be" };

/** ISO 8859-12 was never published. */
const ISO_8859_PARTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16];
const WINDOWS_PAGES = [874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258];
const DOS_PAGES = [437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866];

const SINGLE_BYTE_NAMES = [
  ...WINDOWS_PAGES.map((page) => `windows-${page}`),
  ...ISO_8859_PARTS.map((part) => `iso-8859-${part}`),
  ...DOS_PAGES.map((page) => `cp${page}`),
  "koi8-r",
  "koi8-u",
  "macintosh",
  "us-ascii",
];

const ALIASES: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  utf16: "utf-16le",
  ucs2: "utf-16le",
  unicode: "utf-16le",
  latin1: "iso-8859-1",
  latin2: "iso-8859-2",
  latin9: "iso-8859-15",
  ascii: "us-ascii",
  macroman: "macintosh",
  ansi: "windows-1252",
  ...Object.fromEntries(
    WINDOWS_PAGES.flatMap((page) => [
      [`cp${page}`, `windows-${page}`],
      [`win${page}`, `windows-${page}`],
    ]),
  ),
};

const BY_FOLDED = new Map<string, Encoding>();
for (const encoding of [UTF_8, UTF_16LE, UTF_16BE]) BY_FOLDED.set(fold(encoding.name), encoding);
for (const name of SINGLE_BYTE_NAMES)
  BY_FOLDED.set(fold(name), { kind: "single-byte", name, iconvName: fold(name).replace("usascii", "ascii") });
for (const [alias, name] of Object.entries(ALIASES)) {
  const encoding = BY_FOLDED.get(fold(name));
  if (encoding !== undefined) BY_FOLDED.set(fold(alias), encoding);
}

/**
 * The encoding of that name; case, spaces, `-` and `_` do not count.
 *
 * @throws ConfigurationError for a name that we do not know.
 */
export function resolveEncoding(name: string): Encoding {
  const encoding = BY_FOLDED.get(fold(name));
  if (encoding !== undefined) return encoding;
  const known = [UTF_8.name, UTF_16LE.name, UTF_16BE.name, ...SINGLE_BYTE_NAMES];
  throw new ConfigurationError(
    "encoding_unknown",
    `encoding "${name}" is not known.${didYouMean(name, [...known, ...Object.keys(ALIASES)])} Known are ${known.join(", ")}`,
  );
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}
