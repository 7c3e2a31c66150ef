import fc from "fast-check";
import { expect, it } from "vitest";
import { copyText } from "../src/copy-text.js";

it("is the same text, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(copyText(text)).toBe(text);
    }),
  );
  expect(copyText("\ud800 half")).toBe("\ud800 half");
});
