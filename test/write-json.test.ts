import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJsonBuffer, writeJson } from "../src/write-json.js";

function write(value: unknown, start = 0, size = 64 * 1024): string {
  const buffer = Buffer.alloc(size);
  return buffer.toString("utf8", start, writeJson(value, toJsonBuffer(buffer), start));
}

/** Texts of all kinds of units, halves of pairs included. */
const text = fc
  .array(fc.oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })))
  .map((units) => String.fromCharCode(...units));

describe("JSON is written as JSON.stringify does", () => {
  it("whatever the text", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(write(value)).toBe(JSON.stringify(value));
        expect(write({ [value]: [value, value] })).toBe(JSON.stringify({ [value]: [value, value] }));
      }),
      { numRuns: 2_000 },
    );
  });

  it("whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 100 }), (value, start) => {
        expect(write(value, start)).toBe(JSON.stringify(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    { b: 1, 2: "two", 1: "one", a: [] },
    JSON.parse('{"__proto__":["x"],"constructor":["y"]}'),
    { "": {}, 'a"b\\c\n': "\u0000\u001f\u007f\u2028" },
    [9_999_999.99, 10_000_000.01, 0.29, 1.005, 4.35, 0.07, 100, 99.5, 1e-7, -12.5],
    [1e21, -0, 0.1, 1.7976931348623157e308, 5e-324, true, false, null],
    "🦊 \ud83e x \udd8a é 東京",
  ])("%j", (value) => {
    expect(write(value)).toBe(JSON.stringify(value));
  });

  it("whatever the number", () => {
    const amount = fc.integer({ min: -2_000, max: 2_000_000_000 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(
        fc.oneof(amount, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        (value) => {
          expect(write(value)).toBe(JSON.stringify(value));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it("into a buffer that it fills to the last byte", () => {
    for (let length = 0; length < 12; length += 1) {
      const json = JSON.stringify({ ["k".repeat(length)]: 1 });
      expect(write(JSON.parse(json), 0, json.length)).toBe(json);
    }
  });

  it("also once it has seen more keys than it remembers", () => {
    for (let key = 0; key < 3_000; key += 1) expect(write({ [`k${key}`]: key })).toBe(`{"k${key}":${key}}`);
    expect(write({ k2999: 1, k0: 2 })).toBe('{"k2999":1,"k0":2}');
  });
});

it("what does not fit is measured, and nothing is written beyond the end", () => {
  const value = { a: ["x".repeat(50), "é🦊\n"] };
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const whole = Buffer.alloc(bytes + 20);
  expect(writeJson(value, toJsonBuffer(whole.subarray(0, 10)), 0)).toBe(bytes);
  expect(writeJson(value, toJsonBuffer(whole.subarray(0, 30)), 7)).toBe(7 + bytes);
  expect(whole.subarray(30).every((byte) => byte === 0)).toBe(true);
});
