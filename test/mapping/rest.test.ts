import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import { itemOf, mapCsv, mapJson, mappingOf, mistakesOf, reasonsOf } from "./map-rows.js";

const rest = mappingOf({ "Attributes.*": { rest: true } });

describe("rest of a CSV row", () => {
  it("takes the columns that no rule of the entry uses, by column, template or countryColumn", () => {
    const mapping = mappingOf(
      {
        Address: { column: ["A1", "A2"] },
        RequestId: { template: "{T}" },
        "Location.City": { column: "P", transforms: [{ e164: { countryColumn: "PC" } }], onInvalid: "omit" },
        "Attributes.*": { rest: true, except: ["Notes"] },
      },
      { when: { column: "W", present: true } },
    );
    const names = ["A1", "A2", "T", "P", "PC", "W", "Notes", "Free", "", " ", "_reject_row"];
    const item = itemOf(
      mapCsv(
        mapping,
        names,
        names.map((name) => name || "unnamed"),
      ),
    );
    expect(item.Attributes).toEqual({ W: ["W"], Free: ["Free"] });
  });

  it("looks at its own entry only", () => {
    const mapping = {
      endpoints: [
        { name: "a", fields: { Id: "Id", "Attributes.*": { rest: true } } },
        {
          name: "b",
          fields: { Id: { value: "b" }, "Attributes.A": "A", "User.UserAttributes.*": { rest: true } },
        },
      ],
    } as const;
    expect(mapCsv(mapping, ["Id", "A"], ["1", "x"])).toEqual([
      { entry: "a", item: { Id: "1", Attributes: { A: ["x"] } } },
      { entry: "b", item: { Id: "b", Attributes: { A: ["x"] }, User: { UserAttributes: { Id: ["1"] } } } },
    ]);
  });

  it("cleans names, says so once, and joins the values of names that become the same", () => {
    const long = "x".repeat(60);
    const bound = compileMapping(rest).bind(
      { kind: "csv", names: ["a:b", "a?b", " c ", long, "a:b"] },
      "contacts.csv",
    );
    expect(itemOf(bound.map(["1", "2", "3", "4", "5"]).slice())).toMatchObject({
      Attributes: { a_b: ["1", "2", "5"], c: ["3"], ["x".repeat(50)]: ["4"] },
    });
    expect(bound.warnings).toHaveLength(3);
    expect(bound.warnings[0]).toBe(
      'column "a:b" becomes Attributes.a_b: names hold at most 50 characters and none of # : ? \\ /.',
    );
  });

  it("leaves out a column whose name has a rule of its own", () => {
    const mapping = mappingOf({ "Attributes.Plan": "Tier", "Attributes.*": { rest: true } });
    const bound = compileMapping(mapping).bind({ kind: "csv", names: ["Tier", "Plan"] }, "contacts.csv");
    expect(itemOf(bound.map(["gold", "x"]))).toMatchObject({ Attributes: { Plan: ["gold"] } });
    expect(bound.warnings).toEqual(['column "Plan" is left out: Attributes.Plan has a rule of its own.']);
  });

  it("runs transforms and the other steps on each column", () => {
    const mapping = mappingOf({
      "Metrics.*": { rest: true, transforms: [{ number: { decimal: "," } }], onInvalid: "omit" },
      "Attributes.*": { rest: true, split: ";", whenEmpty: "clear" },
    });
    expect(itemOf(mapCsv(mapping, ["A", "B", "C"], ["1,5", "x; y", ""]))).toMatchObject({
      Metrics: { A: 1.5 },
      Attributes: { A: ["1,5"], B: ["x", "y"], C: [] },
    });
    expect(reasonsOf(mapCsv(mappingOf({ "Metrics.*": { rest: true } }), ["A"], ["x"]))).toEqual([
      'Metrics.A (column "A"): number: "x" is not a number',
    ]);
  });
});

describe("rest of an object", () => {
  it("takes nested objects apart, keeps lists, and leaves out what rules use", () => {
    const mapping = mappingOf({
      "Location.City": "address.city",
      "Attributes.First": "phones.0.n",
      "Attributes.All": "profile",
      "Attributes.*": { rest: true, except: ["secret"] },
    });
    const item = itemOf(
      mapJson(mapping, {
        address: { city: "Rome", zip: "00123", geo: { lat: 1 } },
        phones: [{ n: 1 }],
        profile: { a: 1 },
        tags: ["a", "b", ""],
        things: [{ x: 1 }],
        secret: { deep: 1 },
        none: null,
        "": "unnamed",
        _reject: { row: 1 },
      }),
    );
    expect(item.Attributes).toEqual({
      First: ["1"],
      All: ['{"a":1}'],
      "address.zip": ["00123"],
      "address.geo.lat": ["1"],
      tags: ["a", "b"],
      things: ['{"x":1}'],
    });
  });

  it("reports renamed keys once, when they come up, and joins collisions", () => {
    const bound = compileMapping(rest).bind({ kind: "json", sample: [{ a: 1 }] }, "contacts.jsonl");
    expect(bound.takeWarnings()).toEqual([]);
    expect(itemOf(bound.map({ "a:b": 1, "a?b": ["2", "3"] }))).toMatchObject({
      Attributes: { a_b: ["1", "2", "3"] },
    });
    bound.map({ "a:b": 1 });
    expect(bound.takeWarnings().map((warning) => warning.slice(0, 35))).toEqual([
      'column "a:b" becomes Attributes.a_b',
      'column "a?b" becomes Attributes.a_b',
    ]);
    expect(bound.takeWarnings()).toEqual([]);
  });

  it("leaves out a key whose name has a rule of its own", () => {
    const mapping = mappingOf({ "Attributes.plan": "tier", "Attributes.*": { rest: true } });
    const bound = compileMapping(mapping).bind({ kind: "json", sample: [] }, "contacts.jsonl");
    expect(itemOf([...bound.map({ tier: "gold", plan: "x" })])).toMatchObject({
      Attributes: { plan: ["gold"] },
    });
    expect(bound.takeWarnings()).toEqual(['key "plan" is left out: Attributes.plan has a rule of its own.']);
  });

  it("keeps keys that look like a prototype", () => {
    const endpoints = mapJson(rest, JSON.parse('{"__proto__":"p","constructor":{"name":"c"}}'));
    expect(JSON.stringify(endpoints[0])).toContain(
      '"Attributes":{"__proto__":["p"],"constructor.name":["c"]}',
    );
  });

  it("sends what is nested too deep as JSON text", () => {
    let deep: object = { end: 1 };
    for (let depth = 0; depth < 20; depth += 1) deep = { n: deep };
    const names = Object.keys(itemOf(mapJson(rest, { ...deep })).Attributes as object);
    expect(names).toEqual(["n.n.n.n.n.n.n.n"]);
  });
});

it("covers exactly the columns that no rule uses", () => {
  const column = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,10}[a-z]$/);
  fc.assert(
    fc.property(fc.uniqueArray(column, { minLength: 1, maxLength: 12 }), fc.nat(), (names, seed) => {
      const used = names.filter((_, index) => ((seed >> index) & 1) === 1);
      const mapping = mappingOf({
        ...Object.fromEntries(used.map((name) => [`User.UserAttributes.${name}`, { column: name }])),
        "Attributes.*": { rest: true },
      });
      const item = itemOf(mapCsv(mapping, names, names));
      const left = names.filter((name) => !used.includes(name));
      expect(Object.keys((item.Attributes ?? {}) as object).sort()).toEqual(left.sort());
    }),
  );
});

describe("mistakes with rest", () => {
  it.each([
    [{ "Attributes.A": { rest: true } }, '"rest" needs a field that ends in ".*"'],
    [{ Address: { rest: true } }, '"rest" needs a field that ends in ".*"'],
    [{ "Attributes.*": "Plan" }, '"Attributes.*" takes { "rest": true } and nothing else'],
    [{ "Attributes.A": { column: "A", except: ["B"] } }, '"except" goes with "rest" only'],
    [{ "Attributes.*": { rest: true, default: "x" } }, '"default" does not go with "rest"'],
    [{ "Attributes.*": { rest: true, required: true } }, '"required" does not go with "rest"'],
    [{ "Attributes.*": { rest: true, excpt: [] } }, 'unknown key "excpt". Did you mean "except"?'],
    [{ "Attributes.*": { rest: false } }, "rest: must be true"],
  ])("%j", (fields, message) => {
    const found = mistakesOf(mappingOf(fields as never));
    expect(found.join()).toContain(message);
    expect(found).toHaveLength(1);
  });
});
