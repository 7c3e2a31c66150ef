import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/domain.js";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import type { FieldRule } from "../../src/mapping/mapping-definition.js";
import { bindMistakes, itemOf, mapCsv, mapJson, mappingOf, mistakesOf, reasonsOf } from "./map-rows.js";

const attribute = (rule: FieldRule) => mappingOf({ "Attributes.A": rule });
const valuesOf = (endpoints: ReturnType<typeof mapCsv>) =>
  (itemOf(endpoints).Attributes as { A: string[] } | undefined)?.A;

describe("columns of CSV", () => {
  it("takes the exact name before one that differs by white space", () => {
    expect(valuesOf(mapCsv(attribute("Plan"), [" Plan ", "Plan"], ["x", "y"]))).toEqual(["y"]);
    expect(valuesOf(mapCsv(attribute("Plan"), ["X", " Plan "], ["x", "y"]))).toEqual(["y"]);
  });

  it("gives an attribute all values of a repeated name in order, another field the first that is not empty", () => {
    const mapping = mappingOf({ "Attributes.A": "T", "Location.City": "T", "Metrics.M": "N" });
    const item = itemOf(mapCsv(mapping, ["T", "N", "T", "N", "T"], [" ", "", "b", "2", "a"]));
    expect(item).toMatchObject({ Attributes: { A: ["b", "a"] }, Location: { City: "b" }, Metrics: { M: 2 } });
  });

  it("keeps a value as it is, white space and leading zeros included", () => {
    expect(valuesOf(mapCsv(attribute("P"), ["P"], [" 00123"]))).toEqual([" 00123"]);
    expect(valuesOf(mapCsv(attribute("P"), ["P"], ["1.2065E+10"]))).toEqual(["1.2065E+10"]);
  });

  it.each(["", " ", "\t\n", "\u00a0", "\u3000 "])("sends nothing for the blank value %j", (blank) => {
    expect(itemOf(mapCsv(attribute("P"), ["P"], [blank]))).toEqual({ Id: "id" });
  });

  it("takes the first column of a list that is not empty", () => {
    const mapping = attribute({ column: ["A", "B", "C"] });
    expect(valuesOf(mapCsv(mapping, ["A", "B", "C"], ["", "b", "c"]))).toEqual(["b"]);
  });

  it("needs one column of a list to be there, and warns of a near miss", () => {
    const mapping = attribute({ column: ["Mobile", "Phonne"] });
    expect(bindMistakes(mapping, ["Email", "Phone"])).toEqual([
      'endpoints[0].fields["Attributes.A"].column: column "Mobile" is not in the header of contacts.csv. column "Phonne" is not in the header of contacts.csv. Did you mean "Phone"?',
    ]);
    expect(bindMistakes(mapping, ["Mobile", "Phone"])).toEqual([]);
  });

  it("finds all columns that are missing, wherever the mapping names them", () => {
    const mapping = mappingOf(
      {
        Address: "Emails",
        RequestId: { template: "{Idd}-{Nope}" },
        "Attributes.P": { column: "Email", transforms: [{ e164: { countryColumn: "Contry" } }] },
        "Attributes.*": { rest: true, except: ["Note", "Elsewhere"] },
      },
      { when: { all: [{ column: "Activ", present: true }, { not: { column: "Q", equals: 1 } }] } },
    );
    expect(bindMistakes(mapping, ["Email", "Id", "Country", "Active", "Notes"])).toEqual([
      'endpoints[0].when.all[0].column: column "Activ" is not in the header of contacts.csv. Did you mean "Active"?',
      'endpoints[0].when.all[1].not.column: column "Q" is not in the header of contacts.csv.',
      'endpoints[0].fields.Address: column "Emails" is not in the header of contacts.csv. Did you mean "Email"?',
      'endpoints[0].fields.RequestId.template: column "Idd" is not in the header of contacts.csv. Did you mean "Id"?',
      'endpoints[0].fields.RequestId.template: column "Nope" is not in the header of contacts.csv.',
      'endpoints[0].fields["Attributes.P"].transforms[0].e164.countryColumn: column "Contry" is not in the header of contacts.csv. Did you mean "Country"?',
      'endpoints[0].fields["Attributes.*"].except[0]: column "Note" is not in the header of contacts.csv. Did you mean "Notes"?',
    ]);
  });

  it("fits an empty input, which has no header", () => {
    expect(bindMistakes(attribute("P"), [])).toEqual([]);
  });

  it("never reads a column of the rejects file", () => {
    const message = 'names that begin with "_reject" belong to the rejects file';
    for (const rule of [
      "_reject_row",
      { column: ["A", "_reject_code"] },
      { template: "{_reject_row}" },
    ] as const)
      expect(mistakesOf(attribute(rule)).join()).toContain(message);
    expect(mistakesOf(mappingOf({}, { when: { column: "_reject", present: true } })).join()).toContain(
      message,
    );
  });
});

describe("columns of JSON", () => {
  /** Without a sample, as the check for other data would get in the way. */
  const read = (column: string, row: object) =>
    valuesOf([
      ...compileMapping(attribute({ column }))
        .bind({ kind: "json", sample: [] }, "contacts.jsonl")
        .map(row as JsonObject),
    ]);

  it.each([
    ["a", { a: "x" }, ["x"]],
    ["a.b", { "a.b": "own", a: { b: "nested" } }, ["own"]],
    ["a.b", { a: { b: "nested" } }, ["nested"]],
    ["a.1.b", { a: [{ b: 1 }, { b: 2 }] }, ["2"]],
    ["a.b", { a: [{ b: 1 }, { c: 9 }, { b: 2 }] }, ["1", "2"]],
    ["a.b.c", { a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: { c: 3 } }] }, ["1", "2", "3"]],
    ["a", { a: ["x", "", null, "x", true, 1.5] }, ["x", "x", "true", "1.5"]],
    ["a", { a: { b: 1 } }, ['{"b":1}']],
    ["a", { a: [{ b: 1 }, ["c"]] }, ['{"b":1}', '["c"]']],
    ["a.0", { a: { 0: "key" } }, ["key"]],
    ["a", { a: null }, undefined],
    ["a", { a: [] }, undefined],
    ["a.b", { a: "text" }, undefined],
    ["a.length", { a: ["x"] }, undefined],
    ["constructor", {}, undefined],
    ["a.__proto__", { a: {} }, undefined],
    ["a.constructor.name", { a: {} }, undefined],
    ["constructor", { constructor: "data" }, ["data"]],
    ["__proto__", JSON.parse('{"__proto__":"data"}'), ["data"]],
    ["a.__proto__", JSON.parse('{"a":{"__proto__":"data"}}'), ["data"]],
  ])("%s of %j", (column, row, values) => {
    expect(read(column, row)).toEqual(values);
  });

  it("writes numbers and booleans as text, and takes the first of a list, where a text is wanted", () => {
    const mapping = mappingOf({ "User.UserId": "id", "Location.City": "c", "Demographic.Make": "b" });
    expect(itemOf(mapJson(mapping, { id: 42, c: ["Rome", "Oslo"], b: false }))).toMatchObject({
      User: { UserId: "42" },
      Location: { City: "Rome" },
      Demographic: { Make: "false" },
    });
  });

  it("rejects what is no text, and numbers that have lost digits", () => {
    const mapping = mappingOf({ "User.UserId": "id" });
    expect(reasonsOf(mapJson(mapping, { id: { a: 1 } }))[0]).toContain(
      'User.UserId (column "id"): text: "{\\"a\\":1}" is an object',
    );
    expect(reasonsOf(mapJson(mapping, { id: 2 ** 60 }))[0]).toContain("too large to be exact");
  });

  it("says that a mapping is for other data when none of its columns occurs", () => {
    const bound = () => mapJson(attribute("Plan"), { name: "x", address: { city: "y" } });
    expect(bound).toThrow(
      'none of the columns of this mapping occurs in contacts.jsonl: it seems to be for other data. There are "name", "address", "address.city".',
    );
  });

  it("takes a key that is missing from the sample for an optional one", () => {
    expect(itemOf(mapJson(mappingOf({ "Attributes.A": "a", "Attributes.B": "b" }), { a: 1 }))).toMatchObject({
      Attributes: { A: ["1"] },
    });
  });
});

describe("templates and constants", () => {
  it.each([
    ["{A}-{B}", "1-2"],
    ["{{{A}}}", "{1}"],
    ["x{A}{A}y", "x11y"],
    ["{A}{E}", undefined],
  ])("%s", (template, text) => {
    expect(valuesOf(mapCsv(attribute({ template }), ["A", "B", "E"], ["1", "2", " "]))).toEqual(
      text && [text],
    );
  });

  it("takes the first value of a list and rejects an object", () => {
    const mapping = attribute({ template: "{a}!" });
    expect(valuesOf(mapJson(mapping, { a: ["x", "y"] }))).toEqual(["x!"]);
    expect(reasonsOf(mapJson(mapping, { a: { b: 1 } }))[0]).toContain(
      'Attributes.A (template "{a}!"): text:',
    );
  });

  it.each([
    ["{A", '"{" at character 1 is never closed'],
    ["ab}c{D}", '"}" at character 3 closes nothing'],
    ["{ }", '"{}" at character 1 names no column'],
    ["constant", "the template names no column"],
  ])("%s is a mistake", (template, message) => {
    const found = mistakesOf(attribute({ template }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`endpoints[0].fields["Attributes.A"].template: ${message}`);
  });

  it("sends constants of every type", () => {
    const mapping = mappingOf({
      "Attributes.A": { value: ["x", 1] },
      "Attributes.B": { value: true },
      "Metrics.M": { value: 2 },
      ChannelType: { value: "EMAIL" },
    });
    expect(itemOf(mapCsv(mapping, ["X"], ["x"]))).toEqual({
      Id: "id",
      Attributes: { A: ["x", "1"], B: ["true"] },
      Metrics: { M: 2 },
      ChannelType: "EMAIL",
    });
  });
});
