import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { type ImportReport, runImport } from "../../src/index.js";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

type Row = Record<string, string>;

const SAMPLE = fileURLToPath(new URL("../../sample-data/salesforce-contacts.csv", import.meta.url));

/** What a person would type into the bad cells, by row of the sample. */
const REPAIRS: Readonly<Record<string, Row>> = {
  9: { MobilePhone: "0176 04069088" },
  18: { LastModifiedDate: "2026-01-31T12:00:00.000Z" },
  22: { LastModifiedDate: "2026-02-01T00:00:00.000Z", HasOptedOutOfEmail: "false" },
  27: { Email: "priya.sharma@example.com" },
  33: { Id: "003Hs000042ZzzzIAE" },
  40: { FirstName: "Evangeline" },
};

it("takes repaired rejects with the same mapping, and accepts them all", async () => {
  const directory = await temporaryDirectory();
  const sandbox = await startSandbox();
  const rejects = join(directory, "rejects.csv");
  const first = await importFile(sandbox, SAMPLE, rejects);
  expect(first.rows).toMatchObject({ read: 44, accepted: 36, filtered: 2, rejected: 6 });

  const rows = parse<Row>(await readFile(rejects), { columns: true, bom: true });
  expect(rows.map((row) => Number(row._reject_row)).sort((a, b) => a - b)).toEqual(
    Object.keys(REPAIRS).map(Number),
  );
  const columns = Object.keys(rows[0] ?? {});
  const own = columns.filter((column) => !column.startsWith("_reject"));
  const repaired = rows.map(
    (row): Row => ({
      ...row,
      ...(row._reject_raw === "" ? {} : readRaw(row._reject_raw ?? "", own)),
      ...REPAIRS[row._reject_row ?? ""],
    }),
  );
  const toCell = (cell: string | undefined): string => `"${(cell ?? "").replaceAll('"', '""')}"`;
  const table = [columns, ...repaired.map((row) => columns.map((column) => row[column]))];
  await writeFile(rejects, `${table.map((cells) => cells.map(toCell).join(",")).join("\n")}\n`);

  const second = await importFile(sandbox, rejects, join(directory, "rejects-2.csv"));
  expect(second.warnings).toEqual([]);
  expect(second.rows).toMatchObject({ read: 6, accepted: 6, filtered: 0, rejected: 0 });
  expect(second.rejectsFile).toBeNull();
  const endpoints = new Map(sandbox.endpoints("demo").map((endpoint) => [endpoint.Id, endpoint]));
  expect(endpoints.get("003Hs000042ZzzzIAE-email")?.Address).toBe("ignatius.vandermolen@example.net");
  expect([...endpoints.values()].map(({ Address }) => Address)).toContain("+4917604069088");
  // Nothing of the rejects file's own columns has become an attribute.
  expect(JSON.stringify([...endpoints.values()])).not.toContain("_reject");
});

it("rejects the same rows again when nothing was repaired", async () => {
  const directory = await temporaryDirectory();
  const sandbox = await startSandbox();
  const rejects = join(directory, "rejects.csv");
  const first = await importFile(sandbox, SAMPLE, rejects);
  const second = await importFile(sandbox, rejects, join(directory, "rejects-2.csv"));
  expect(second.rows).toMatchObject({ read: 6, accepted: 0, filtered: 0, rejected: 6 });
  expect(second.rejectsByCode).toEqual(first.rejectsByCode);
});

/** The values of a record that could not be parsed, put under the columns by hand. */
function readRaw(raw: string, columns: readonly string[]): Row {
  const [cells = []] = parse(raw.replace('"Evan"geline"', '"Evangeline"'), { relax_column_count: true });
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
}

async function importFile(sandbox: Sandbox, input: string, rejects: string): Promise<ImportReport> {
  const report = await runImport({
    inputs: [input],
    mapping: "salesforce-contacts",
    rejects,
    applicationId: "demo",
    endpointUrl: sandbox.url,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
  });
  expectBalance(report);
  return report;
}
