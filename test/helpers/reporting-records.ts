import type { JsonObject, SourceRow, UnreadableRow } from "../../src/domain.js";

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
