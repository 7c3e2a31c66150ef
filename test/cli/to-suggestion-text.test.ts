import { expect, test } from "vitest";
import { widthOf } from "../../src/cli/fit-text.js";
import { toSuggestionText } from "../../src/cli/to-suggestion-text.js";
import type { Suggestion } from "../../src/index.js";

const SUGGESTION: Suggestion = {
  text: "",
  mapping: { endpoints: [] },
  source: { name: "list.csv", format: "csv", delimiter: ",", encoding: "utf-8", columns: 12 },
  sample: { rows: 100, extent: "beginning", accepted: 90, filtered: 0, rejected: 10 },
  fields: [],
  doubts: [],
  leftOut: [],
};

const linesOf = (more: Partial<Suggestion>) =>
  toSuggestionText({ ...SUGGESTION, ...more }, "list.csv", undefined)
    .trimEnd()
    .split("\n");

/** 60 characters in 120 cells. */
const WIDE = "メールマガジン配信希望の有無について".repeat(4).slice(0, 60);

test("no line is wider than 80 cells, whatever characters the names of the columns are made of", () => {
  const lines = linesOf({
    source: { ...SUGGESTION.source, name: `${WIDE}.csv` },
    fields: [
      { entry: "email", field: "Address", columns: [WIDE] },
      { entry: "email", field: "OptOut", columns: Array.from({ length: 9 }, (_, n) => `Newsletter ${n}`) },
    ],
    doubts: [`column "${WIDE}" is about consent and is not mapped to OptOut: its header may mean something`],
    leftOut: [{ column: WIDE, reason: "free text" }],
  });
  expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
  expect(lines.join("").replaceAll(/\s/g, "").split(WIDE).length).toBe(5);
});

test("lines that go on are set in", () => {
  const lines = linesOf({
    fields: [{ entry: "email", field: "Address", columns: ["a".repeat(50), "b".repeat(30)] }],
    doubts: [`${"word ".repeat(20)}end`],
  });
  expect(lines.slice(1, 5)).toEqual([
    `  email Address  "${"a".repeat(50)}",`,
    `                 "${"b".repeat(30)}"`,
    `Unsure: ${"word ".repeat(14).trimEnd()}`,
    `  ${"word ".repeat(6)}end`,
  ]);
});

test("what would move the cursor or turn the direction of writing is shown, not done", () => {
  const bad = "a\u001b[2J\u009b1m\u202eb";
  const lines = linesOf({
    source: { ...SUGGESTION.source, name: bad },
    fields: [{ entry: "email", field: "Address", columns: [bad] }],
    doubts: [bad],
    leftOut: [{ column: bad, reason: "free text" }],
  });
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(lines[0]).toContain("a␛[2J\\u009b1m\\u202eb: CSV");
});
