import { ConfigurationError } from "../../errors.js";
import type { CsvDialect, CsvNewline } from "./csv-dialect.js";
import { createCsvFramer } from "./csv-framer.js";
import { frameFirst } from "./frame-first.js";
import { countColumns } from "./scan-record.js";

/** In order of preference where two fit equally well. */
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Records of the head that are looked at, and characters of it. */
const SAMPLE_RECORDS = 20;
const SAMPLE_CHARACTERS = 64 * 1024;

/** What Excel writes, and wants to read, as a first line of its own: `sep=;`. */
const SEPARATOR_LINE = /^sep=(.)(?:\r\n|\n|\r)/i;

/**
 * The delimiter that was asked for, as one character; `\t` and `tab` mean a tab.
 *
 * @throws ConfigurationError for anything that cannot be one.
 */
export function toDelimiter(option: string): string {
  const delimiter = option === "\\t" || option.toLowerCase() === "tab" ? "\t" : option;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw new ConfigurationError(
      "delimiter_invalid",
      `--delimiter must be one character other than a quote or a line end, or "\\t" or "tab"; it is ${JSON.stringify(option)}`,
    );
  return delimiter;
}

/** Excel's first line: its delimiter and its length in the text, line end included. */
export function readSeparatorLine(text: string): { delimiter: string; length: number } | undefined {
  const [line, delimiter] = SEPARATOR_LINE.exec(text) ?? [];
  return line === undefined || delimiter === undefined ? undefined : { delimiter, length: line.length };
}

/** The first line end outside quotes; undefined when the text has none yet. */
export function detectNewline(text: string, complete: boolean): CsvNewline | undefined {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === "\n") return "\n";
    else if (!quoted && character === "\r") {
      // Its other half may still come.
      if (at + 1 === text.length && !complete) return undefined;
      return text[at + 1] === "\n" ? "\r\n" : "\r";
    }
  }
  return undefined;
}

/**
 * The delimiter that cuts most of the first records into as many values as the first of them, the header; among
 * equals the one that gives more columns. A comma when none occurs. A tab comes first where the name says so.
 */
export function detectDelimiter(
  text: string,
  complete: boolean,
  newline: CsvNewline,
  maxRecordBytes: number,
  preferTab: boolean,
): string {
  let best: { delimiter: string; share: number; columns: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const counts = countSampleColumns(text, complete, { delimiter, newline }, maxRecordBytes);
    const [columns = 0] = counts;
    if (columns < 2) continue;
    if (delimiter === "\t" && preferTab) return delimiter;
    const share = counts.filter((count) => count === columns).length / counts.length;
    if (best === undefined || share > best.share || (share === best.share && columns > best.columns))
      best = { delimiter, share, columns };
  }
  return best?.delimiter ?? ",";
}

function countSampleColumns(
  text: string,
  complete: boolean,
  dialect: CsvDialect,
  maxRecordBytes: number,
): number[] {
  const framer = createCsvFramer({ dialect, columns: 0, maxRecordBytes, firstLine: 1 });
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  const frames = frameFirst(framer, sample, SAMPLE_RECORDS, complete && sample.length === text.length);
  if (frames.length === 0) frames.push(...framer.end());
  return frames
    .slice(0, SAMPLE_RECORDS)
    .map(({ text: record, fault }) => (fault === undefined ? countColumns(record, dialect) : 0));
}
