import { describe, expect, it } from "vitest";
import type { Endpoint, JsonObject } from "../../src/domain.js";
import { toOrderKeys } from "../../src/to-order-keys.js";
import { createLimitWatch } from "../../src/validation/create-limit-watch.js";
import { createValidator } from "../../src/validation/create-validator.js";

const validate = createValidator();

/** Observes items as a run does: validated first. */
function observeAll(items: readonly JsonObject[]): string[] {
  const warnings: string[] = [];
  const watch = createLimitWatch((warning) => warnings.push(warning));
  for (const item of items) watch.observe(item, (validate(item) as Endpoint).orderKeys);
  return warnings;
}

const named = (from: number, count: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${from + index}`, ["v"]]));

const ofUser = (index: number, id = `id-${index}`): JsonObject => ({ Id: id, User: { UserId: "u" } });
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("custom names", () => {
  it("warns of the 251st name of the run, over all three maps", () => {
    const items = [
      { Id: "1", Attributes: named(0, 100) },
      { Id: "2", User: { UserAttributes: named(100, 100) } },
      { Id: "3", Metrics: Object.fromEntries(range(50).map((n) => [`m${n}`, n])) },
    ];
    expect(observeAll(items)).toEqual([]);
    const warnings = observeAll([...items, { Id: "4", Attributes: { another: ["v"] } }]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("more than 250 custom attribute and metric names");
  });

  it("counts a name that comes back once", () => {
    expect(observeAll(range(400).map((n) => ({ Id: `i${n}`, Attributes: named(0, 250) })))).toEqual([]);
  });

  it("warns once per run", () => {
    const items = range(600).map((n) => ({ Id: `i${n}`, Attributes: named(n, 1) }));
    expect(observeAll(items)).toHaveLength(1);
  });

  it("counts names that mean something to JavaScript", () => {
    const odd = JSON.parse('{"Id":"x","Attributes":{"__proto__":["v"],"constructor":["v"]}}');
    expect(observeAll([{ Id: "1", Attributes: named(0, 248) }, odd])).toEqual([]);
    expect(observeAll([{ Id: "1", Attributes: named(0, 249) }, odd])).toHaveLength(1);
  });
});

describe("endpoints of a user", () => {
  it("warns of the 16th, once", () => {
    expect(observeAll(range(15).map((n) => ofUser(n)))).toEqual([]);
    const warnings = observeAll(range(40).map((n) => ofUser(n)));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("a user has more than 15 endpoints");
  });

  it("warns at the 16th and not before", () => {
    const counts = range(17).map((n) => observeAll(range(n + 1).map((one) => ofUser(one))).length);
    expect(counts).toEqual([...range(15).map(() => 0), 1, 1]);
  });

  it("counts distinct Ids only, whatever their case", () => {
    const items = range(100).map((n) => ofUser(n, n % 2 === 0 ? `Id-${n % 15}` : `iD-${n % 15}`));
    expect(observeAll(items)).toEqual([]);
  });

  it("keeps users apart", () => {
    expect(observeAll(range(100).map((n) => ({ Id: `i${n}`, User: { UserId: `u${n % 10}` } })))).toEqual([]);
  });
});

describe("one address under two Ids", () => {
  const at = (id: string, Address = "ada@example.com", ChannelType = "EMAIL") => ({
    Id: id,
    ChannelType,
    Address,
  });

  it("warns once", () => {
    const warnings = observeAll([
      at("a"),
      at("b"),
      at("c"),
      at("d", "x@example.com"),
      at("e", "x@example.com"),
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("one address stands under two Ids");
  });

  it("takes an Id in another case for the same", () => {
    expect(observeAll([at("a"), at("A"), at("a")])).toEqual([]);
  });

  it("keeps channels apart", () => {
    expect(observeAll([at("a", "+12065550100", "SMS"), at("b", "+12065550100", "VOICE")])).toEqual([]);
  });

  it("passes over endpoints without address", () => {
    expect(observeAll([{ Id: "a" }, { Id: "b" }])).toEqual([]);
  });

  it("never shows the address or the Id", () => {
    const text = observeAll([at("secret-a"), at("secret-b")]).join();
    expect(text).not.toMatch(/ada|secret/);
  });
});

it("gives several warnings for one endpoint that earns them", () => {
  const address = { ChannelType: "CUSTOM", Address: "a" };
  const items: JsonObject[] = range(15).map((n) => ofUser(n));
  items.push({ Id: "first", ...address, Attributes: named(0, 250) });
  items.push({ Id: "last", ...address, User: { UserId: "u", UserAttributes: { more: ["v"] } } });
  expect(observeAll(items)).toHaveLength(3);
});

describe("more users and addresses than are remembered", () => {
  const MANY = 450_000;
  const contact = (index: number, suffix = "") => ({
    Id: `c${index}${suffix}`,
    ChannelType: "EMAIL",
    Address: `c${index}@example.com`,
    User: { UserId: `u${index}` },
  });

  function observe(items: Iterable<ReturnType<typeof contact>>): string[] {
    const warnings: string[] = [];
    const watch = createLimitWatch((warning) => warnings.push(warning));
    for (const item of items) watch.observe(item, toOrderKeys(item));
    return warnings;
  }

  function* repeat(times: number, suffix: string) {
    for (let time = 0; time < times; time += 1)
      for (let index = 0; index < MANY; index += 1) yield contact(index, time === 0 ? "" : suffix);
  }

  it("are not taken for one another", () => {
    expect(observe(repeat(2, ""))).toEqual([]);
  });

  it("are still found to be too many, when many are", () => {
    function* items() {
      yield* repeat(1, "");
      for (let id = 0; id < 16; id += 1)
        for (let index = 0; index < 200; index += 1) yield contact(index, `-${id}`);
    }
    const warnings = observe(items());
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toContain("a user has more than 15 endpoints");
    expect(warnings.join()).toContain("one address stands under two Ids");
  });

  it("are still found when they come after all the others", () => {
    function* items() {
      yield* repeat(1, "");
      for (const suffix of ["a", "b"])
        for (let index = MANY; index < MANY + 200; index += 1) yield contact(index, suffix);
    }
    expect(observe(items())).toEqual([expect.stringContaining("one address stands under two Ids")]);
  });
});
