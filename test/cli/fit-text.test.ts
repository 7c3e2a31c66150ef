import { expect, test } from "vitest";
import { cutPath, cutText, padText, toVisible, widthOf, wrapText } from "../../src/cli/fit-text.js";

test("wide characters, emoji and accents are measured as a terminal draws them", () => {
  expect(widthOf("abc")).toBe(3);
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("👨‍👩‍👧‍👦")).toBe(2);
  expect(widthOf("e\u0301")).toBe(1);
});

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["日本語", 6, "日本語"],
  ["日本語x", 6, "日本…"],
  ["日本語", 4, "日…"],
  ["a👨‍👩‍👧‍👦b", 3, "a…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["", 4, ""],
])("%j in %i cells is %j", (text, width, expected) => {
  expect(cutText(text, width)).toBe(expected);
  expect(widthOf(cutText(text, width))).toBeLessThanOrEqual(width);
});

test("of a very long text only the beginning is looked at", () => {
  const before = performance.now();
  expect(cutText("x".repeat(1_000_000), 4)).toBe("xxx…");
  expect(performance.now() - before).toBeLessThan(1_000);
});

test("of a path the last names stay", () => {
  expect(cutPath("address.city", 12)).toBe("address.city");
  expect(cutPath("context.address.city", 13)).toBe("…address.city");
  expect(cutPath("context.address.city", 12)).toBe("…city");
  expect(cutPath("  context.address.city", 12)).toBe("  …city");
  expect(cutPath("context.address.city", 4)).toBe("con…");
  expect(cutPath("Last Modified Date", 8)).toBe("Last Mo…");
  expect(cutPath("Street No.", 8)).toBe("Street …");
});

test("padding counts cells, not characters", () => {
  expect(padText("日本", 6)).toBe("日本  ");
  expect(padText("日本語", 4)).toBe("日本語");
});

test("lines break between words, and inside of a word that is longer than a line", () => {
  expect(wrapText("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrapText("to abcdefghij", 4)).toEqual(["to", "abcd", "efgh", "ij"]);
  expect(wrapText("", 4)).toEqual([""]);
});

test("nothing that moves the cursor or turns the direction of writing gets through", () => {
  expect(toVisible("a\r\nb\nc")).toBe("a↵b↵c");
  expect(toVisible("\u001B[31mred\u0007\t")).toBe("␛[31mred␇␉");
  expect(toVisible("\u009B2J\u202Eevil\u2028")).toBe("\\u009b2J\\u202eevil\\u2028");
  expect(toVisible("👨‍👩‍👧‍👦 café")).toBe("👨‍👩‍👧‍👦 café");
});
