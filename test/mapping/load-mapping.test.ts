import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigurationError, MappingError } from "../../src/errors.js";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import { loadMapping } from "../../src/mapping/load-mapping.js";
import { itemOf } from "./map-rows.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mapping-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function write(text: string | Uint8Array, name = "m.json"): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** The mistakes of a file as `line:column path: message`. */
async function mistakesIn(text: string | Uint8Array): Promise<string[]> {
  const error = await loadMapping(await write(text)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MappingError);
  return (error as MappingError).issues.map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );
}

const CONTRACT = `{
  "$schema": "./mapping.schema.json",
  "description": "HubSpot contact export",
  "input": { "format": "csv" },                       // optional defaults
  "endpoints": [                                       /* one row, one endpoint per entry */
    {
      "name": "email",
      "when": { "column": "Email", "present": true },
      "fields": {
        "Id":           { "template": "{Record ID}-email" },
        "ChannelType":  { "value": "EMAIL" },
        "Address":      { "column": "Email", "transforms": ["trim", "lowercase"], "required": true },
        "OptOut":       { "column": "Unsubscribed", "values": { "true": "ALL", "false": "NONE" } },
        "EffectiveDate":{ "column": "Last Modified", "transforms": [{ "date": { "format": "yyyy-MM-dd HH:mm", "zone": "America/New_York" } }] },
        "Attributes.Interests":    { "column": "Interests", "split": ";" },
        "Metrics.LifetimeValue":   { "column": "LTV", "transforms": ["number"], "onInvalid": "omit" },
        "Location.Country":        { "column": "Country", "transforms": ["country"] },
        "User.UserId":             "Record ID",
        "User.UserAttributes.*":   { "rest": true, "except": ["Notes"] }
      }
    },
    {
      "name": "sms",
      "when": { "column": "Phone", "present": true },
      "fields": {
        "ChannelType": { "value": "SMS" },
        "Address": { "column": "Phone", "transforms": [{ "e164": { "countryColumn": "Country" } }] },
      },
    },
  ],
}
`;

describe("a mapping file", () => {
  it("is what the contract shows", async () => {
    const path = await write(`\ufeff${CONTRACT}`);
    const mapping = await loadMapping(path);
    expect(mapping).toMatchObject({ name: path, input: { format: "csv" }, warnings: [] });
    const names = [
      "Record ID",
      "Email",
      "Unsubscribed",
      "Last Modified",
      "Interests",
      "LTV",
      "Country",
      "Notes",
      "Phone",
      "Job/Title",
    ];
    const bound = mapping.bind({ kind: "csv", names }, "contacts.csv");
    const row = [
      "00123",
      " Ann@Example.com",
      "TRUE",
      "2026-01-31 12:00",
      "a; b;a",
      "n/a",
      "USA",
      "note",
      "(206) 555-0100",
      "Chef",
    ];
    const [email, sms] = bound.map(row);
    expect(email).toEqual({
      entry: "email",
      item: {
        Id: "00123-email",
        ChannelType: "EMAIL",
        Address: "ann@example.com",
        OptOut: "ALL",
        EffectiveDate: "2026-01-31T17:00:00.000Z",
        Attributes: { Interests: ["a", "b"] },
        Location: { Country: "US" },
        User: { UserId: "00123", UserAttributes: { Phone: ["(206) 555-0100"], Job_Title: ["Chef"] } },
      },
    });
    expect(sms).toMatchObject({ entry: "sms", item: { ChannelType: "SMS", Address: "+12065550100" } });
  });

  it("has a hash of what it says, not of how it is written", async () => {
    const { hash } = await loadMapping(await write(CONTRACT));
    const other = CONTRACT.replace('"description": "HubSpot contact export",', "").replace(
      '"ChannelType": { "value": "SMS" },',
      "",
    );
    const reordered = other.replace('"sms",', '"sms", "description": "x",').replace('"e164"', '"e164"');
    const withChannel = reordered.replace(
      '"countryColumn": "Country" } }] },',
      '"countryColumn": "Country" } }] }, "ChannelType": { "value": "SMS" },',
    );
    expect((await loadMapping(await write(withChannel))).hash).toBe(hash);
    expect((await loadMapping(await write(CONTRACT.replace('"Notes"', '"Note"')))).hash).not.toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gets all its mistakes reported, of every kind, each at its place", async () => {
    const text = `{
  "inputs": {},
  "input": { "format": "cvs", "delimiter": ";;" },
  "endpoints": [
    { "name": "a",
      "when": { "column": "Email", "matches": "(" },
      "fields": {
        "Adress": "Email",
        "ChannelType": { "value": "EMAILS" },
        "Metrics.X": { "column": "A", "value": 3 },
        "Attributes.${"n".repeat(51)}": "A",
        "OptOut": { "column": 5 }
      } },
    { "name": "a", "fields": { "Id": { "template": "{Id" } } },
    { "name": "c" },
    7
  ]
}`;
    expect(await mistakesIn(text)).toEqual([
      '2:3 inputs: unknown key "inputs". Did you mean "input"?',
      '3:24 input.format: "cvs" is none of "csv", "jsonl", "json", "auto". Did you mean "csv"?',
      '3:44 input.delimiter: must be 1 character long, ";;" is longer.',
      "6:47 endpoints[0].when.matches: not a regular expression: Invalid regular expression: /(/: Unterminated group.",
      '8:9 endpoints[0].fields.Adress: unknown field "Adress". Did you mean "Address"?',
      '9:35 endpoints[0].fields.ChannelType.value: "EMAILS" is no ChannelType: it is one of PUSH, GCM, APNS, APNS_SANDBOX, APNS_VOIP, APNS_VOIP_SANDBOX, ADM, SMS, VOICE, EMAIL, BAIDU, CUSTOM, IN_APP. Did you mean "EMAIL"?',
      '10:22 endpoints[0].fields["Metrics.X"]: a rule has exactly one of "column", "template", "value" and "rest", not "column" and "value".',
      `11:9 endpoints[0].fields["Attributes.${"n".repeat(51)}"]: the name "${"n".repeat(51)}" has 51 characters; Pinpoint takes at most 50.`,
      "12:31 endpoints[0].fields.OptOut.column: must be a text or a list, not 5.",
      '14:15 endpoints[1].name: two entries have the name "a": give each its own.',
      '14:52 endpoints[1].fields.Id.template: "{" at character 1 is never closed. Write "{{" for the character itself.',
      '15:5 endpoints[2].fields: "fields" is missing.',
      "16:5 endpoints[3]: must be an object, not 7.",
    ]);
  });

  it("names place and mapping in the message", async () => {
    const path = await write('{\r\n"endpoints": []\r\n}');
    await expect(loadMapping(path)).rejects.toThrow(`${path}:2:14: endpoints: must not be empty.`);
  });

  it.each([
    ["", "1:1 : the file is empty."],
    ["\n// nothing", "2:11 : not JSON: a value is expected here."],
    ['{"endpoints": [}', "1:16 : not JSON: a value is expected here."],
    ["{\n'endpoints': 1\n}", "2:1 : not JSON: this is no JSON value; texts need double quotes."],
    ['{"endpoints": []} 1', "1:19 : not JSON: the mapping ends before this; nothing may follow."],
    [
      '{"a": 1,\n "b": {"c": 1, "c": 2}, "a": 3}',
      "2:16 b.c: this key stands in line 2 already; a key may occur once.",
    ],
    ["[]", "1:1 : must be an object, not a list."],
    ["{}", '1:1 endpoints: "endpoints" is missing.'],
  ])("%j is none", async (text, mistake) => {
    expect((await mistakesIn(text))[0]).toBe(mistake);
  });

  it("is UTF-8", async () => {
    expect((await mistakesIn(Uint8Array.of(0x7b, 0xff)))[0]).toContain("the file is not UTF-8 text");
  });

  it("reports what does not fit the header at the place that names it", async () => {
    const mapping = await loadMapping(await write(CONTRACT));
    expect(() => mapping.bind({ kind: "csv", names: ["Record ID"] }, "contacts.csv")).toThrow(
      /m\.json:12:37: endpoints\[0\]\.fields\.Address\.column: column "Email" is not in the header of contacts\.csv\./,
    );
  });

  it("may hold keys that look like a prototype", async () => {
    const path = await write(
      '{"endpoints": [{"fields": {"Id": {"column": "C", "values": {"__proto__": "p", "constructor": "c"}}}}]}',
    );
    const bound = (await loadMapping(path)).bind({ kind: "csv", names: ["C"] }, "contacts.csv");
    expect(itemOf(bound.map(["__proto__"]))).toEqual({ Id: "p" });
    expect(itemOf(bound.map(["constructor"]))).toEqual({ Id: "c" });
  });
});

describe("a mapping that is not there", () => {
  it("is a wrong configuration, with a way on", async () => {
    const error = await loadMapping(join(directory, "nope.json")).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "mapping_not_found" });
    expect((error as Error).message).toContain("hubspot-contacts");
    await expect(loadMapping("pinpont")).rejects.toThrow('Did you mean "pinpoint"?');
    await expect(loadMapping(directory)).rejects.toMatchObject({ code: "mapping_unreadable" });
  });
});

describe("the shipped mappings", () => {
  it("load by name", async () => {
    const { readdir } = await import("node:fs/promises");
    const files = (await readdir("mappings")).filter((file) => file !== "mapping.schema.json");
    for (const file of files) {
      const name = file.replace(/\.json$/, "");
      expect((await loadMapping(name)).name).toBe(name);
    }
  });
});

describe("the schema", () => {
  it("describes everything that it allows", async () => {
    const schema = JSON.parse(await readFile("mappings/mapping.schema.json", "utf8"));
    const undescribed: string[] = [];
    const visit = (node: Record<string, unknown>, path: string) => {
      for (const [group, members] of Object.entries(node)) {
        if (typeof members !== "object" || members === null) continue;
        for (const [key, member] of Object.entries(members as Record<string, Record<string, unknown>>)) {
          if (group === "properties" || group === "patternProperties") {
            if (typeof member.description !== "string") undescribed.push(`${path}/${key}`);
          }
          if (typeof member === "object" && member !== null) visit(member, `${path}/${key}`);
        }
        if (group === "items") visit(members as Record<string, unknown>, `${path}/items`);
      }
    };
    visit(schema, "");
    expect(undescribed).toEqual([]);
  });

  it("knows every field and transform that the program knows", async () => {
    const { TEXT_FIELDS, NUMBER_FIELDS } = await import("../../src/mapping/mapping-definition.js");
    const schema = JSON.parse(await readFile("mappings/mapping.schema.json", "utf8"));
    const { fields } = schema.properties.endpoints.items.properties;
    expect(
      Object.keys(fields.properties)
        .filter((name) => !name.endsWith("*"))
        .sort(),
    ).toEqual([...TEXT_FIELDS, ...NUMBER_FIELDS].sort());
    const { transform } = schema.definitions;
    const bare = compileMapping({
      endpoints: [{ fields: { Id: { column: "C", transforms: transform.then.enum } } }],
    });
    expect(bare.warnings).toEqual([]);
    expect(new Set([...transform.then.enum, ...Object.keys(transform.properties)])).toEqual(
      new Set(
        "trim lowercase uppercase number integer boolean date e164 country locale timezone split json truncate replace round hash".split(
          " ",
        ),
      ),
    );
  });
});
