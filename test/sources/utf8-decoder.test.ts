import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUtf8Decoder } from "../../src/sources/text/utf8-decoder.js";

/** Texts that are ASCII but for some characters, which stand alone, side by side, at the beginning and at the end. */
const ascii = fc.stringMatching(/^[ -~\n]{0,600}$/);
const latin = fc.stringMatching(/^[\u0080ãÿ]{1,3}$/);
const other = fc.stringMatching(/^[ãĀ߿ࠀ日\uffff😀]{1,3}$/u);
const mostlyAscii = fc
  .constantFrom(latin, other)
  .chain((between) =>
    fc.array(fc.oneof({ weight: 3, arbitrary: ascii }, { weight: 1, arbitrary: between }), { maxLength: 40 }),
  )
  .map((parts) => parts.join(""));

/** The text as it comes out of pieces that begin so many bytes behind a multiple of four. */
function decode(text: string, pieceBytes: number, shift: number): { text: string; marked: boolean } {
  const bytes = Buffer.from(text);
  const decoder = createUtf8Decoder();
  const decoded = [];
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const piece = bytes.subarray(from, from + pieceBytes);
    const shifted = Buffer.allocUnsafeSlow(shift + piece.length).subarray(shift);
    piece.copy(shifted);
    decoded.push(decoder.write(shifted));
  }
  decoded.push(decoder.end());
  return {
    text: decoded.map((one) => one.text).join(""),
    marked: decoded.some(({ marked }) => marked),
  };
}

describe("UTF-8", () => {
  it("is decoded whatever stands between ASCII, and wherever it is cut", () => {
    fc.assert(
      fc.property(mostlyAscii, fc.integer({ min: 1, max: 20_000 }), fc.nat(3), (text, pieceBytes, shift) => {
        expect(decode(text, pieceBytes, shift)).toEqual({ text, marked: false });
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ["one character among many", `${"a".repeat(5_000)}ã${"b".repeat(5_000)}`],
    ["the last of Latin-1 and the next", `${"a".repeat(5_000)}ÿ${"b".repeat(5_000)}Ā`],
    ["two beside one that is not", `${"a".repeat(5_000)}éxé${"b".repeat(5_000)}`],
    ["only at the end", `${"a".repeat(5_000)}😀`],
    ["only at the beginning", `é${"a".repeat(5_000)}`],
    ["in every word", "Привет, мир ".repeat(500)],
    ["nothing but others", "日本語".repeat(2_000)],
  ])("is decoded with %s", (_, text) => {
    const more = ["", "x", "xy", "xyz"];
    for (const shift of more.keys())
      for (const before of more)
        for (const behind of more) {
          const whole = before + text + behind;
          expect(decode(whole, 100_000, shift).text).toBe(whole);
        }
  });
});
