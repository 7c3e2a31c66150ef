import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import {
  ConfigurationError,
  InputError,
  type MappingDefinition,
  previewImport,
  runImport,
} from "../src/index.js";
import type { PreviewedField, PreviewedRow } from "../src/reporting/preview.js";
import { temporaryDirectory } from "./helpers/temporary-directory.js";

const MAPPING: MappingDefinition = {
  endpoints: [
    {
      name: "email",
      when: { column: "Email", present: true },
      fields: {
        ChannelType: { value: "EMAIL" },
        Address: { column: "Email", transforms: ["trim", "lowercase"] },
        OptOut: { column: "Consent", values: { no: "ALL", yes: null } },
        "User.UserId": { template: "{No}/{Country}" },
        "Attributes.Plan": { column: ["Plan", "Tariff"], default: "basic" },
        "Metrics.LTV": "LTV",
        "User.UserAttributes.*": { rest: true, except: ["Notes"] },
      },
    },
    {
      name: "sms",
      when: {
        all: [
          { column: "Phone", present: true },
          { column: "Email", present: true },
        ],
      },
      fields: {
        ChannelType: { value: "SMS" },
        Address: { column: "Phone", transforms: [{ e164: { countryColumn: "Country" } }] },
      },
    },
  ],
};

const HEADER = "No,Email,Consent,Country,Plan,Tariff,LTV,Phone,Notes,Tag,First,Tag";

/** A preview of CSV rows, each a list of cells by name. */
async function previewRows(...rows: Readonly<Record<string, string>>[]): Promise<readonly PreviewedRow[]> {
  const names = HEADER.split(",");
  const lines = rows.map((row) => names.map((name) => row[name] ?? "").join(","));
  const { rows: shown } = await previewImport({
    input: "-",
    stdin: Readable.from([Buffer.from([HEADER, ...lines, ""].join("\n"))]),
    mapping: MAPPING,
  });
  return shown;
}

function fieldOf(row: PreviewedRow | undefined, name: string, entry = 0): PreviewedField | undefined {
  return row?.endpoints[entry]?.fields.find(({ field }) => field === name);
}

test("a row is shown with its values, its endpoints and where each field comes from", async () => {
  const [row] = await previewRows({
    No: "7",
    Email: " Ann@Example.com ",
    Consent: "no",
    Country: "DE",
    Tariff: "gold",
    LTV: "12.5",
    Phone: "0176 04069042",
    Notes: "calls often",
    First: "Ann",
    Tag: "vip",
  });
  expect(row).toMatchObject({ row: 1, line: 2, outcome: "accepted", raw: null, reasons: [] });
  expect(row?.values).toMatchObject({
    Email: " Ann@Example.com ",
    Notes: "calls often",
    Tag: ["vip", "vip"],
  });
  expect(row?.endpoints.map(({ entry }) => entry)).toEqual(["email", "sms"]);
  expect(row?.endpoints[0]?.item).toMatchObject({ Address: "ann@example.com", Metrics: { LTV: 12.5 } });

  expect(fieldOf(row, "Address")).toEqual({
    field: "Address",
    value: "ann@example.com",
    from: [{ column: "Email", value: " Ann@Example.com " }],
    reasons: [],
  });
  expect(fieldOf(row, "ChannelType")?.from).toEqual([]);
  expect(fieldOf(row, "Id")?.from).toEqual([]);
  expect(fieldOf(row, "User.UserId")).toMatchObject({
    value: "7/DE",
    from: [
      { column: "No", value: "7" },
      { column: "Country", value: "DE" },
    ],
  });
  expect(fieldOf(row, "Attributes.Plan")).toMatchObject({
    value: ["gold"],
    from: [
      { column: "Plan", value: null },
      { column: "Tariff", value: "gold" },
    ],
  });
  expect(fieldOf(row, "User.UserAttributes.First")?.from).toEqual([{ column: "First", value: "Ann" }]);
  expect(fieldOf(row, "User.UserAttributes.Tag")).toMatchObject({
    value: ["vip", "vip"],
    from: [{ column: "Tag", value: ["vip", "vip"] }],
  });
  expect(fieldOf(row, "Address", 1)).toMatchObject({
    value: "+4917604069042",
    from: [
      { column: "Phone", value: "0176 04069042" },
      { column: "Country", value: "DE" },
    ],
  });
});

test("fields stand in the order of the mapping, those of a rest in that of the header, a made Id before all", async () => {
  const [row] = await previewRows({
    Email: "a@example.com",
    LTV: "1",
    No: "1",
    Country: "DE",
    Tag: "x",
    First: "Ann",
  });
  expect(row?.endpoints[0]?.fields.map(({ field }) => field)).toEqual([
    "Id",
    "ChannelType",
    "Address",
    "User.UserId",
    "Attributes.Plan",
    "Metrics.LTV",
    "User.UserAttributes.Tag",
    "User.UserAttributes.First",
  ]);
});

test("a value that was read and not sent is shown, one that was empty is not", async () => {
  const [sent, empty] = await previewRows(
    { Email: "a@example.com", Consent: "yes" },
    { Email: "b@example.com" },
  );
  expect(fieldOf(sent, "OptOut")).toMatchObject({ value: null, from: [{ column: "Consent", value: "yes" }] });
  expect(fieldOf(empty, "OptOut")).toBeUndefined();
});

test("a default says which columns were empty", async () => {
  const [row] = await previewRows({ Email: "a@example.com" });
  expect(fieldOf(row, "Attributes.Plan")).toMatchObject({
    value: ["basic"],
    from: [
      { column: "Plan", value: null },
      { column: "Tariff", value: null },
    ],
  });
});

test("the reasons stand at the field, the endpoint and the row, and good endpoints stay good", async () => {
  const [row] = await previewRows({ Email: "nobody", LTV: "many", Phone: "+12065550100" });
  expect(row?.outcome).toBe("rejected");
  const [email, sms] = row?.endpoints ?? [];
  expect(sms?.reasons).toEqual([]);
  expect(email?.reasons.map(({ code }) => code)).toEqual(["mapping_failed", "endpoint_invalid"]);
  expect(fieldOf(row, "Metrics.LTV")).toMatchObject({ value: null, reasons: [email?.reasons[0]?.reason] });
  expect(fieldOf(row, "Address")).toMatchObject({ value: "nobody", reasons: [email?.reasons[1]?.reason] });
  expect(row?.reasons.map(({ reason }) => reason)).toEqual(
    email?.reasons.map(({ reason }) => `email: ${reason}`),
  );
});

test("a reason is about the field whose name is the longest that it begins with", async () => {
  const { rows } = await previewImport({
    input: "-",
    stdin: Readable.from([Buffer.from("A,B\nx,y\n")]),
    mapping: {
      endpoints: [
        {
          fields: {
            Id: { value: "1" },
            "Metrics.Long": "A",
            "Metrics.Long name": "B",
          },
        },
      ],
    },
  });
  expect(fieldOf(rows[0], "Metrics.Long")?.reasons).toHaveLength(1);
  expect(fieldOf(rows[0], "Metrics.Long name")?.reasons).toEqual([expect.stringContaining('(column "B")')]);
});

test("a filtered row says what the conditions looked at, and so does a row for the entries that do not apply", async () => {
  const [filtered, single] = await previewRows({ No: "1" }, { Email: "a@example.com" });
  expect(filtered).toMatchObject({ outcome: "filtered", endpoints: [], reasons: [] });
  expect(filtered?.notApplied).toEqual([
    { entry: "email", condition: [{ column: "Email", value: null }] },
    { entry: "sms", condition: [{ column: "Phone", value: null }] },
  ]);
  expect(single?.notApplied.map(({ entry }) => entry)).toEqual(["sms"]);
});

test("a row that cannot be read is shown as it stands", async () => {
  const { rows } = await previewImport({
    input: "-",
    stdin: Readable.from([Buffer.from("Id,ChannelType,Address\n1,EMAIL\n2,EMAIL,b@example.com\n")]),
  });
  expect(rows).toMatchObject([
    {
      row: 1,
      line: 2,
      outcome: "rejected",
      values: null,
      raw: "1,EMAIL",
      reasons: [{ code: "row_unparsable" }],
    },
    { row: 2, line: 3, outcome: "accepted" },
  ]);
});

test("unused columns are those that no rule, no condition and no rest takes", async () => {
  const preview = (mapping: MappingDefinition) =>
    previewImport({
      input: "-",
      stdin: Readable.from([Buffer.from("A,B,C, D ,,_reject_row\n1,2,3,4,5,6\n")]),
      mapping,
    });
  const fields = { Id: "A" } as const;
  const when = { column: "B", present: true } as const;
  expect((await preview({ endpoints: [{ when, fields }] })).unusedColumns).toEqual(["C", " D "]);
  const rest = { "Attributes.*": { rest: true, except: ["D"] } } as const;
  expect((await preview({ endpoints: [{ fields: { ...fields, ...rest } }] })).unusedColumns).toEqual([" D "]);
  const both = { endpoints: [{ fields: { ...fields, ...rest } }, { name: "b", fields: { Id: "D" } }] };
  expect((await preview(both)).unusedColumns).toEqual([]);
});

test("unused keys of objects are named by their paths, a whole object by its own", async () => {
  const rows = [
    {
      id: "1",
      user: { name: "Ann", mail: "a@example.com" },
      log: { ip: "::1", at: 1 },
      tokens: [{ t: "x", os: "i" }],
    },
    { id: "2", later: true },
  ];
  const preview = (mapping: MappingDefinition) =>
    previewImport({
      input: "-",
      stdin: Readable.from([Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""))]),
      rows: 1,
      mapping,
    });
  const fields = { Id: "id", "User.UserId": "user.name", "Attributes.T": "tokens.0.t" } as const;
  expect((await preview({ endpoints: [{ fields }] })).unusedColumns).toEqual([
    "user.mail",
    "log",
    "tokens.os",
    "later",
  ]);
  const rest = { "Attributes.*": { rest: true, except: ["log"] } } as const;
  expect((await preview({ endpoints: [{ fields: { ...fields, ...rest } }] })).unusedColumns).toEqual(["log"]);
});

test("endpoint objects of Pinpoint's own format come from members of the same name", async () => {
  const { rows, mapping, unusedColumns } = await previewImport({
    input: "-",
    stdin: Readable.from([
      Buffer.from('{"ChannelType":"EMAIL","Address":"a@example.com","User":{"UserAttributes":{"A":"x"}}}\n'),
    ]),
  });
  expect(mapping).toBe("pinpoint");
  expect(unusedColumns).toEqual([]);
  expect(fieldOf(rows[0], "User.UserAttributes.A")).toMatchObject({
    value: ["x"],
    from: [{ column: "User.UserAttributes.A", value: "x" }],
  });
  expect(fieldOf(rows[0], "Id")?.from).toEqual([]);
});

test("the first five rows are shown, or as many as asked for, or one alone", async () => {
  const path = join(await temporaryDirectory(), "in.csv");
  const lines = Array.from({ length: 20 }, (_, n) => `${n + 1},EMAIL,p${n + 1}@example.com`);
  await writeFile(path, `Id,ChannelType,Address\n${lines.join("\n")}\n`);
  const rowsOf = async (options: { rows?: number; row?: number }) =>
    (await previewImport({ input: path, ...options })).rows.map(({ row }) => row);
  expect(await rowsOf({})).toEqual([1, 2, 3, 4, 5]);
  expect(await rowsOf({ rows: 2 })).toEqual([1, 2]);
  expect(await rowsOf({ rows: 50 })).toHaveLength(20);
  expect(await rowsOf({ row: 17 })).toEqual([17]);
});

test("nothing behind the wanted rows is read: neither a pipe that never ends nor a file that breaks off", async () => {
  const endless = Readable.from(
    (function* () {
      yield Buffer.from("Id,ChannelType,Address\n");
      for (let n = 1; ; n += 1) yield Buffer.from(`${n},EMAIL,p${n}@example.com\n`);
    })(),
  );
  const { rows } = await previewImport({ input: "-", stdin: endless, row: 30_000 });
  expect(rows.map(({ row }) => row)).toEqual([30_000]);

  const path = join(await temporaryDirectory(), "in.csv.gz");
  const lines = Array.from(
    { length: 200_000 },
    (_, n) => `${n},EMAIL,p${(n * 7919) % 100_003}@example.com\n`,
  );
  const whole = gzipSync(`Id,ChannelType,Address\n${lines.join("")}`);
  await writeFile(path, whole.subarray(0, whole.length / 2));
  expect((await previewImport({ input: path, rows: 3 })).rows).toHaveLength(3);
  await expect(previewImport({ input: path, row: 199_999 })).rejects.toThrow(InputError);
});

test("wrong wishes are refused with what they take", async () => {
  const path = join(await temporaryDirectory(), "in.csv");
  await writeFile(path, "Id,ChannelType,Address\n1,EMAIL,a@example.com\n");
  const codeOf = (options: object) =>
    previewImport({ input: path, ...options }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as ConfigurationError).code;
    });
  expect(await codeOf({ row: 2 })).toBe("row_missing");
  expect(await codeOf({ rows: 0 })).toBe("option_invalid");
  expect(await codeOf({ rows: 10_001 })).toBe("option_invalid");
  expect(await codeOf({ row: 1.5 })).toBe("option_invalid");
  expect(await codeOf({ row: 1, rows: 1 })).toBe("option_invalid");
  expect(await codeOf({ colour: "red" })).toBe("option_invalid");
});

test("an empty input is no mistake", async () => {
  const preview = await previewImport({ input: "-", stdin: Readable.from([Buffer.from("")]) });
  expect(preview).toMatchObject({ rows: [], unusedColumns: [], warnings: ["stdin is empty"] });
});

const SAMPLES = [
  ["hubspot-contacts.csv", "hubspot-contacts"],
  ["klaviyo-profiles.csv", "klaviyo-profiles"],
  ["mailchimp-audience.csv", "mailchimp-audience"],
  ["salesforce-contacts.csv", "salesforce-contacts"],
  ["shopify-customers.csv", "shopify-customers"],
  ["braze-users.jsonl", "braze-users"],
  ["segment-identify.jsonl.gz", "segment-identify"],
  ["pinpoint-endpoints.csv", "pinpoint"],
  ["pinpoint-endpoints.jsonl", "pinpoint"],
] as const;

test.each(SAMPLES)("of %s it shows what an import rejects, and why", async (file, mapping) => {
  const input = `sample-data/${file}`;
  const { rows } = await previewImport({ input, mapping, rows: 10_000 });
  const rejects = join(await temporaryDirectory(), input.endsWith(".csv") ? "r.csv" : "r.jsonl");
  const report = await runImport({ inputs: [input], mapping, dryRun: true, rejects });
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  expect({ accepted: count("accepted"), filtered: count("filtered"), rejected: count("rejected") }).toEqual({
    accepted: report.rows.accepted,
    filtered: report.rows.filtered,
    rejected: report.rows.rejected,
  });
  const told = report.rejectsFile === null ? [] : toTold(rejects, await readFile(rejects, "utf8"));
  const shown = rows.filter(({ reasons }) => reasons.length > 0);
  expect(shown.map(({ row, reasons }) => [row, reasons.map(({ reason }) => reason).join("; ")])).toEqual(
    told,
  );
  // Every field of every endpoint is accounted for.
  for (const { endpoints } of rows)
    for (const { item, fields } of endpoints)
      expect(fields.filter(({ value }) => value !== null).length).toBe(countLeaves(item));
});

/** Row and reason of each reject. */
function toTold(path: string, text: string): readonly (readonly [number, string])[] {
  if (path.endsWith(".csv"))
    return (parse(text, { columns: true, bom: true }) as Record<string, string>[]).map((reject) => [
      Number(reject._reject_row),
      reject._reject_reason ?? "",
    ]);
  const lines = text.trim().split("\n");
  return lines.map((line) => JSON.parse(line)._reject).map(({ row, reason }) => [row, reason]);
}

function countLeaves(value: unknown): number {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countLeaves(inner), 0);
}
