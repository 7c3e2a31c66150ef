import { describe, expect, it } from "vitest";
import type { Endpoint, JsonObject, RejectReason } from "../../src/domain.js";
import { createValidator } from "../../src/validation/create-validator.js";

const validate = createValidator();

const email = { Id: "c-1", ChannelType: "EMAIL", Address: "ada@example.com" };
const custom = { Id: "c-1", ChannelType: "CUSTOM", Address: "https://example.com/hook" };

function toReasons(item: JsonObject): readonly string[] {
  const result = validate(item);
  return "buffer" in result ? [] : result.map(({ reason }) => reason);
}

function toEndpoint(item: JsonObject): Endpoint {
  const result = validate(item);
  if ("buffer" in result) return result;
  throw new Error(result.map(({ reason }) => reason).join("; "));
}

const toJson = ({ buffer, start, end }: Endpoint): string => buffer.toString("utf8", start, end);

function toRejects(item: JsonObject): readonly RejectReason[] {
  const result = validate(item);
  if ("buffer" in result) throw new Error("the item is valid");
  return result;
}

const values = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
const names = (count: number, prefix = "n") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ["v"]]));

describe("what is valid", () => {
  it("takes an endpoint with every member that Pinpoint has, and serialises it as it is", () => {
    const item = {
      Id: "Ada-1",
      ChannelType: "EMAIL",
      Address: "ada@example.com",
      EndpointStatus: "ACTIVE",
      OptOut: "NONE",
      EffectiveDate: "2026-01-31T12:00:00.000Z",
      RequestId: "run 7",
      Attributes: { Interests: ["math", "engines"], Empty: [] },
      Metrics: { LifetimeValue: 12.5 },
      Demographic: {
        AppVersion: "1",
        Locale: "en_US",
        Make: "m",
        Model: "x",
        ModelVersion: "2",
        Platform: "web",
        PlatformVersion: "3",
        Timezone: "America/New_York",
      },
      Location: {
        City: "Łódź",
        Country: "PL",
        Latitude: 51.8,
        Longitude: 19.5,
        PostalCode: "90-001",
        Region: "ŁD",
      },
      User: { UserId: "u-1", UserAttributes: { FirstName: ["Ada"] } },
    };
    const endpoint = toEndpoint(item);
    expect(JSON.parse(toJson(endpoint))).toEqual(item);
    expect(endpoint.id).toBe("Ada-1");
  });

  it("takes a partial update with nothing but an Id", () => {
    expect(toJson(toEndpoint({ Id: "c-1" }))).toBe('{"Id":"c-1"}');
  });

  it("takes a partial update without address and channel", () => {
    expect(toReasons({ Id: "c-1", OptOut: "ALL", User: { UserId: "u" } })).toEqual([]);
  });
});

describe("each rule at its edge", () => {
  const rows: readonly (readonly [string, JsonObject, RegExp | null])[] = [
    ["50 values", { ...email, Attributes: { a: values(50) } }, null],
    ["51 values", { ...email, Attributes: { a: values(51) } }, /^Attributes\.a has 51 values/],
    [
      "51 values of a user",
      { ...email, User: { UserAttributes: { a: values(51) } } },
      /^User\.UserAttributes\.a has 51 /,
    ],
    ["a name of 50", { ...email, Attributes: { ["n".repeat(50)]: ["v"] } }, null],
    ["a name of 51", { ...email, Attributes: { ["n".repeat(51)]: ["v"] } }, /^Attributes: the name .* 51 /],
    ["a name of 50 astral characters", { ...email, Attributes: { ["🦊".repeat(50)]: ["v"] } }, null],
    ["an empty name", { ...email, Attributes: { "": ["v"] } }, /^Attributes has an empty name/],
    ["a metric name of 50", { ...email, Metrics: { ["n".repeat(50)]: 1 } }, null],
    ["a metric name of 51", { ...email, Metrics: { ["n".repeat(51)]: 1 } }, /^Metrics: the name /],
    [
      "a user's name of 51",
      { ...email, User: { UserAttributes: { ["n".repeat(51)]: ["v"] } } },
      /^User\.UserAttributes: the name /,
    ],
    ["a value of 100", { ...email, Attributes: { a: ["v".repeat(100)] } }, null],
    ["a value of 100 astral characters", { ...email, Attributes: { a: ["🦊".repeat(100)] } }, null],
    [
      "a value of 101",
      { ...email, Attributes: { a: ["x", "v".repeat(101)] } },
      /^Attributes\.a, value 2 has 101 characters/,
    ],
    ["an empty value", { ...email, Attributes: { a: [""] } }, null],
    ["a city of 75", { ...email, Location: { City: "c".repeat(75) } }, null],
    ["a city of 76", { ...email, Location: { City: "c".repeat(76) } }, /^Location\.City has 76 /],
    ["a region of 76", { ...email, Location: { Region: "c".repeat(76) } }, /^Location\.Region has 76 /],
    ["a model of 100", { ...email, Demographic: { Model: "m".repeat(100) } }, null],
    ["a model of 101", { ...email, Demographic: { Model: "m".repeat(101) } }, /^Demographic\.Model has 101 /],
    ["a make of 50", { ...email, Demographic: { Make: "m".repeat(50) } }, null],
    ["a make of 51", { ...email, Demographic: { Make: "m".repeat(51) } }, /^Demographic\.Make has 51 /],
    ["latitude 90", { ...email, Location: { Latitude: 90, Longitude: 180 } }, null],
    ["latitude -90", { ...email, Location: { Latitude: -90, Longitude: -180 } }, null],
    [
      "latitude 90.1",
      { ...email, Location: { Latitude: 90.1, Longitude: 0 } },
      /^Location\.Latitude is 90\.1/,
    ],
    ["latitude -90.1", { ...email, Location: { Latitude: -90.1, Longitude: 0 } }, /at least -90/],
    ["longitude 180.1", { ...email, Location: { Latitude: 0, Longitude: 180.1 } }, /at most 180/],
    ["longitude -180.1", { ...email, Location: { Latitude: 0, Longitude: -180.1 } }, /at least -180/],
    ["latitude alone", { ...email, Location: { Latitude: 1 } }, /^Location\.Longitude is missing/],
    ["longitude alone", { ...email, Location: { Longitude: 1 } }, /^Location\.Latitude is missing/],
    ["alpha-3", { ...email, Location: { Country: "USA" } }, null],
    ["a country name", { ...email, Location: { Country: "France" } }, /^Location\.Country is "France"/],
    ["a small alpha-2", { ...email, Location: { Country: "fr" } }, /^Location\.Country/],
    ["Id with $", { ...email, Id: "a$b" }, /^Id is "a\$b"/],
    ["Id with {", { ...email, Id: "a{b" }, /^Id is/],
    ["Id with }", { ...email, Id: "a}b" }, /^Id is/],
    ["Id with spaces and accents", { ...email, Id: "é / b:c#?\\" }, null],
    ["an empty Id", { ...email, Id: "" }, /^Id is empty$/],
    ["no Id", { ChannelType: "EMAIL", Address: "a@example.com" }, /^Id is missing/],
    ["UserId with $", { ...email, User: { UserId: "u$" } }, /^User\.UserId is "u\$"/],
    ["an empty UserId", { ...email, User: { UserId: "" } }, /^User\.UserId is empty$/],
    ["SMS in E.164", { Id: "1", ChannelType: "SMS", Address: "+12065550100" }, null],
    ["VOICE in E.164", { Id: "1", ChannelType: "VOICE", Address: "+12065550100" }, null],
    ["15 digits", { Id: "1", ChannelType: "SMS", Address: `+${"1".repeat(15)}` }, null],
    ["16 digits", { Id: "1", ChannelType: "SMS", Address: `+${"1".repeat(16)}` }, /^Address is .*E\.164/],
    ["no plus", { Id: "1", ChannelType: "SMS", Address: "12065550100" }, /^Address is .*E\.164/],
    ["a national zero", { Id: "1", ChannelType: "VOICE", Address: "+02065550100" }, /E\.164/],
    ["a spaced number", { Id: "1", ChannelType: "SMS", Address: "+1 206 555 0100" }, /E\.164/],
    ["a number and a line end", { Id: "1", ChannelType: "SMS", Address: "+12065550100\n" }, /E\.164/],
    ["an empty number", { Id: "1", ChannelType: "SMS", Address: "" }, /^Address is empty$/],
    ["SMS without address", { Id: "1", ChannelType: "SMS" }, /^Address is missing/],
    ["EMAIL without address", { Id: "1", ChannelType: "EMAIL" }, /^Address is missing/],
    ["GCM without address", { Id: "1", ChannelType: "GCM" }, /^Address is missing/],
    ["an empty push token", { Id: "1", ChannelType: "APNS", Address: "" }, /^Address is empty$/],
    ["a push token", { Id: "1", ChannelType: "APNS", Address: "1f".repeat(32) }, null],
    ["an in-app address", { Id: "1", ChannelType: "IN_APP", Address: "anything at all" }, null],
    ["address without channel", { Id: "1", Address: "x" }, /^ChannelType is missing/],
    ["an address without @", { ...email, Address: "ada" }, /^Address is "ada".*e-mail address/],
    ["an address without a dot", { ...email, Address: "ada@localhost" }, /e-mail address/],
    ["two @", { ...email, Address: "a@b@example.com" }, /e-mail address/],
    ["a spaced address", { ...email, Address: "ada lovelace@example.com" }, /e-mail address/],
    ["a display name", { ...email, Address: "Ada <ada@example.com>" }, /e-mail address/],
    ["two addresses", { ...email, Address: "a@example.com,b@example.com" }, /e-mail address/],
    ["a closing dot", { ...email, Address: "ada@example.com." }, /e-mail address/],
    ["a plus address", { ...email, Address: "ada+news.x_y@sub.example.co.uk" }, null],
    ["an international address", { ...email, Address: "jürgen@bücher.example" }, null],
    ["a local part of 64", { ...email, Address: `${"l".repeat(64)}@example.com` }, null],
    ["a local part of 65", { ...email, Address: `${"l".repeat(65)}@example.com` }, /e-mail address/],
    ["date", { ...email, EffectiveDate: "2026-01-31" }, null],
    ["date and minutes", { ...email, EffectiveDate: "2026-01-31T12:00Z" }, null],
    ["date with offset", { ...email, EffectiveDate: "2026-01-31T12:00:00+02:00" }, null],
    ["date with nanoseconds", { ...email, EffectiveDate: "2026-01-31T12:00:00.123456789Z" }, null],
    ["a leap day", { ...email, EffectiveDate: "2024-02-29" }, null],
    ["no leap day", { ...email, EffectiveDate: "2026-02-29" }, /^EffectiveDate is "2026-02-29"/],
    ["the 31st of April", { ...email, EffectiveDate: "2026-04-31T10:00:00Z" }, /^EffectiveDate is/],
    ["month 13", { ...email, EffectiveDate: "2026-13-01" }, /^EffectiveDate is/],
    ["hour 25", { ...email, EffectiveDate: "2026-01-31T25:00:00Z" }, /^EffectiveDate is/],
    ["a US date", { ...email, EffectiveDate: "01/31/2026" }, /^EffectiveDate is .*ISO 8601/],
    ["an empty date", { ...email, EffectiveDate: "" }, /^EffectiveDate is empty$/],
    ["UTC", { ...email, Demographic: { Timezone: "UTC" } }, null],
    ["a zone with three parts", { ...email, Demographic: { Timezone: "America/Argentina/Salta" } }, null],
    ["Etc/GMT+5", { ...email, Demographic: { Timezone: "Etc/GMT+5" } }, null],
    [
      "a Windows zone",
      { ...email, Demographic: { Timezone: "Eastern Standard Time" } },
      /^Demographic\.Timezone/,
    ],
    ["an offset as zone", { ...email, Demographic: { Timezone: "+01:00" } }, /^Demographic\.Timezone/],
    ["no such zone", { ...email, Demographic: { Timezone: "Europe/Atlantis" } }, /^Demographic\.Timezone/],
    ["a zone asked for again", { ...email, Demographic: { Timezone: "Europe/Atlantis" } }, /Timezone/],
    ["es_419", { ...email, Demographic: { Locale: "es_419" } }, null],
    ["haw_US", { ...email, Demographic: { Locale: "haw_US" } }, null],
    ["a language name", { ...email, Demographic: { Locale: "English" } }, /^Demographic\.Locale/],
    ["an unknown member", { ...email, Adress: "x" }, /^Adress is no field of an endpoint/],
    ["an unknown nested member", { ...email, Location: { Contry: "FR" } }, /^Location\.Contry is no field/],
    ["an unknown member of User", { ...email, User: { UserID: "u" } }, /^User\.UserID is no field/],
    [
      "an unknown member of Demographic",
      { ...email, Demographic: { TimeZone: "UTC" } },
      /^Demographic\.TimeZone is no field/,
    ],
    [
      "plain text for a list",
      { ...email, Attributes: { a: "x" } },
      /^Attributes\.a is text \("x"\).* a list$/,
    ],
    ["a number in a list", { ...email, Attributes: { a: ["x", 5] } }, /^Attributes\.a, value 2 is a number/],
    ["a numbered name", { ...email, Attributes: { "5": "x" } }, /^Attributes\.5 is text/],
    [
      "a name with slash and tilde",
      { ...email, Attributes: { "a/b~c": "x" } },
      /^Attributes\.a\/b~c is text/,
    ],
    [
      "a text for a metric",
      { ...email, Metrics: { m: "3.5" } },
      /^Metrics\.m is text \("3\.5"\).* a number$/,
    ],
    ["a boolean for a metric", { ...email, Metrics: { m: true } }, /^Metrics\.m is a boolean/],
    ["null for a metric", { ...email, Metrics: { m: null } }, /^Metrics\.m is null/],
    ["null for a list", { ...email, Attributes: { a: null } }, /^Attributes\.a is null/],
    ["null in a list", { ...email, Attributes: { a: [null] } }, /^Attributes\.a, value 1 is null/],
    ["null for an object", { ...email, Location: null }, /^Location is null/],
    ["null for a text", { ...email, RequestId: null }, /^RequestId is null/],
    ["a list for an object", { ...email, User: [] }, /^User is a list/],
    ["text for an object", { ...email, User: "u-1" }, /^User is text \("u-1"\).* an object$/],
    ["a number for Id", { ...email, Id: 17 }, /^Id is a number \(17\); Pinpoint takes text$/],
    ["a number for Address", { ...email, Address: 17 }, /^Address is a number/],
    ["a number for ChannelType", { Id: "1", ChannelType: 17 }, /^ChannelType is a number/],
    ["null for ChannelType", { Id: "1", ChannelType: null }, /^ChannelType is null/],
    ["null for OptOut", { ...email, OptOut: null }, /^OptOut is null/],
    [
      "text for a latitude",
      { ...email, Location: { Latitude: "1", Longitude: 1 } },
      /^Location\.Latitude is text/,
    ],
  ];

  it.each(rows)("%s", (_, item, reason) => {
    const reasons = toReasons(item);
    expect(reasons).toHaveLength(reason === null ? 0 : 1);
    if (reason !== null) expect(reasons[0]).toMatch(reason);
  });

  it("gives the code endpoint_invalid", () => {
    expect(toRejects({ ...email, Id: "" })).toEqual([{ code: "endpoint_invalid", reason: "Id is empty" }]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("turns the metric %s away, by its own name", (metric) => {
    // JSON.parse makes Infinity of 1e999.
    const reasons = toReasons({ ...email, Metrics: { m: metric } });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(String(metric));
  });
});

describe("enumerations", () => {
  it.each("PUSH GCM APNS APNS_SANDBOX APNS_VOIP APNS_VOIP_SANDBOX ADM BAIDU CUSTOM IN_APP".split(" "))(
    "takes the channel %s with any address but an empty one",
    (ChannelType) => {
      expect(toReasons({ Id: "1", ChannelType, Address: "a" })).toEqual([]);
      expect(toReasons({ Id: "1", ChannelType, Address: "" })).toEqual(["Address is empty"]);
    },
  );

  it.each([
    [{ ...email, ChannelType: "EMAL" }, "EMAIL"],
    [{ ...email, ChannelType: "email" }, "EMAIL"],
    [{ ...custom, OptOut: "none" }, "NONE"],
    [{ ...custom, OptOut: "AL" }, "ALL"],
    [{ ...custom, EndpointStatus: "ACTVE" }, "ACTIVE"],
    [{ ...custom, Adress: "x" }, "Address"],
    [{ ...custom, Location: { Contry: "FR" } }, "Country"],
    [{ ...custom, User: { userid: "u" } }, "UserId"],
  ])("names the near miss of %j", (item, meant) => {
    const reasons = toReasons(item);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(`Did you mean "${meant}"?`);
  });

  it("suggests nothing where nothing is near", () => {
    expect(toReasons({ ...custom, Zzzzzzzzzz: 1 })).toEqual(["Zzzzzzzzzz is no field of an endpoint."]);
    expect(toReasons({ ...custom, ChannelType: "FACSIMILE" })[0]).not.toContain("Did you mean");
  });

  it("lists what OptOut takes", () => {
    expect(toReasons({ ...custom, OptOut: "true" })).toEqual(['OptOut is "true"; Pinpoint takes ALL, NONE.']);
  });
});

describe("several mistakes", () => {
  it("reports all of them, each once", () => {
    const reasons = toReasons({
      Id: "a$",
      ChannelType: "SMS",
      Address: "12065550100",
      OptOut: "maybe",
      Attributes: { a: values(51), b: "x", ["n".repeat(51)]: ["v".repeat(101)] },
      Location: { Latitude: 91, Contry: "FR" },
      Metrics: { m: "1" },
    });
    for (const start of [
      "Id is",
      "Address is",
      "OptOut is",
      "Attributes.a has",
      "Attributes.b is",
      "Attributes: the name",
      "Location.Latitude is 91",
      "Location.Longitude is missing",
      "Location.Contry is no field",
      "Metrics.m is",
    ]) {
      expect(reasons.filter((reason) => reason.startsWith(start))).toHaveLength(1);
    }
    expect(reasons).toHaveLength(11);
    expect(new Set(reasons).size).toBe(reasons.length);
  });

  it("keeps what one validation found apart from the next", () => {
    expect(toReasons({ ...email, Id: "" })).toHaveLength(1);
    expect(toReasons(email)).toEqual([]);
    expect(toReasons({ ...email, OptOut: "x" })).toHaveLength(1);
  });
});

describe("sizes", () => {
  const sized = (bytes: number, fill = "x"): JsonObject => {
    const bare = Buffer.byteLength(JSON.stringify({ ...custom, RequestId: "" }));
    return { ...custom, RequestId: fill.repeat((bytes - bare) / Buffer.byteLength(fill)) };
  };

  it("takes 15 KB and no byte more", () => {
    expect(Buffer.byteLength(toJson(toEndpoint(sized(15_360))))).toBe(15_360);
    expect(toRejects(sized(15_361))).toEqual([
      { code: "endpoint_too_large", reason: "the endpoint has 15361 bytes; Pinpoint takes 15360" },
    ]);
  });

  it("measures UTF-8, not characters", () => {
    const item = { ...custom, RequestId: "é".repeat(8_000) };
    expect(JSON.stringify(item).length).toBeLessThan(15_360);
    expect(toRejects(item).map(({ code }) => code)).toEqual(["endpoint_too_large"]);
  });

  it("leaves the number of custom names to the service, since accounts may have that limit raised", () => {
    expect(
      toReasons({
        ...custom,
        Metrics: Object.fromEntries(Object.keys(names(251, "m")).map((name) => [name, 1])),
      }),
    ).toEqual([]);
  });
});

describe("names that mean something to JavaScript", () => {
  const special = '{"__proto__":["p"],"constructor":["c"],"toString":["t"],"hasOwnProperty":["h"]}';

  it("are data in Attributes", () => {
    const text = `{"Id":"1","ChannelType":"CUSTOM","Address":"a","Attributes":${special},"User":{"UserAttributes":${special}}}`;
    expect(toJson(toEndpoint(JSON.parse(text)))).toBe(text);
  });

  it("are checked like any other", () => {
    const item = JSON.parse('{"Id":"1","Attributes":{"__proto__":"p","constructor":"c"}}');
    expect(toReasons(item)).toEqual([
      'Attributes.__proto__ is text ("p"); Pinpoint takes a list',
      'Attributes.constructor is text ("c"); Pinpoint takes a list',
    ]);
  });

  it.each(["__proto__", "constructor", "toString"])("are no field of an endpoint: %s", (name) => {
    expect(toReasons(JSON.parse(`{"Id":"1",${JSON.stringify(name)}:{}}`))).toEqual([
      `${name} is no field of an endpoint.`,
    ]);
    expect(toReasons(JSON.parse(`{"Id":"1","Location":{${JSON.stringify(name)}:{}}}`))).toEqual([
      `Location.${name} is no field of an endpoint.`,
    ]);
  });
});

describe("order keys", () => {
  it("are Id, user and address", () => {
    const item = { ...email, User: { UserId: "u-1" } };
    const has = (...keys: unknown[]) => keys.map((key) => key !== 0);
    expect(has(...toEndpoint(item).orderKeys)).toEqual([true, true, true]);
    expect(has(...toEndpoint(email).orderKeys)).toEqual([true, false, true]);
    expect(has(...toEndpoint({ Id: "1" }).orderKeys)).toEqual([true, false, false]);
  });

  const share = (one: JsonObject, other: JsonObject): boolean => {
    const { orderKeys } = toEndpoint(other);
    return toEndpoint(one).orderKeys.some((key) => key !== 0 && orderKeys.includes(key));
  };

  it.each<[string, JsonObject, JsonObject, boolean]>([
    ["one Id in two cases", { Id: "Ab" }, { Id: "aB" }, true],
    ["two Ids", { Id: "a" }, { Id: "b" }, false],
    ["one user", { Id: "a", User: { UserId: "u" } }, { Id: "b", User: { UserId: "u" } }, true],
    ["users in two cases", { Id: "a", User: { UserId: "u" } }, { Id: "b", User: { UserId: "U" } }, false],
    ["one address", { ...email, Id: "a" }, { ...email, Id: "b" }, true],
    [
      "one number in two channels",
      { Id: "a", ChannelType: "SMS", Address: "+12065550100" },
      { Id: "b", ChannelType: "VOICE", Address: "+12065550100" },
      false,
    ],
    ["an Id that is another's user", { Id: "x" }, { Id: "b", User: { UserId: "x" } }, false],
    ["an address that is another's user", email, { Id: "b", User: { UserId: email.Address } }, false],
  ])("%s", (_, one, other, expected) => {
    expect(share(one, other)).toBe(expected);
  });

  it("begin with the Id", () => {
    expect(toEndpoint({ ...email, Id: "AbC" }).orderKeys[0]).toBe(toEndpoint({ Id: "abc" }).orderKeys[0]);
  });
});

it("judges a draft by what is there, not by what could not be mapped", () => {
  const { findMistakes } = createValidator();
  expect(findMistakes({ ChannelType: "EMAIL", OptOut: "maybe" }).map(({ reason }) => reason)).toEqual([
    'OptOut is "maybe"; Pinpoint takes ALL, NONE.',
  ]);
  expect(findMistakes({ Location: { Latitude: 1 } })).toEqual([]);
});

it("takes the countries of ISO 3166-1, in capitals", () => {
  const countryOf = (Country: string) => toReasons({ ...custom, Location: { Country } });
  for (const code of ["US", "USA", "DE", "DEU"]) expect(countryOf(code)).toEqual([]);
  for (const code of ["XX", "us", "UKX", "U"]) expect(countryOf(code)[0]).toContain("ISO 3166-1");
});
