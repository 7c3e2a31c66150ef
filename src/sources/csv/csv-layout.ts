import { InputError } from "../../errors.js";
import { describeInvalidByte, findInvalidByte } from "../text/invalid-bytes.js";
import { type CsvDialect, lineEnd } from "./csv-dialect.js";
import { createCsvFramer, type TextFrame } from "./csv-framer.js";
import { describeFault } from "./describe-fault.js";
import { detectDelimiter, detectNewline, readSeparatorLine, toDelimiter } from "./detect-dialect.js";
import { frameFirst } from "./frame-first.js";
import { parseRecords } from "./parse-records.js";

/** What the head of a CSV file tells. */
export interface CsvLayout {
  readonly dialect: CsvDialect;
  /** Characters in front of the first line: Excel's `sep=` line. */
  readonly skip: number;
  /** Physical line at which reading begins, from 1. */
  readonly firstLine: number;
  /** The header record as it stands in the file; undefined in an empty one. */
  readonly header: string | undefined;
  /** The header's names, verbatim; none in an empty file. */
  readonly names: readonly string[];
  /** Whether a record stands behind the header; undefined when the head ends before that shows. */
  readonly hasRows: boolean | undefined;
}

export interface CsvLayoutOptions {
  readonly name: string;
  readonly encoding: string;
  readonly delimiter: string | undefined;
  readonly maxRecordBytes: number;
}

/**
 * Reads dialect and header from the head of a text; undefined when the head does not hold the whole header.
 *
 * @param complete Whether the text is the whole input.
 * @throws InputError when the header cannot be used.
 */
export function readCsvLayout(
  text: string,
  complete: boolean,
  options: CsvLayoutOptions,
): CsvLayout | undefined {
  const { name, encoding, maxRecordBytes } = options;
  const separator = readSeparatorLine(text);
  const skip = separator?.length ?? 0;
  const firstLine = separator === undefined ? 1 : 2;
  const body = text.slice(skip);
  // Leading blank lines say as much about line ends as any other.
  const newline = detectNewline(body, complete) ?? detectNewline(body.replaceAll('"', ""), complete);
  if (newline === undefined && !complete) return undefined;
  const lines = newline ?? "\n";
  const delimiter =
    (options.delimiter === undefined ? undefined : toDelimiter(options.delimiter)) ??
    separator?.delimiter ??
    detectDelimiter(body, complete, lines, maxRecordBytes, /\.tsv(\.gz)?$/i.test(name));
  const dialect: CsvDialect = { delimiter, newline: lines };

  const framer = createCsvFramer({ dialect, columns: 0, maxRecordBytes, firstLine });
  const frames = frameFirst(framer, body, 2, complete);
  const [header] = frames;
  if (header === undefined)
    return complete ? { dialect, skip, firstLine, header: undefined, names: [], hasRows: false } : undefined;
  const names = readNames(header);
  const hasRows = frames.length > 1 ? true : complete ? false : undefined;
  return { dialect, skip, firstLine, header: header.text, names, hasRows };

  function readNames({ text: record, line, fault }: TextFrame): readonly string[] {
    const refuse = (code: string, reason: string) =>
      new InputError(code, `${name}: the header at line ${line} cannot be read: ${reason}`);
    if (fault !== undefined) throw refuse("header_unparsable", describeFault(fault, [], maxRecordBytes));
    const invalid = findInvalidByte(record, line, lineEnd(lines));
    if (invalid !== undefined)
      throw refuse("header_encoding_invalid", describeInvalidByte(invalid, encoding));
    try {
      return parseRecords([record], dialect)[0] ?? [];
    } catch (error) {
      throw refuse("header_unparsable", (error as Error).message);
    }
  }
}
