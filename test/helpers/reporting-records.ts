import type { JsonObject, RejectCode, RejectLine, SourceRow, UnreadableRow } from "../../src/domain.js";

export const csvRow = (values: readonly string[], row = 1, line = row + 1): SourceRow => ({
  kind: "row",
  row,
  line,
  values,
  text: values.join(","),
});

/** A JSON row as the readers make it: the object, and the text it stood as. */
export const jsonRow = (text: string, row = 1, line = row): SourceRow => ({
  kind: "row",
  row,
  line,
  values: JSON.parse(text) as JsonObject,
  text,
});

export const unreadable = (raw: string, row = 1, line = row + 1): UnreadableRow => ({
  kind: "unreadable",
  row,
  line,
  code: "row_unparsable",
  reason: "3 cells where the header has 2",
  raw,
});

/** A rejected row's line, rejected for one reason that is the same for all of a code. */
export const rejectLine = (text: string, code: RejectCode = "endpoint_invalid", row = 1): RejectLine => ({
  text,
  code,
  reason: `${code} it is`,
  place: { input: "contacts.csv", row, line: row + 1 },
});
