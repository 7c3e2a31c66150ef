import { describe, expect, it } from "vitest";
import type { FieldRule } from "../../src/mapping/mapping-definition.js";
import { attributeOf, itemOf, mapCsv, mapJson, mappingOf, mistakesOf, reasonsOf } from "./map-rows.js";

type Rule = Exclude<FieldRule, string>;
const column = (rule: object) => ({ column: "C", ...rule }) as Rule;

describe("values", () => {
  const values = { true: "ALL", false: "NONE", no: null, "1": 5 } as const;

  it.each([
    ["true", ["ALL"]],
    [" TRUE ", ["ALL"]],
    [true, ["ALL"]],
    [1, ["5"]],
    ["no", undefined],
    ["", undefined],
    [
      ["true", "FALSE"],
      ["ALL", "NONE"],
    ],
  ])("translates %j", (value, result) => {
    expect(attributeOf(column({ values }), value)).toEqual(result);
  });

  it("takes the exact value before one in another case", () => {
    expect(attributeOf(column({ values: { y: "small", Y: "large" } }), "Y")).toEqual(["large"]);
    expect(attributeOf(column({ values: { y: "small", Y: "large" } }), " Y ")).toEqual(["small"]);
  });

  it("rejects what is not in the table, with the table", () => {
    expect(attributeOf(column({ values: { true: "ALL", false: "NONE" } }), "fals")).toBe(
      'rejected: Attributes.A (column "C"): values: "fals" is not in the table of values: "true", "false". Did you mean "false"?',
    );
  });

  it("comes after the transforms", () => {
    expect(attributeOf(column({ transforms: ["boolean"], values }), "yes")).toEqual(["ALL"]);
  });

  it("has data for keys", () => {
    expect(attributeOf(column({ values: { a: "x" } }), "constructor")).toContain("is not in the table");
  });
});

describe("default", () => {
  it("stands for an empty source and for what is not in the table, not for what is invalid", () => {
    const rule = column({ values: { a: "x" }, default: "d" });
    expect(attributeOf(rule, "")).toEqual(["d"]);
    expect(attributeOf(rule, "zzz")).toEqual(["d"]);
    expect(attributeOf(column({ transforms: ["number"], default: 1 }), "zzz")).toContain("is not a number");
    expect(attributeOf(column({ split: ";", default: "d" }), ";;")).toEqual(["d"]);
  });

  it("does not stand in for a value that the table leaves out", () => {
    expect(attributeOf(column({ values: { a: null }, default: "d" }), "a")).toBeUndefined();
  });
});

describe("required", () => {
  it("rejects an endpoint without the value, with all reasons of the entry", () => {
    const mapping = mappingOf({
      Address: { column: "Email", required: true },
      "Metrics.M": "N",
      "Metrics.L": { column: "N", onInvalid: "omit", required: true },
      "Location.City": { column: "Email", transforms: ["trim"] },
    });
    expect(reasonsOf(mapCsv(mapping, ["Email", "N"], ["", "abc"]))).toEqual([
      'Address (column "Email"): required, but empty',
      'Metrics.M (column "N"): number: "abc" is not a number',
      'Metrics.L (column "N"): required, but there is no value',
    ]);
  });
});

describe("onInvalid", () => {
  it("leaves out the value, or the bad values of a list", () => {
    expect(attributeOf(column({ transforms: ["number"], onInvalid: "omit" }), "abc")).toBeUndefined();
    expect(attributeOf(column({ split: ";", transforms: ["number"], onInvalid: "omit" }), "1;x;2")).toEqual([
      "1",
      "2",
    ]);
    expect(attributeOf(column({ split: ";", values: { a: "b" }, onInvalid: "omit" }), "x;y")).toBeUndefined();
    const metric = mappingOf({ "Metrics.M": column({ onInvalid: "omit" }) });
    expect(itemOf(mapJson(metric, { C: "abc" }))).toEqual({ Id: "id" });
  });

  it("rejects by default", () => {
    expect(attributeOf(column({ transforms: ["number"], onInvalid: "reject" }), "abc")).toContain("rejected");
  });
});

describe("whenEmpty", () => {
  it("clears an attribute whose source is empty, not one whose value was invalid", () => {
    expect(attributeOf(column({ whenEmpty: "clear" }), "")).toEqual([]);
    expect(attributeOf(column({ split: ";", whenEmpty: "clear" }), ";")).toEqual([]);
    expect(
      attributeOf(column({ transforms: ["number"], onInvalid: "omit", whenEmpty: "clear" }), "x"),
    ).toBeUndefined();
  });

  it.each([
    [
      { "Location.City": column({ whenEmpty: "clear" }) },
      "only attributes can be cleared, and Location.City is none",
    ],
    [{ "Metrics.M": column({ whenEmpty: "clear" }) }, "only attributes can be cleared"],
    [
      { "Attributes.A": column({ whenEmpty: "clear", default: "d" }) },
      '"whenEmpty" and "default" contradict each other',
    ],
    [
      { "Attributes.A": column({ whenEmpty: "clear", required: true }) },
      '"whenEmpty" and "required" contradict each other',
    ],
  ])("%j is a mistake", (fields, message) => {
    expect(mistakesOf(mappingOf(fields)).join()).toContain(message);
  });
});

describe("fields that hold numbers", () => {
  it("reads a text strictly, without a transform", () => {
    const mapping = mappingOf({ "Metrics.M": "C", "Location.Latitude": "A", "Location.Longitude": "A" });
    expect(itemOf(mapJson(mapping, { C: " 12.5 ", A: -3 }))).toMatchObject({
      Metrics: { M: 12.5 },
      Location: { Latitude: -3, Longitude: -3 },
    });
    for (const value of ["1,5", "", "x", true, { a: 1 }, "1e999"].filter((one) => one !== ""))
      expect(reasonsOf(mapJson(mapping, { C: value }))[0]).toContain('Metrics.M (column "C"): number:');
  });
});

describe("attributes", () => {
  it("have any name, __proto__ and dots included", () => {
    const mapping = mappingOf(
      JSON.parse(
        '{"Attributes.__proto__":"C","Attributes.a.b":"C","User.UserAttributes.constructor":"C","Metrics.__proto__":"N"}',
      ),
    );
    const [endpoint] = mapJson(mapping, { C: "x", N: 1 });
    expect(endpoint && "item" in endpoint ? JSON.stringify(endpoint.item) : "").toBe(
      '{"Attributes":{"__proto__":["x"],"a.b":["x"]},"Id":"id","Metrics":{"__proto__":1},"User":{"UserAttributes":{"constructor":["x"]}}}',
    );
  });
});
