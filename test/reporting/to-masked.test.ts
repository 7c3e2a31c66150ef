import fc from "fast-check";
import { expect, it } from "vitest";
import { toMasked } from "../../src/reporting/to-masked.js";

it.each([
  ["Ann.Example@example.com", "Xxx.Xxxxxxx@xxxxxxx.xxx"],
  ["+1 206 555-0100", "+9 999 999-9999"],
  ["Zoë Ångström", "Xxx Xxxxxxxx"],
  ["Zoe\u0308", "Xxx"],
  ["山田 太郎", "xx xx"],
  ["٣٤", "99"],
  ["👋 you", "• xxx"],
  ["X ray", "X xxx"],
  ["", ""],
])("%s becomes %s", (value, masked) => expect(toMasked(value)).toBe(masked));

it("keeps no letter and no digit of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(toMasked(text)).toMatch(/^[Xx9•…\s!-/:-@[-`{-~\p{Cc}]*$/u);
    }),
  );
});
