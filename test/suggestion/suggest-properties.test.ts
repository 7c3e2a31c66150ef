import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ImporterError, MappingError } from "../../src/index.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";
import { importBySuggestion } from "./import-by-suggestion.js";

const WORDS = [
  "Email",
  "Phone",
  "Id",
  "Country",
  "Land",
  "Unsubscribed",
  "Newsletter",
  "更新日",
  "Latitude",
  "Tags",
  "Notes",
];
const VALUES = [
  "a@example.com",
  "0176 04069011",
  "+12065550143",
  "yes",
  "no",
  "31.01.2026",
  "1.234,5",
  "#N/A",
  "-",
  "[1]",
  "47.6",
];

const name = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: "grapheme", maxLength: 12 }));
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("", ...VALUES) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test("whatever a table holds, the mapping can be loaded and bound, or the table is refused", async () => {
  const directory = await temporaryDirectory();
  const table = fc
    .array(name, { minLength: 1, maxLength: 8 })
    .chain((names) =>
      fc.tuple(
        fc.constant(names),
        fc.array(fc.array(value, { minLength: names.length, maxLength: names.length }), { maxLength: 6 }),
      ),
    );
  let suggested = 0;
  await fc.assert(
    fc.asyncProperty(table, async ([names, rows]) => {
      const file = join(directory, "list.csv");
      await writeFile(
        file,
        [["Email", ...names], ...rows.map((row) => ["a@example.org", ...row])]
          .map((row) => row.map(quoted).join(","))
          .join("\n"),
      );
      try {
        const { suggestion, rows: outcome } = await importBySuggestion(file);
        suggested += 1;
        const { accepted, filtered, rejected } = suggestion.sample;
        expect({ accepted, filtered, rejected }).toEqual({
          accepted: outcome.accepted,
          filtered: outcome.filtered,
          rejected: outcome.rejected,
        });
      } catch (error) {
        if (!(error instanceof ImporterError) || error instanceof MappingError) throw error;
      }
    }),
    { numRuns: 60 },
  );
  expect(suggested).toBeGreaterThan(20);
});

test("the same for JSON, nested as it may be", async () => {
  const directory = await temporaryDirectory();
  const key = fc.oneof(
    fc.constantFrom("email", "phone", "id", "tags", "address", "push_tokens", "token", "platform"),
    fc.string({ maxLength: 6 }),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      value,
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      tie("object"),
    ),
    object: fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  })).object;
  let suggested = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 5 }), async (rows) => {
      const file = join(directory, "list.jsonl");
      await writeFile(
        file,
        rows.map((row) => JSON.stringify({ mail: "a@example.org", ...(row as object) })).join("\n"),
      );
      try {
        await importBySuggestion(file);
        suggested += 1;
      } catch (error) {
        if (!(error instanceof ImporterError) || error instanceof MappingError) throw error;
      }
    }),
    { numRuns: 60 },
  );
  expect(suggested).toBeGreaterThan(20);
});
