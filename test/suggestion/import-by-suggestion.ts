import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../src/domain.js";
import { loadMapping } from "../../src/mapping/load-mapping.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource } from "../../src/sources/open-source.js";
import {
  type Suggestion,
  type SuggestOptions,
  suggestMapping,
} from "../../src/suggestion/suggest-mapping.js";
import { createValidator } from "../../src/validation/create-validator.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

export const EXPORTS = fileURLToPath(new URL("../fixtures/exports/", import.meta.url));

export interface Outcome {
  readonly suggestion: Suggestion;
  readonly rows: { read: number; accepted: number; filtered: number; rejected: number };
  /** What would be sent, by entry and row. */
  readonly endpoints: readonly { readonly row: number; readonly entry: string; readonly item: JsonObject }[];
  readonly reasons: readonly string[];
}

/** Suggests a mapping and maps every row by the text of it, as `check` does with the file. */
export async function importBySuggestion(
  input: string,
  options: Omit<SuggestOptions, "input"> = {},
): Promise<Outcome> {
  const suggestion = await suggestMapping({ input, ...options });
  const file = join(await temporaryDirectory(), "mapping.json");
  await writeFile(file, suggestion.text);
  const mapping = await loadMapping(file);
  const source = await openSource(input, {
    format: "auto",
    maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
    ...mapping.input,
  });
  const bound = mapping.bind(source.columns, source.name);
  const validate = createValidator();
  const rows = { read: 0, accepted: 0, filtered: 0, rejected: 0 };
  const endpoints: { row: number; entry: string; item: JsonObject }[] = [];
  const reasons: string[] = [];
  for await (const { records } of source.records())
    for (const record of records) {
      rows.read += 1;
      const mapped = record.kind === "row" ? bound.map(record.values) : [];
      const bad =
        record.kind === "row"
          ? mapped.flatMap((one) => one.reasons ?? toReasons(validate(one.item)))
          : [record.reason];
      reasons.push(...bad);
      if (bad.length > 0) rows.rejected += 1;
      else if (mapped.length === 0) rows.filtered += 1;
      else rows.accepted += 1;
      for (const { entry, item } of mapped) endpoints.push({ row: record.row, entry, item });
    }
  return { suggestion, rows, endpoints, reasons };
}

function toReasons(result: ReturnType<ReturnType<typeof createValidator>>): readonly string[] {
  return "buffer" in result ? [] : result.map(({ reason }) => reason);
}

/** A file with this text in a directory of its own. */
export async function fileOf(text: string | Buffer, name = "list.csv"): Promise<string> {
  const file = join(await temporaryDirectory(), name);
  await writeFile(file, text);
  return file;
}
