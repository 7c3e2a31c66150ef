import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AlikeObject } from "../src/alike-object.js";
import { type MappingDefinition, previewImport, runImport, suggestMapping } from "../src/index.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource } from "../src/sources/open-source.js";
import { temporaryDirectory } from "./helpers/temporary-directory.js";

const toContact = (row: number) => ({
  email: row % 3 === 0 ? `no address ${row}` : `ann.${row}@example.com`,
  name: { first: `Ann ${row}`, last: null },
  orders: row,
  _reject: { row: row + 7, code: "endpoint_invalid" },
});
const toEndpoint = (row: number) => ({
  ChannelType: "EMAIL",
  Address: row % 3 === 0 ? `no address ${row}` : `ann.${row}@example.com`,
  Attributes: { plan: "free", score: row },
  User: { UserId: `u${row}` },
});

/** The same rows twice: as texts that are alike, which are read by position, and with white space of its own in each. */
async function writeTwice(toRow: (row: number) => object) {
  const directory = await temporaryDirectory();
  const texts = Array.from({ length: 12 }, (_, index) => JSON.stringify(toRow(index + 1)));
  const alike = join(directory, "alike.jsonl");
  const unlike = join(directory, "unlike.jsonl");
  await writeFile(alike, texts.join("\n"));
  await writeFile(unlike, texts.map((text, index) => text.replace("{", `{${" ".repeat(index)}`)).join("\n"));
  return [alike, unlike] as const;
}

async function countByPosition(file: string): Promise<number> {
  const source = await openSource(file, { format: "auto", maxRecordBytes: DEFAULT_MAX_RECORD_BYTES });
  let count = 0;
  for await (const { records } of source.records())
    for (const record of records)
      if (record.kind === "row" && record.values instanceof AlikeObject) count += 1;
  return count;
}

/** What a run makes of a file: its counts, and its rejects, each with what this run says of it and nothing older. */
async function reject(file: string, mapping?: MappingDefinition) {
  const rejects = file.replace(".jsonl", ".rejects");
  const report = await runImport({ inputs: [file], ...(mapping && { mapping }), rejects, dryRun: true });
  const lines = (await readFile(rejects, "utf8")).trimEnd().split("\n");
  for (const line of lines) expect(line.split('"_reject":')).toHaveLength(2);
  return { rows: report.rows, rejects: lines.map((line) => JSON.parse(line)) };
}

test("texts that are alike are read by position, others are not", async () => {
  const files = await writeTwice(toContact);
  expect(await Promise.all(files.map(countByPosition))).toEqual([11, 0]);
});

test.each([
  [
    "a rule for each column",
    { Address: "email", "Attributes.first": "name.first", "Metrics.orders": "orders" },
  ],
  ["a rule for the rest", { Address: "email", "Attributes.*": { rest: true as const } }],
])("how rows are read makes no difference to what becomes of them: %s", async (_, fields) => {
  const files = await writeTwice(toContact);
  const mapping = { endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, ...fields } }] };
  const [alike, unlike] = [await reject(files[0], mapping), await reject(files[1], mapping)];
  expect(alike).toEqual(unlike);
  expect(alike.rows).toMatchObject({ read: 12, accepted: 8, rejected: 4 });
  // What an earlier run said of a row gives way to what this one says.
  expect(alike.rejects[1]).toEqual({ ...toContact(6), _reject: expect.objectContaining({ row: 6 }) });
  const [shown, expected] = await Promise.all(
    files.map((input) => previewImport({ input, mapping, rows: 12 })),
  );
  expect(shown?.rows).toEqual(expected?.rows);
  expect(shown?.rows[1]?.values).toEqual(toContact(2));
});

test("how rows are read makes no difference to endpoints in Pinpoint's own form", async () => {
  const files = await writeTwice(toEndpoint);
  const alike = await reject(files[0]);
  expect(alike).toEqual(await reject(files[1]));
  expect(alike.rows).toMatchObject({ accepted: 8, rejected: 4 });
});

test("how rows are read makes no difference to the mapping that is suggested", async () => {
  const files = await writeTwice((row) => ({
    id: row % 4,
    ...toContact(row),
    email: `ann.${row}@example.com`,
  }));
  const [alike, unlike] = await Promise.all(files.map((input) => suggestMapping({ input })));
  const description = expect.any(String);
  expect(alike?.mapping).toEqual({ ...unlike?.mapping, description });
  expect(JSON.stringify(alike?.mapping)).toContain('"column":"orders"');
});

test("records that nobody repaired are rejected, also when they are alike", async () => {
  const files = await writeTwice((row) => ({ _reject: { raw: `email: ${row}`, row } }));
  const { rows, rejects } = await reject(files[0], {
    endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, Address: "email" } }],
  });
  expect(rows).toMatchObject({ read: 12, rejected: 12 });
  expect(rejects[11]._reject).toMatchObject({ code: "row_unparsable", raw: "email: 12" });
});

test("a row may have a key of any name, among rows that are alike and others", async () => {
  const files = await writeTwice((row) => ({
    email: `ann.${row}@example.com`,
    ...(row % 5 === 0 && { odd: row }),
    shape: row % 4 === 0 ? null : `round ${row}`,
    root: `the ${row}th`,
  }));
  const fields = { Address: "email", "Attributes.shape": "shape", "Attributes.root": "root" };
  const mapping = { endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, ...fields } }] };
  const [alike, unlike] = await Promise.all(
    files.map((input) => previewImport({ input, mapping, rows: 12 })),
  );
  expect(alike?.rows).toEqual(unlike?.rows);
  const sent = alike?.rows.map(({ endpoints }) => endpoints[0]?.item?.Attributes);
  expect(sent?.slice(3, 6)).toEqual([
    { root: ["the 4th"] },
    { shape: ["round 5"], root: ["the 5th"] },
    { shape: ["round 6"], root: ["the 6th"] },
  ]);
});
