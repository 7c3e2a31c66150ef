import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/domain.js";
import { createKeyReader } from "../../src/mapping/column-reader.js";
import { toAlike } from "./map-rows.js";

const ROW = {
  id: "c1",
  count: 3,
  yes: true,
  none: null,
  blank: " ",
  "a.b": "of that name",
  a: { b: "in a path", c: { d: "deep" } },
  constructor: "own",
};

it.each([
  ["id", "c1"],
  ["count", 3],
  ["yes", true],
  ["none", undefined],
  ["blank", undefined],
  ["a.b", "of that name"],
  ["a.c.d", "deep"],
  ["a.c", { d: "deep" }],
  ["a.c.d.e", undefined],
  ["id.length", undefined],
  ["constructor", "own"],
  ["toString", undefined],
  ["other", undefined],
  ["", undefined],
])("reads %j of an object whose values stand by position", (name, expected) => {
  const alike = toAlike(ROW);
  if (alike === undefined) throw new Error("such objects are not read by position");
  const read = createKeyReader(name);
  expect(read(alike)).toEqual(expected);
  expect(read(ROW)).toEqual(expected);
});

it("reads each object by its own shape", () => {
  const read = createKeyReader("b");
  const rows = [{ a: "1", b: "2" }, { b: "3" }, { a: { b: 1 } }, { c: "", b: false }, { b: { c: "4" } }];
  const found = rows.map((row) => read(toAlike(row) ?? { b: "not by position" }));
  expect(found).toEqual(["2", "3", undefined, false, { c: "4" }]);
});

it("reads the same by position as by key", () => {
  const part = fc.constantFrom("a", "b", "a.b", "constructor", "");
  const { object } = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(fc.string({ maxLength: 2 }), fc.double(), fc.boolean(), fc.constant(null)),
      tie("object"),
    ),
    object: fc.dictionary(part, tie("value"), { maxKeys: 3 }),
  }));
  const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
  let byPosition = 0;
  fc.assert(
    fc.property(object, name, (row, column) => {
      const alike = toAlike(row);
      if (alike === undefined) return;
      byPosition += 1;
      const read = createKeyReader(column);
      expect(read(alike)).toEqual(read(JSON.parse(JSON.stringify(row))));
    }),
    { numRuns: 5_000 },
  );
  expect(byPosition).toBeGreaterThan(1_000);
});
