import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { quoteArgument } from "../../src/cli/print.js";

it("leaves plain words as they are", () => {
  expect(["--rate=20", "a/b.csv", "5%", "x@y:1,2"].map(quoteArgument)).toEqual([
    "--rate=20",
    "a/b.csv",
    "5%",
    "x@y:1,2",
  ]);
});

it("quotes so that a shell gives back the same words", () => {
  const word = fc.string({ unit: fc.constantFrom("a", " ", "'", '"', "$", "\\", "*", "`", "!", ";", "é") });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const command = `printf '%s\\0' ${words.map(quoteArgument).join(" ")}`;
      expect(execFileSync("sh", ["-c", command], { encoding: "utf8" })).toBe(
        words.map((each) => `${each}\0`).join(""),
      );
    }),
    { numRuns: 50 },
  );
});
