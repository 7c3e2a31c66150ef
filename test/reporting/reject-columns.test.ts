import { expect, it } from "vitest";
import { layOutRejects, REJECT_COLUMNS } from "../../src/reporting/reject-columns.js";

it("gives one input its own header", () => {
  expect(layOutRejects([["a", "b", "c"]])).toEqual({ header: ["a", "b", "c"], positions: [[0, 1, 2]] });
});

it("keeps repeated and empty names apart", () => {
  expect(layOutRejects([["a", "", "a", ""]])).toEqual({
    header: ["a", "", "a", ""],
    positions: [[0, 1, 2, 3]],
  });
});

it("gives several inputs the columns of all of them, each in its place", () => {
  expect(
    layOutRejects([
      ["id", "tag", "tag"],
      ["tag", "id", "city"],
      ["tag", "tag", "tag"],
    ]),
  ).toEqual({
    header: ["id", "tag", "tag", "city", "tag"],
    positions: [
      [0, 1, 2],
      [1, 0, 3],
      [1, 2, 4],
    ],
  });
});

it("leaves out what an earlier run added", () => {
  expect(layOutRejects([["a", ...REJECT_COLUMNS, "b"]])).toEqual({
    header: ["a", "b"],
    positions: [[0, -1, -1, -1, -1, -1, 1]],
  });
});

it("tells names that mean something to JavaScript from others", () => {
  expect(layOutRejects([["__proto__", "constructor"], ["constructor"]])).toEqual({
    header: ["__proto__", "constructor"],
    positions: [[0, 1], [1]],
  });
});
