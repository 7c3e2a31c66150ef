import { expect, it } from "vitest";
import type { Fingerprint, JsonObject, MappedEndpoint } from "../../src/domain.js";
import { createFingerprinter } from "../../src/state/create-fingerprinter.js";

const toFingerprint = createFingerprinter(Buffer.alloc(32, 7));
const createOther = () => createFingerprinter(Buffer.alloc(32, 7));
const item = (more: JsonObject = {}): JsonObject => ({
  Id: "Ada",
  ChannelType: "EMAIL",
  Address: "ada@example.com",
  Attributes: { City: ["Rome"], Zip: ["1"] },
  EffectiveDate: "2026-01-01T00:00:00Z",
  ...more,
});
const toMade = (one: JsonObject, madeUp?: readonly string[]): MappedEndpoint => ({
  entry: "entry",
  item: one,
  madeUp,
});
const ofRow = (...items: readonly JsonObject[]): readonly Fingerprint[] => {
  const row = items.map((one) => toMade(one));
  return row.map((one) => toFingerprint(one, row));
};
const of = (one: JsonObject, madeUp?: readonly string[]): Fingerprint => {
  const made = toMade(one, madeUp);
  return toFingerprint(made, [made]);
};
const partsOf = ({ id, content, shared }: Fingerprint) => ({ id, content, shared });
const user = (UserAttributes?: JsonObject) => ({ User: { UserId: "u", UserAttributes } });
const statesOf = (...items: readonly JsonObject[]) =>
  ofRow(...items).map(({ shared }) => shared.at(-1)?.state);

it("is the same for the same endpoint, in whatever order its members stand", () => {
  const { Id, Attributes, ...rest } = item();
  const other = { ...rest, Attributes: { Zip: ["1"], City: ["Rome"] }, Id };
  expect(partsOf(of(other))).toEqual(partsOf(of(item())));
  expect(of({ ...user({ a: ["1"], b: ["2"] }), Id }).shared).toEqual(
    of({ ...user({ b: ["2"], a: ["1"] }), Id }).shared,
  );
});

it.each<[string, JsonObject]>([
  ["a value", { Attributes: { City: ["Oslo"], Zip: ["1"] } }],
  ["the order of values", { Attributes: { City: ["Rome", "Oslo"], Zip: ["1"] } }],
  ["an empty list", { Attributes: { City: [], Zip: ["1"] } }],
  ["a missing attribute", { Attributes: { City: ["Rome"] } }],
  ["the time it took effect", { EffectiveDate: "2026-01-02T00:00:00Z" }],
  [
    "a name that belongs to objects in JavaScript",
    { Attributes: { City: ["Rome"], Zip: ["1"], constructor: ["x"] } },
  ],
])("differs by %s", (_, change) => {
  expect(of(item(change)).content).not.toEqual(of(item()).content);
  expect(of(item(change)).id).toEqual(of(item()).id);
});

it("knows Ids as Pinpoint does, without regard to case", () => {
  expect(of(item({ Id: "aDA" })).id).toEqual(of(item()).id);
});

it("leaves out what the mapping makes up", () => {
  const tonight = item({ EffectiveDate: "2026-01-02T00:00:00Z", RequestId: "tonight" });
  const parts = partsOf(of(tonight, ["EffectiveDate", "RequestId"]));
  expect(parts).toEqual(partsOf(of(item(), ["EffectiveDate"])));
});

it("depends on the secret in all its parts", () => {
  const made = toMade(item(user({ Plan: ["gold"] })));
  const other = createFingerprinter(Buffer.alloc(32, 8))(made, [made]);
  const own = of(made.item);
  const parts = ({ id, content, shared }: Fingerprint) => [
    id,
    content,
    ...shared.flatMap(({ key, state }) => [key, state]).filter((part) => part !== ""),
  ];
  expect(parts(own)).toHaveLength(5);
  for (const [index, part] of parts(other).entries()) expect(part).not.toBe(parts(own)[index]);
});

it("says of which address an endpoint is", () => {
  const [ada, bob] = ofRow(item(), item({ Id: "Bob" }));
  expect(bob?.shared).toEqual(ada?.shared);
  expect(ada?.shared).toEqual([{ key: expect.any(String), state: "" }]);
  expect(of(item({ ChannelType: "SMS" })).shared).not.toEqual(ada?.shared);
  expect(of({ Id: "Ada", ChannelType: "CUSTOM" }).shared).toEqual([]);
});

it("covers what the other endpoints of a row make of the user", () => {
  const mail = item(user({ Plan: ["gold"] }));
  const [first] = ofRow(mail, item({ Id: "sms", ...user({ Plan: ["gold"] }) }));
  const [second] = ofRow(mail, item({ Id: "sms", ...user({ Plan: ["gold"], Phone: ["1"] }) }));
  expect(second?.content).not.toBe(first?.content);
  expect(ofRow(item(), item({ Id: "sms" }))[0]?.content).toBe(of(item()).content);
});

it("is the same for long endpoints, and others of another length", () => {
  const long = (text: string) => of(item({ Attributes: { City: [text] } })).content;
  const content = long("ä".repeat(100_000));
  expect(long("ä".repeat(100_001))).not.toBe(content);
  expect(long("ä".repeat(100_000))).toBe(content);
  expect(of(item()).content).toBe(createOther()(toMade(item()), [toMade(item())]).content);
});

it("sees no difference between an item in order and one that is said to be", () => {
  const { Address, ChannelType, EffectiveDate, Id, Attributes } = item();
  const ordered = { Address, Attributes, ChannelType, EffectiveDate, Id };
  const made = { ...toMade(ordered), isSorted: true as const };
  expect(partsOf(toFingerprint(made, [made]))).toEqual(partsOf(of(item())));
});

it("says what a row makes of its user, with all its endpoints together", () => {
  const plan = item(user({ Plan: ["gold"] }));
  const phone = item({ Id: "sms", ...user({ Plan: ["gold"], Phone: ["1"] }) });
  const [first, second] = statesOf(plan, phone);
  expect(second).toBe(first);
  expect(statesOf(phone)[0]).toBe(first);
  expect(statesOf(plan)[0]).not.toBe(first);
  expect(of(item(user())).shared).toHaveLength(1);
});

it("says what each endpoint makes of the user where those of a row do not agree", () => {
  const gold = item(user({ Plan: ["gold"] }));
  const free = item({ Id: "sms", ...user({ Plan: ["free"] }) });
  const [first, second] = statesOf(gold, free);
  expect(second).not.toBe(first);
  expect([first, second]).toEqual([statesOf(gold)[0], statesOf(free)[0]]);
});
