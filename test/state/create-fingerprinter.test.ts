import { expect, it } from "vitest";
import type { Fingerprint, JsonObject } from "../../src/domain.js";
import { createFingerprinter } from "../../src/state/create-fingerprinter.js";

const toFingerprints = createFingerprinter(Buffer.alloc(32, 7));
const item = (more: JsonObject = {}): JsonObject => ({
  Id: "Ada",
  ChannelType: "EMAIL",
  Address: "ada@example.com",
  Attributes: { City: ["Rome"], Zip: ["1"] },
  EffectiveDate: "2026-01-01T00:00:00Z",
  ...more,
});
const toInput = (one: JsonObject, madeUp?: readonly string[]) => ({
  item: one,
  json: JSON.stringify(one),
  madeUp,
});
const of = (one: JsonObject, madeUp?: readonly string[]): Fingerprint =>
  toFingerprints([toInput(one, madeUp)])[0] as Fingerprint;
const user = (UserAttributes?: JsonObject) => ({ User: { UserId: "u", UserAttributes } });
const statesOf = (...items: readonly JsonObject[]) =>
  toFingerprints(items.map((one) => toInput(one))).map(({ shared }) => shared.at(-1)?.state);

it("is the same for the same endpoint, in whatever order its members stand", () => {
  const { Id, Attributes, ...rest } = item();
  expect(of({ ...rest, Attributes: { Zip: ["1"], City: ["Rome"] }, Id })).toEqual(of(item()));
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
  expect(of(tonight, ["EffectiveDate", "RequestId"])).toEqual(of(item(), ["EffectiveDate"]));
});

it("depends on the secret in all its parts", () => {
  const other = createFingerprinter(Buffer.alloc(32, 8))([toInput(item(user({ Plan: ["gold"] })))])[0];
  const own = of(item(user({ Plan: ["gold"] })));
  const parts = ({ id, content, shared }: Fingerprint) => [
    id,
    content,
    ...shared.flatMap(({ key, state }) => [key, state]),
  ];
  expect(parts(own)).toHaveLength(6);
  for (const [index, part] of parts(other as Fingerprint).entries()) expect(part).not.toBe(parts(own)[index]);
});

it("says what an endpoint makes of its address: its own", () => {
  const [ada, bob] = toFingerprints([toInput(item()), toInput(item({ Id: "Bob" }))]);
  expect(bob?.shared[0]?.key).toEqual(ada?.shared[0]?.key);
  expect(bob?.shared[0]?.state).not.toEqual(ada?.shared[0]?.state);
  expect(of({ Id: "Ada", ChannelType: "CUSTOM" }).shared).toEqual([]);
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
