import { parse } from "csv-parse/sync";
import { type CsvDialect, lineEnd } from "./csv-dialect.js";

/**
 * Parses whole records, given one by one without their line ends. csv-parse is the judge of what a record means.
 *
 * @throws CsvError when one of them is not well formed.
 */
export function parseRecords(records: readonly string[], dialect: CsvDialect): string[][] {
  const newline = lineEnd(dialect.newline);
  return parse(records.join(newline), {
    delimiter: dialect.delimiter,
    record_delimiter: newline,
    // Counts are checked against the header by the reader, which can say more about them.
    relax_column_count: true,
    relax_quotes: false,
  });
}
