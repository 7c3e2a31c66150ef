import { expect, test } from "vitest";
import { APP, call, ERROR_TYPES, email, putBatch, startSandbox } from "./start-sandbox.js";

const chars = (count: number) => "x".repeat(count);
const list = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);
const names = (count: number, prefix = "n") =>
  Object.fromEntries(list(count).map((_, index) => [`${prefix}${index}`, ["v"]]));

const phone = (Address: string, ChannelType = "SMS") => ({ Id: "a", ChannelType, Address });

const GOOD: [string, Record<string, unknown>][] = [
  ["nothing but an id", { Id: "a" }],
  ["names of 50 characters", email("a", { Attributes: { [chars(50)]: ["v"] }, Metrics: { [chars(50)]: 1 } })],
  ["50 values of 100 characters", email("a", { Attributes: { n: list(50).map((v) => v.padEnd(100)) } })],
  ["100 emoji in a value", email("a", { Attributes: { n: ["😀".repeat(100)] } })],
  ["empty lists and maps", email("a", { Attributes: { n: [] }, Metrics: {}, User: { UserAttributes: {} } })],
  ["metrics of all sizes", email("a", { Metrics: { a: 0, b: -1.5, c: 1e300 } })],
  ["a short phone number", phone("+12")],
  ["a phone number for VOICE", phone("+12065550100", "VOICE")],
  ["a push token", phone("any text", "GCM")],
  ["an international address", phone("ü@example.com", "EMAIL")],
  ["a date with milliseconds", email("a", { EffectiveDate: "2018-06-06T00:58:19.865Z" })],
  ["a date with minutes", email("a", { EffectiveDate: "2018-06-06T00:58Z" })],
  ["a date with an offset", email("a", { EffectiveDate: "2018-06-06T00:58:19+02:00" })],
  ["a leap day", email("a", { EffectiveDate: "2024-02-29" })],
  ["alpha-2", email("a", { Location: { Country: "US" } })],
  ["alpha-3", email("a", { Location: { Country: "USA" } })],
  ["the poles", email("a", { Location: { Latitude: 90, Longitude: -180 } })],
  ["en_US", email("a", { Demographic: { Locale: "en_US" } })],
  ["es_419", email("a", { Demographic: { Locale: "es_419" } })],
  ["haw_US", email("a", { Demographic: { Locale: "haw_US" } })],
  ["a time zone", email("a", { Demographic: { Timezone: "America/Argentina/Buenos_Aires" } })],
  ["an old time zone name", email("a", { Demographic: { Timezone: "Asia/Calcutta" } })],
  ["demographic lengths", email("a", { Demographic: { Make: chars(50), Model: chars(100) } })],
  ["place lengths", email("a", { Location: { City: chars(75), Region: chars(75), PostalCode: chars(200) } })],
  ["an unknown member", email("a", { Bogus: 1, User: { UserStatus: "x" } })],
  ["250 names", email("a", { Attributes: names(249), Metrics: { m: 1 } })],
  ["every channel", phone("token", "IN_APP")],
];

test.each(GOOD)("accepted: %s", async (_, item) => {
  const sandbox = await startSandbox();
  const reply = await putBatch(sandbox, item);
  expect([reply.status, reply.body.Message]).toEqual([202, "Accepted"]);
  expect(sandbox.endpoints(APP)).toHaveLength(1);
});

const BAD: [string, RegExp, unknown][] = [
  ["no id", /^Missing Id$/, { ChannelType: "EMAIL", Address: "a@example.com" }],
  ["an empty id", /^Missing Id$/, email("a", { Id: "" })],
  ["an id that is a number", /^Id: /, email("a", { Id: 1 })],
  ["$ in the id", /^Id: /, email("a", { Id: "a$b" })],
  ["{ in the id", /^Id: /, email("a", { Id: "a{b" })],
  ["} in the user id", /^User.UserId: /, email("a", { User: { UserId: "a}b" } })],
  ["an empty user id", /^User.UserId: /, email("a", { User: { UserId: "" } })],
  ["an unknown channel", /^ChannelType: /, email("a", { ChannelType: "FAX" })],
  ["a channel in lower case", /^ChannelType: /, email("a", { ChannelType: "email" })],
  ["an unknown status", /^EndpointStatus: /, email("a", { EndpointStatus: "active" })],
  ["an unknown opt-out", /^OptOut: /, email("a", { OptOut: "YES" })],
  ["an address without channel", /^Missing ChannelType$/, { Id: "a", Address: "a@example.com" }],
  ["an empty address", /^Missing Address$/, email("a", { Address: "" })],
  ["an address that is a list", /^Address: /, email("a", { Address: ["a@example.com"] })],
  ["a phone number without plus", /^Address: .*E\.164/, phone("12065550100")],
  ["a phone number with spaces", /^Address: .*E\.164/, phone("+1 206 555 0100")],
  ["a phone number of 16 digits", /^Address: .*E\.164/, phone("+1234567890123456")],
  ["a phone number with a leading zero", /^Address: .*E\.164/, phone("+0206555", "VOICE")],
  ["an email address without @", /^Address: .*email/, phone("example.com", "EMAIL")],
  ["an email address with a space", /^Address: .*email/, phone("a b@example.com", "EMAIL")],
  ["a date in words", /^EffectiveDate: /, email("a", { EffectiveDate: "yesterday" })],
  ["a date of another order", /^EffectiveDate: /, email("a", { EffectiveDate: "06/06/2018" })],
  ["30 February", /^EffectiveDate: /, email("a", { EffectiveDate: "2024-02-30T00:00Z" })],
  ["hour 25", /^EffectiveDate: /, email("a", { EffectiveDate: "2024-02-01T25:00Z" })],
  ["a name of 51 characters", /51|50/, email("a", { Attributes: { [chars(51)]: ["v"] } })],
  ["a metric name of 51 characters", /50/, email("a", { Metrics: { [chars(51)]: 1 } })],
  ["an empty name", /^Attributes: /, email("a", { Attributes: { "": ["v"] } })],
  ["a value of 101 characters", /^Attributes\.n: .*100/, email("a", { Attributes: { n: [chars(101)] } })],
  ["51 values", /^Attributes\.n: .*50/, email("a", { Attributes: { n: list(51) } })],
  [
    "51 user values",
    /^User.UserAttributes\.n: .*50/,
    email("a", { User: { UserAttributes: { n: list(51) } } }),
  ],
  ["a plain string attribute", /^Attributes\.n: /, email("a", { Attributes: { n: "v" } })],
  [
    "a plain string user attribute",
    /^User.UserAttributes\.n: /,
    email("a", { User: { UserAttributes: { n: "v" } } }),
  ],
  ["an object attribute", /^Attributes\.n: /, email("a", { Attributes: { n: {} } })],
  ["a number among the values", /^Attributes\.n: /, email("a", { Attributes: { n: ["v", 1] } })],
  ["a null among the values", /^Attributes\.n: /, email("a", { Attributes: { n: ["v", null] } })],
  ["a null list", /^Attributes\.n: null/, email("a", { Attributes: { n: null } })],
  ["null attributes", /^Attributes: null/, email("a", { Attributes: null })],
  ["null for an address", /^Address: null/, email("a", { Address: null })],
  ["attributes in a list", /^Attributes: /, email("a", { Attributes: [] })],
  ["a metric in a string", /^Metrics\.m: /, email("a", { Metrics: { m: "3.5" } })],
  ["the metric NaN", /^Metrics\.m: /, email("a", { Metrics: { m: "NaN" } })],
  ["the metric Infinity", /^Metrics\.m: /, email("a", { Metrics: { m: "Infinity" } })],
  ["a metric list", /^Metrics\.m: /, email("a", { Metrics: { m: [1] } })],
  ["a null metric", /^Metrics\.m: null/, email("a", { Metrics: { m: null } })],
  ["a country in words", /^Location.Country: /, email("a", { Location: { Country: "Germany" } })],
  ["a country in lower case", /^Location.Country: /, email("a", { Location: { Country: "de" } })],
  ["latitude 91", /^Location.Latitude: /, email("a", { Location: { Latitude: 91, Longitude: 0 } })],
  ["longitude -181", /^Location.Longitude: /, email("a", { Location: { Latitude: 0, Longitude: -181 } })],
  ["latitude alone", /require each other/, email("a", { Location: { Latitude: 1 } })],
  ["longitude alone", /require each other/, email("a", { Location: { Longitude: 1 } })],
  ["latitude in a string", /^Location.Latitude: /, email("a", { Location: { Latitude: "1", Longitude: 1 } })],
  ["a city of 76 characters", /^Location.City: /, email("a", { Location: { City: chars(76) } })],
  ["a region of 76 characters", /^Location.Region: /, email("a", { Location: { Region: chars(76) } })],
  ["a make of 51 characters", /^Demographic.Make: /, email("a", { Demographic: { Make: chars(51) } })],
  ["an app version of 51 characters", /AppVersion/, email("a", { Demographic: { AppVersion: chars(51) } })],
  [
    "a model version of 51 characters",
    /ModelVersion/,
    email("a", { Demographic: { ModelVersion: chars(51) } }),
  ],
  ["a platform of 51 characters", /Platform/, email("a", { Demographic: { Platform: chars(51) } })],
  [
    "a platform version of 51 characters",
    /Version/,
    email("a", { Demographic: { PlatformVersion: chars(51) } }),
  ],
  ["a model of 101 characters", /^Demographic.Model: /, email("a", { Demographic: { Model: chars(101) } })],
  ["a locale with a hyphen", /^Demographic.Locale: /, email("a", { Demographic: { Locale: "en-US" } })],
  ["a locale in words", /^Demographic.Locale: /, email("a", { Demographic: { Locale: "English" } })],
  ["an unknown time zone", /^Demographic.Timezone: /, email("a", { Demographic: { Timezone: "Mars/Base" } })],
  ["an offset as time zone", /^Demographic.Timezone: /, email("a", { Demographic: { Timezone: "+05:00" } })],
  ["251 names", /^Too many custom attributes$/, email("a", { Attributes: names(250), Metrics: { m: 1 } })],
  ["more than 15 KB", /^Endpoint is larger/, email("a", { RequestId: chars(15 * 1024) })],
  ["a string for an item", /^Item: /, "a"],
  ["null for an item", /^Item: /, null],
];

test.each(BAD)("refused with 400: %s", async (_, message, item) => {
  const sandbox = await startSandbox();
  const reply = await putBatch(sandbox, email("good"), item);
  expect(reply.status).toBe(400);
  expect(reply.headers.get("x-amzn-errortype")).toBe(ERROR_TYPES[400]);
  expect(reply.body.Message).toMatch(message);
  expect(sandbox.endpoints(APP), "the whole batch is refused").toEqual([]);
});

test("JSON numbers beyond a double are refused", async () => {
  const sandbox = await startSandbox();
  const body = '{"Item":[{"Id":"a","Metrics":{"m":1e999}}]}';
  expect((await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, body)).status).toBe(400);
});

test("the 15 KB are those of the item as compact UTF-8 JSON", async () => {
  const sandbox = await startSandbox();
  const sized = (bytes: number) => {
    const item = email("a", { RequestId: "" });
    const rest = bytes - JSON.stringify(item).length;
    return { ...item, RequestId: "é".repeat(rest >> 1) + "x".repeat(rest & 1) };
  };
  expect(Buffer.byteLength(JSON.stringify(sized(15_360)))).toBe(15_360);
  const indented = JSON.stringify({ Item: [sized(15_360)] }, null, 8);
  expect((await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, indented)).status).toBe(202);
  expect((await putBatch(sandbox, sized(15_361))).status).toBe(400);
});

test.each([
  ["", /JSON/],
  ["{", /JSON/],
  ["\ufeff{}", /JSON/],
  ["[]", /object/],
  ["null", /object/],
  ['"x"', /object/],
  ["{}", /^Missing Item$/],
  ['{"Item":null}', /^Item: /],
  ['{"Item":{}}', /^Item: /],
  ['{"Item":[]}', /^Item: .*empty/],
])("the body %j is 400", async (body, message) => {
  const sandbox = await startSandbox();
  const reply = await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, body);
  expect(reply.status).toBe(400);
  expect(reply.body.Message).toMatch(message);
});

test("a body that is not UTF-8 is 400", async () => {
  const sandbox = await startSandbox();
  const body = Buffer.from(JSON.stringify({ Item: [email("a", { RequestId: "é" })] }), "latin1");
  const reply = await fetch(`${sandbox.url}/v1/apps/${APP}/endpoints`, { method: "PUT", body });
  expect(reply.status).toBe(400);
});

test("nesting too deep to measure is 400, not a crash", async () => {
  const sandbox = await startSandbox();
  const depth = 200_000;
  const body = `{"Item":[{"Id":"a","X":${"[".repeat(depth)}${"]".repeat(depth)}}]}`;
  expect((await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, body)).status).toBe(400);
});

test("a batch takes 100 items and no more", async () => {
  const sandbox = await startSandbox();
  const items = (count: number) => Array.from({ length: count }, (_, index) => email(`e${index}`));
  expect((await putBatch(sandbox, ...items(101))).status).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual([]);
  expect((await putBatch(sandbox, ...items(100))).status).toBe(202);
  expect(sandbox.endpoints(APP)).toHaveLength(100);
});

test("an Id may occur once in a batch, in whatever case", async () => {
  const sandbox = await startSandbox();
  expect((await putBatch(sandbox, email("a"), email("A"))).status).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual([]);
});

test("UpdateEndpoint checks the same rules", async () => {
  const sandbox = await startSandbox();
  const path = `/v1/apps/${APP}/endpoints/a`;
  expect((await call(sandbox, "PUT", path, { ChannelType: "FAX" })).status).toBe(400);
  expect((await call(sandbox, "PUT", path, { RequestId: chars(15_360) })).status).toBe(400);
  expect((await call(sandbox, "PUT", path, "[]")).status).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual([]);
});
