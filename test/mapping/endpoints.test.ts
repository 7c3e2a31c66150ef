import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, MappedEndpoint } from "../../src/domain.js";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import { toEndpointId, toUuidV5 } from "../../src/mapping/endpoint-id.js";
import type { MappingDefinition } from "../../src/mapping/mapping-definition.js";
import { createPinpointMapping } from "../../src/mapping/pinpoint-mapping.js";
import { RAILS_ZONES } from "../../src/mapping/transforms/rails-zones.js";
import { WINDOWS_ZONES } from "../../src/mapping/transforms/windows-zones.js";
import { itemOf, mapCsv, mappingOf, mistakesOf, reasonsOf } from "./map-rows.js";

const contact = (fields: object): MappingDefinition => ({ endpoints: [{ fields }] });
const email = contact({ ChannelType: { value: "EMAIL" }, Address: { column: "E" } });

describe("Ids", () => {
  it("are made of channel and address where the mapping has no rule", () => {
    const { Id } = itemOf(mapCsv(email, ["E"], ["Ann@example.com"]));
    expect(Id).toBe(toEndpointId("EMAIL", "ann@example.com"));
    // Ids that change between versions would double every contact: this one is for ever.
    expect(Id).toBe("e383b10c-a9b2-5c83-bb38-ff7bd5eac9bf");
  });

  it("are UUIDs of version 5", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(toUuidV5(name)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        expect(toUuidV5(name)).toBe(toUuidV5(name));
        expect(toUuidV5(`${name}x`)).not.toBe(toUuidV5(name));
      }),
    );
  });

  it("cannot be made without an address; an address that is already at fault is not reported twice", () => {
    expect(reasonsOf(mapCsv(email, ["E"], [""]))).toEqual(["Id: no Id rule and no Address to make one from"]);
    const phone = contact({ ChannelType: { value: "SMS" }, Address: { column: "P", transforms: ["e164"] } });
    expect(reasonsOf(mapCsv(phone, ["P"], ["2065550100"]))).toHaveLength(1);
    expect(reasonsOf(mapCsv(phone, ["P"], ["2065550100"]))[0]).toContain("e164");
  });

  it("must not be empty where the mapping has a rule", () => {
    const mapping = contact({ Id: "I", ChannelType: { value: "EMAIL" }, Address: "E" });
    expect(reasonsOf(mapCsv(mapping, ["I", "E"], ["", "a@example.com"]))).toEqual([
      "Id: the source of the Id is empty",
    ]);
    const required = contact({ Id: { column: "I", required: true } });
    expect(reasonsOf(mapCsv(required, ["I"], [""]))).toEqual(['Id (column "I"): required, but empty']);
  });

  it("need a source", () => {
    expect(mistakesOf(contact({ "Attributes.A": "A" }))).toEqual([
      'endpoints[0].fields: there is no "Id" rule, and no "ChannelType" and "Address" to make Ids from.',
    ]);
  });
});

describe("e164 with a country column", () => {
  const rule = { column: "P", transforms: [{ e164: { countryColumn: "C", country: "US" } }] };
  const map = (...row: string[]) => mapCsv(mappingOf({ Address: rule } as never), ["P", "C"], row);

  it.each([
    ["020 7946 0018", "UK", "+442079460018"],
    ["020 7946 0018", "United Kingdom", "+442079460018"],
    ["206 555 0100", "", "+12065550100"],
    ["+49 30 901820", "Atlantis", "+4930901820"],
    ["33612345678", "France", "+33612345678"],
    ["447700900123", "GB", "+447700900123"],
    ["393 123 4567", "Italy", "+393931234567"],
    ["12065550100", "US", "+12065550100"],
    ["0170 1234567", "Germany", "+491701234567"],
  ])("%s in %s", (phone, country, address) => {
    expect(itemOf(map(phone, country)).Address).toBe(address);
  });

  it.each(["491701234567", "4915112345678"])("calls nobody on a guess: %s in Germany", (phone) => {
    expect(reasonsOf(map(phone, "Germany"))[0]).toContain(`may be +${phone} or +49${phone}; write it with +`);
  });

  it("rejects a number whose country is unknown", () => {
    expect(reasonsOf(map("206 555 0100", "Atlantis"))[0]).toContain('"Atlantis" in column "C" is no country');
    const strict = mappingOf({ Address: { column: "P", transforms: [{ e164: { countryColumn: "C" } }] } });
    expect(reasonsOf(mapCsv(strict, ["P", "C"], ["206 555 0100", " "]))[0]).toContain(
      'no country code: column "C" is empty',
    );
  });
});

describe("warnings", () => {
  it("tell of attribute names that Pinpoint's console cannot show", () => {
    expect(compileMapping(mappingOf({ "Attributes.a:b": "A", "Attributes.ok": "A" })).warnings).toEqual([
      'the name "a:b" holds one of # : ? \\ /, which Pinpoint\'s console cannot show.',
    ]);
  });
});

describe("time zone tables", () => {
  it.each([
    ["Windows", WINDOWS_ZONES, 139],
    ["Rails", RAILS_ZONES, 151],
  ])("%s: every zone exists and no name is there twice", (_, table, count) => {
    const lines = table.split("\n").filter((line) => line !== "");
    for (const line of lines) {
      const zone = line.split("=")[1] ?? "";
      expect(() => new Intl.DateTimeFormat("en", { timeZone: zone })).not.toThrow();
    }
    expect(new Set(lines.map((line) => line.split("=")[0])).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThanOrEqual(count);
  });
});

/** A mapping that uses everything. */
const everything: MappingDefinition = {
  endpoints: [
    {
      name: "all",
      when: { any: [{ column: "a", matches: "." }, { not: { column: "b", in: ["x"] } }] },
      fields: {
        ChannelType: { column: "a", values: { x: "EMAIL" }, default: "SMS" },
        Address: {
          column: ["b", "a"],
          transforms: ["trim", { e164: { countryColumn: "c", country: "US" } }],
        },
        OptOut: { column: "c", transforms: ["boolean"], values: { true: "ALL", false: "NONE" } },
        EffectiveDate: { column: "a", transforms: [{ date: ["iso", "dd.MM.yyyy", "unix", "unixMs"] }] },
        RequestId: { template: "{a}{{{b}" },
        "Demographic.Locale": { column: "a", transforms: ["locale"] },
        "Demographic.Timezone": { column: "a", transforms: ["timezone"] },
        "Location.Country": { column: "b", transforms: ["country"], onInvalid: "omit" },
        "Location.Latitude": "a",
        "Metrics.R": { column: "a", transforms: [{ round: 2 }] },
        "Metrics.I": { column: "b", transforms: ["integer", { number: { decimal: ",", group: "." } }] },
        "Attributes.J": {
          column: "a",
          transforms: ["json", { replace: { pattern: "(.)", with: "$1$1" } }, "hash"],
        },
        "Attributes.S": {
          column: "b",
          split: ";",
          transforms: ["uppercase", { truncate: 3 }],
          whenEmpty: "clear",
        },
        "User.UserAttributes.*": { rest: true, transforms: ["lowercase"] },
      },
    },
  ],
};

describe("whatever the data", () => {
  const words = fc.constantFrom(
    "",
    " ",
    "x",
    "[",
    "['a']",
    '{"a":',
    "1.2065E+10",
    "+1",
    "2026-01-31",
    "US",
    "__proto__",
    "\ud800",
    "en",
    "unix",
    "UTC",
    "1e400",
    "-0",
  );
  const cell = fc.oneof(words, fc.string({ unit: "binary" }));
  const isSound = ({ item, reasons }: MappedEndpoint) =>
    typeof item === "object" && (reasons === undefined || reasons.length > 0);

  it("map never throws for CSV, and gives items or reasons", () => {
    const names = ["a", "b", "c", "d", "e:f", "__proto__"];
    const bound = compileMapping(everything).bind({ kind: "csv", names }, "contacts.csv");
    fc.assert(
      fc.property(fc.array(cell, { minLength: 6, maxLength: 6 }), (row) => {
        expect(bound.map(row).every(isSound)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("map never throws for JSON, and gives items or reasons", () => {
    const value = fc.oneof(cell, fc.jsonValue(), fc.double(), fc.constant(undefined));
    const row = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "__proto__", "toString"), value, {
      noNullPrototype: true,
    });
    const bound = compileMapping(everything).bind({ kind: "json", sample: [] }, "contacts.jsonl");
    const builtIn = createPinpointMapping().bind({ kind: "json", sample: [] }, "contacts.jsonl");
    fc.assert(
      fc.property(row, (values) => {
        expect(bound.map(values).every(isSound)).toBe(true);
        const wrapped = {
          ChannelType: "SMS",
          Address: "x",
          Attributes: values,
          User: values,
          Metrics: values,
        };
        expect(builtIn.map(wrapped as JsonObject).every(isSound)).toBe(true);
        expect(builtIn.map(values as JsonObject).every(isSound)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("map does not fall over nesting without end", () => {
    const bound = compileMapping(everything).bind({ kind: "json", sample: [] }, "contacts.jsonl");
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const text = `${open.repeat(50_000)}1${close.repeat(50_000)}`;
      const deep = JSON.parse(text);
      expect(bound.map({ a: deep, b: [deep], d: deep, e: [[deep]] }).every(isSound)).toBe(true);
      expect(bound.map({ a: text, b: text, d: text }).every(isSound)).toBe(true);
    }
  });

  it("a row is mapped the same every time, and stays as it was", () => {
    const bound = compileMapping(everything).bind({ kind: "json", sample: [] }, "contacts.jsonl");
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.jsonValue()), (values) => {
        const before = JSON.stringify(values);
        const first = JSON.stringify(bound.map(values as JsonObject));
        expect(JSON.stringify(bound.map(values as JsonObject))).toBe(first);
        expect(JSON.stringify(values)).toBe(before);
      }),
    );
  });
});
