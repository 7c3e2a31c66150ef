import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/mapping/mapping-definition.js";
import { mapCsv, mapJson, mappingOf, mistakesOf } from "./map-rows.js";

const holds = (when: Condition, value: unknown) =>
  mapJson(mappingOf({}, { when }), { C: value, D: "d" } as never).length === 1;

describe("when", () => {
  it.each<[Condition, unknown, boolean]>([
    [{ column: "C", present: true }, "x", true],
    [{ column: "C", present: true }, " ", false],
    [{ column: "C", present: false }, " ", true],
    [{ column: "C", present: false }, 0, false],
    [{ column: "C", equals: "x" }, "x", true],
    [{ column: "C", equals: "x" }, "X", false],
    [{ column: "C", equals: 1 }, "1", true],
    [{ column: "C", equals: true }, true, true],
    [{ column: "C", equals: "b" }, ["a", "b"], true],
    [{ column: "C", equals: "" }, "", false],
    [{ column: "C", in: ["a", 2] }, 2, true],
    [{ column: "C", in: ["a", 2] }, "b", false],
    [{ column: "C", matches: "@example" }, "a@example.com", true],
    [{ column: "C", matches: "^example" }, "a@example.com", false],
    [{ column: "C", matches: "^a", in: ["b"] }, "a", false],
    [{ column: "C", matches: "^a$", in: ["b", "a"], present: true }, "a", true],
    [
      {
        all: [
          { column: "C", equals: "x" },
          { column: "D", equals: "d" },
        ],
      },
      "x",
      true,
    ],
    [
      {
        all: [
          { column: "C", equals: "x" },
          { column: "D", equals: "e" },
        ],
      },
      "x",
      false,
    ],
    [
      {
        any: [
          { column: "C", equals: "x" },
          { column: "D", equals: "e" },
        ],
      },
      "x",
      true,
    ],
    [
      {
        any: [
          { column: "C", equals: "y" },
          { column: "D", equals: "e" },
        ],
      },
      "x",
      false,
    ],
    [{ not: { column: "C", equals: "x" } }, "x", false],
    [{ not: { any: [{ column: "C", equals: "y" }] } }, "x", true],
  ])("%j with %j", (when, value, result) => {
    expect(holds(when, value)).toBe(result);
  });

  it("makes one endpoint for each entry whose condition holds, and none if none does", () => {
    const entry = (name: string, column: string) => ({
      name,
      when: { column, present: true },
      fields: { Id: { value: name } },
    });
    const mapping = { endpoints: [entry("email", "E"), entry("sms", "S")] } as const;
    const names = (row: string[]) => mapCsv(mapping, ["E", "S"], row).map(({ entry }) => entry);
    expect(names(["a", "b"])).toEqual(["email", "sms"]);
    expect(names(["", "b"])).toEqual(["sms"]);
    expect(names(["", " "])).toEqual([]);
  });
});

describe("mistakes in conditions", () => {
  it.each([
    [{ column: "C" }, 'when: a condition needs a test: "present", "equals", "in" or "matches"'],
    [{}, 'when: a condition has exactly one of "column", "all", "any" and "not", not none'],
    [{ column: "C", equals: 1, not: { column: "C", equals: 1 } }, 'not "column" and "not"'],
    [{ any: [{ column: "C" }] }, "when.any[0]: a condition needs a test"],
    [{ all: [] }, "when.all: must not be empty"],
    [{ not: { column: "C", matches: "(" } }, "when.not.matches: not a regular expression"],
    [{ column: "C", matches: "(" }, "when.matches: not a regular expression"],
    [{ any: [{ column: "C", equals: 1 }], present: true }, 'when.present: "present" needs a "column"'],
    [{ column: "C", present: false, equals: "x" }, "this condition never holds"],
    [{ column: "C", equals: [1] }, "when.equals: must be a text or a number or true or false, not a list"],
    [{ column: "C", presnt: true }, 'when.presnt: unknown key "presnt". Did you mean "present"?'],
    [{ colum: "C", present: true }, 'when.colum: unknown key "colum". Did you mean "column"?'],
    ["C", 'when: must be an object, not the text "C"'],
  ])("%j", (when, message) => {
    const found = mistakesOf(mappingOf({}, { when: when as never }));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`endpoints[0].${message.startsWith("when") ? message : ""}`);
    expect(found[0]).toContain(message);
  });
});
