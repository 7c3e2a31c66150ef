import { parse } from "csv-parse/sync";
import { type CsvDialect, lineEnd } from "./csv-dialect.js";

/**
 * Parses whole records, given one by one without their line ends. csv-parse is the judge of what a record means. A single one
 * without quotes, such as most headers, can be read in one way only, and goes without the 5 ms that its first use takes.
 *
 * @throws CsvError when one of them is not well formed.
 */
export function parseRecords(records: readonly string[], dialect: CsvDialect): string[][] {
  const newline = lineEnd(dialect.newline);
  const [only = ""] = records;
  if (records.length === 1 && only !== "" && !only.includes('"')) return [only.split(dialect.delimiter)];
  return parse(records.join(newline), {
    delimiter: dialect.delimiter,
    record_delimiter: newline,
    // Counts are checked against the header by the reader, which can say more about them.
    relax_column_count: true,
    relax_quotes: false,
  });
}
