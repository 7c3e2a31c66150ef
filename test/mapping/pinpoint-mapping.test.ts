import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/domain.js";
import { isPinpointShape } from "../../src/mapping/compile-mapping.js";
import { createPinpointMapping } from "../../src/mapping/pinpoint-mapping.js";
import { issuesOf, itemOf, reasonsOf } from "./map-rows.js";

const mapping = createPinpointMapping();
const csv = (names: string[]) => mapping.bind({ kind: "csv", names }, "contacts.csv");
const json = (row: JsonObject) => mapping.bind({ kind: "json", sample: [row] }, "contacts.jsonl").map(row);

describe("the built-in mapping for CSV", () => {
  it("takes every column that is a field, and repeated ones together", () => {
    const bound = csv([
      "ChannelType",
      " Address",
      "Id",
      "EffectiveDate",
      "Location.Country",
      "Location.Latitude",
      "Metrics.age",
      "Attributes.a.b",
      "User.UserAttributes.tags",
      "User.UserAttributes.tags",
      "User.UserId",
      "_reject_row",
    ]);
    expect(bound.warnings).toEqual([]);
    const row = [
      "EMAIL",
      "a@example.com",
      "1",
      "2026-01-31T12:00Z",
      "US",
      "47.6",
      "42",
      "x",
      "t1",
      "t2",
      "u",
      "9",
    ];
    expect(itemOf([...bound.map(row)])).toEqual({
      ChannelType: "EMAIL",
      Address: "a@example.com",
      Id: "1",
      EffectiveDate: "2026-01-31T12:00Z",
      Location: { Country: "US", Latitude: 47.6 },
      Metrics: { age: 42 },
      Attributes: { "a.b": ["x"] },
      User: { UserAttributes: { tags: ["t1", "t2"] }, UserId: "u" },
    });
  });

  it("warns of columns that are no fields", () => {
    expect(csv(["Id", "Adress", "Foo"]).warnings).toEqual([
      'column "Adress" of contacts.csv is no Pinpoint field and is ignored. Did you mean "Address"?',
      'column "Foo" of contacts.csv is no Pinpoint field and is ignored.',
    ]);
  });

  it("makes an Id where there is none, the same for the same contact", () => {
    const bound = csv(["ChannelType", "Address", "Id"]);
    const idOf = (...row: string[]) => itemOf([...bound.map(row)]).Id;
    expect(idOf("EMAIL", "Ann@example.com", "")).toBe(idOf("EMAIL", "ann@example.com", " "));
    expect(idOf("EMAIL", "a@example.com", "")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(idOf("APNS", "Token", "")).not.toBe(idOf("APNS", "token", ""));
    expect(idOf("SMS", "+12065550100", "")).not.toBe(idOf("VOICE", "+12065550100", ""));
    expect(reasonsOf([...bound.map(["EMAIL", "", ""])])).toEqual([
      "Id: no Id rule and no Address to make one from",
    ]);
    expect(reasonsOf([...bound.map(["", "x", ""])])).toEqual([
      "Id: no Id rule and no ChannelType to make one from",
    ]);
  });

  it("refuses a header that has nothing to do with Pinpoint, and fits an empty input", () => {
    expect(issuesOf(() => csv(["Email", "Name"]))[0]?.message).toContain("no column of contacts.csv");
    expect(issuesOf(() => csv(["Address"]))[0]?.message).toContain('no "ChannelType" to make Ids from');
    expect(csv([]).map([])).toEqual([]);
  });
});

describe("the built-in mapping for endpoint objects", () => {
  it("passes them through, unknown members included, without the marks of the rejects file", () => {
    const row = JSON.parse(
      '{"Id":"1","Foo":{"x":null},"Attributes":{"a":["x"],"b":[],"__proto__":["p"]},"OptOut":"MAYBE","Metrics":{"m":1},"_reject":{"row":1}}',
    );
    const [endpoint] = json(row);
    expect(JSON.stringify(endpoint)).toBe(
      '{"entry":"endpoint","item":{"Id":"1","Foo":{"x":null},"Attributes":{"a":["x"],"b":[],"__proto__":["p"]},"OptOut":"MAYBE","Metrics":{"m":1}}}',
    );
    expect(row._reject).toBeDefined();
  });

  it("wraps plain attribute values, reads numbers, and leaves out null and empty texts", () => {
    expect(
      itemOf([
        ...json({
          Id: 12,
          Address: null,
          Attributes: { a: "x", b: null, c: "", n: 5 },
          Metrics: { m: "1.5", bad: "x" },
          Location: { Latitude: "47.6", Longitude: -122.3, City: "12" },
          User: { UserId: 7, UserAttributes: { t: "v", list: ["w"] } },
        }),
      ]),
    ).toEqual({
      Id: "12",
      Attributes: { a: ["x"], n: ["5"] },
      Metrics: { m: 1.5, bad: "x" },
      Location: { Latitude: 47.6, Longitude: -122.3, City: "12" },
      User: { UserId: "7", UserAttributes: { t: ["v"], list: ["w"] } },
    });
  });

  it("leaves what has the wrong shape to validation", () => {
    expect(itemOf([...json({ Id: "1", Attributes: ["x"], User: "u", Metrics: { m: [1] } })])).toEqual({
      Id: "1",
      Attributes: ["x"],
      User: "u",
      Metrics: { m: [1] },
    });
  });

  it("makes a missing Id", () => {
    expect(itemOf([...json({ ChannelType: "SMS", Address: "+12065550100" })]).Id).toMatch(/-5/);
    expect(reasonsOf([...json({ User: { UserId: "u" } })])).toHaveLength(1);
  });
});

describe("isPinpointShape", () => {
  it.each([
    [["ChannelType", "Address", "Foo"], true],
    [["Id", "OptOut"], true],
    [["User.UserId"], true],
    [["Id", "Attributes.X", "Foo"], true],
    [["Id", "OptOut", "_reject_row"], true],
    [["Id", "Email", "MailingCity"], false],
    [["Email", "Address"], false],
    [["Location.City", "Name"], false],
    [["Email"], false],
    [[], true],
  ])("header %j: %s", (names, result) => {
    expect(isPinpointShape({ kind: "csv", names })).toBe(result);
  });

  it.each([
    [[{ ChannelType: "EMAIL", Address: "a", foo: 1 }], true],
    [[{ Id: "1", Attributes: {} }, { User: {} }], true],
    [[{ Id: "1", _reject: {} }], true],
    [[{ Id: "1" }, { email: "x" }], false],
    [[{ type: "identify", userId: "1" }], false],
    [[{}], false],
    [[], true],
  ])("objects %j: %s", (sample, result) => {
    expect(isPinpointShape({ kind: "json", sample: sample as JsonObject[] })).toBe(result);
  });
});
