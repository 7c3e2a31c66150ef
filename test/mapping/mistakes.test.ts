import { describe, expect, it } from "vitest";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import { bindMistakes, mapJson, mappingOf, mistakesOf } from "./map-rows.js";

describe("mistakes in rules", () => {
  it.each([
    [{ adress: "A" }, 'unknown field "adress". Did you mean "Address"?'],
    [{ "attributes.Plan": "A" }, 'Did you mean "Attributes.Plan"?'],
    [{ "User.UserAttribute.Plan": "A" }, 'Did you mean "User.UserAttributes.Plan"?'],
    [{ "Location.Contry": "A" }, 'Did you mean "Location.Country"?'],
    [{ FavouriteColour: "A" }, "Fields have Pinpoint's own names; your own ones go under Attributes."],
    [{ "Attributes.": "A" }, 'unknown field "Attributes."'],
    [{ Address: { colum: "A" } }, 'Address.colum: unknown key "colum". Did you mean "column"?'],
    [{ Address: { required: true } }, 'exactly one of "column", "template", "value" and "rest", not none'],
    [{ Address: "" }, "Address: must not be empty"],
    [{ Address: 5 }, "Address: must be a text or an object, not 5"],
    [{ Address: { column: [] } }, "Address.column: must not be empty"],
    [{ Address: { value: "" } }, "Address.value: must not be empty"],
    [{ Address: { value: ["a"] } }, "Address.value: Address takes one value, not a list"],
    [{ "Metrics.M": { value: "x" } }, 'value: Metrics.M: number: "x" is not a number'],
    [{ "Metrics.M": { column: "A", default: "x" } }, 'default: Metrics.M: number: "x" is not a number'],
    [{ "Metrics.M": { column: "A", values: { a: "x" } } }, "values.a: Metrics.M: number:"],
    [
      { OptOut: { value: "all" } },
      'OptOut.value: "all" is no OptOut: it is one of ALL, NONE. Did you mean "ALL"?',
    ],
    [{ OptOut: { column: "A", default: true } }, "OptOut.default: true is no OptOut"],
    [{ EndpointStatus: { column: "A", values: { x: "ON" } } }, 'values.x: "ON" is no EndpointStatus'],
    [{ Address: { column: "A", values: {} } }, "values: must not be empty"],
    [
      { Address: { column: "A", values: { a: [1] } } },
      "values.a: must be a text or a number or true or false or null",
    ],
    [
      { Address: { column: "A", onInvalid: "omitt" } },
      '"omitt" is none of "reject", "omit". Did you mean "omit"?',
    ],
    [{ Address: { column: "A", whenEmpty: "keep" } }, '"keep" is none of "clear"'],
    [{ Address: { column: "A", required: "yes" } }, 'required: must be true or false, not the text "yes"'],
    [{ Address: { column: "A", transforms: "trim" } }, "transforms: must be a list, not the text"],
    [{ Address: { column: "A", split: "" } }, "split: must not be empty"],
  ])("%j", (fields, message) => {
    const found = mistakesOf(mappingOf(fields as never));
    expect(found.join("\n")).toContain(message);
    expect(found).toHaveLength(1);
  });

  it.each([
    [null, ": must be an object, not null."],
    [[], ": must be an object, not a list."],
    [{ endpoints: {} }, "endpoints: must be a list, not an object."],
    [{ endpoints: [{ fields: [] }] }, "endpoints[0].fields: must be an object, not a list."],
    [{ endpoints: [{ fields: {} }] }, "endpoints[0].fields: must not be empty."],
    [{ endpoints: [{ name: "", fields: { Id: "A" } }] }, "endpoints[0].name: must not be empty."],
  ])("%j as a whole", (mapping, message) => {
    expect(mistakesOf(mapping)).toEqual([message]);
  });

  it("of a rule are all found, whatever else is wrong with it", () => {
    expect(
      mistakesOf(
        mappingOf({
          Address: {
            column: 5,
            template: "{",
            transforms: ["tirm", { date: "YYYY" }, 3],
            values: { a: [] },
          } as never,
        }),
      ).map((mistake) => mistake.replace("endpoints[0].fields.Address", "")),
    ).toEqual(
      expect.arrayContaining([
        expect.stringContaining(".column: must be a text or a list, not 5."),
        expect.stringContaining('.transforms[0]: unknown transform "tirm"'),
        expect.stringContaining('.transforms[1].date: "YYYY" is no usable date format'),
        expect.stringContaining(".transforms[2]: must be a text or an object, not 3."),
        expect.stringContaining(".values.a: must be"),
        expect.stringContaining('not "column" and "template"'),
      ]),
    );
  });
});

describe("columns that are not there", () => {
  it("are a warning when another of the list is there and a name is near", () => {
    const mapping = mappingOf({ Address: { column: ["Email", "Emails", "Fax"] } });
    const bind = (names: string[]) =>
      compileMapping(mapping).bind({ kind: "csv", names }, "contacts.csv").warnings;
    expect(bind(["Email", "E-Mails"])).toEqual([
      'column "Emails" is not in the header of contacts.csv. Did you mean "E-Mails"?',
    ]);
    expect(bind(["Email", "Name"])).toEqual([]);
  });

  it("are a warning in JSON when a key is near that the mapping does not use", () => {
    const mapping = mappingOf({ Address: "emial", "Attributes.N": "name" });
    const warnings = (row: object) =>
      compileMapping(mapping).bind({ kind: "json", sample: [row as never] }, "c.jsonl").warnings;
    expect(warnings({ name: 1, emials: 2 })).toEqual([
      'column "emial" is not in the first rows of c.jsonl. Did you mean "emials"?',
    ]);
    expect(warnings({ name: 1 })).toEqual([]);
  });

  it("do not keep an optional key from being found by its path", () => {
    const mapping = mappingOf({ Address: "traits.list.0.mail" });
    expect(mapJson(mapping, { traits: { list: [{ mail: "a@example.com" }] } })).toHaveLength(1);
  });

  it("may differ from the header by white space", () => {
    expect(bindMistakes(mappingOf({ Address: "Email" }), [" Email "])).toEqual([]);
  });
});
