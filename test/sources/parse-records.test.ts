import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseRecords } from "../../src/sources/csv/parse-records.js";

it("reads one record, with or without quotes, as csv-parse does", () => {
  const newlines = fc.constantFrom("\n" as const, "\r" as const);
  const delimiters = fc.constantFrom(",", ";", "\t", "|");
  const parts = fc.constantFrom(
    "a",
    " ",
    ",",
    ";",
    "\t",
    "|",
    '"',
    '""',
    '"a"',
    "é",
    "\uFEFF",
    "'",
    "#",
    "\0",
    "\n",
    "\r",
  );
  const records = fc.array(parts, { minLength: 1, maxLength: 8 }).map((some) => some.join(""));
  const attempt = (read: () => string[][]): unknown => {
    try {
      return read();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  let plain = 0;
  fc.assert(
    fc.property(records, delimiters, newlines, (some, delimiter, newline) => {
      const record = some.replaceAll(newline, "");
      if (!record.includes('"')) plain += 1;
      const expected = attempt(() =>
        parse(record, { delimiter, record_delimiter: newline, relax_column_count: true }),
      );
      expect(attempt(() => parseRecords([record], { delimiter, newline }))).toEqual(expected);
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(2_000);
});
