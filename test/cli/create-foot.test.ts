import { expect, it } from "vitest";
import { createFoot } from "../../src/cli/create-foot.js";
import { createTerminal } from "../helpers/terminal.js";

const text = ({ lines }: { lines: readonly string[] }) => lines.join("\n");

it("draws over what it drew, the shorter over the longer", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.draw(["first line", "second line"]);
  expect(text(terminal)).toBe("first line\nsecond line");
  foot.draw(["first", "2nd"]);
  expect(text(terminal)).toBe("first\n2nd");
  foot.draw(["one"]);
  expect(text(terminal)).toBe("one");
});

it("writes once for each change, and not at all where there is none", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.draw(["a", "b"]);
  foot.draw(["a", "b"]);
  expect(terminal.writes).toHaveLength(1);
  foot.draw(["a", "c"]);
  foot.writeAbove("log\n");
  expect(terminal.writes).toHaveLength(3);
});

it("erases nothing before it draws, and hides nothing", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.draw(["a", "b"]);
  foot.draw(["c", "d"]);
  expect(terminal.writes[1]?.startsWith("\r\u001B[?7lc")).toBe(true);
  expect(terminal.writes.join("")).not.toContain("\u001B[?25");
});

it("leaves the cursor where the lines begin, so that all of them lie below it in a terminal of another width", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.writeAbove("log\n");
  foot.draw(["a", "b"]);
  expect(terminal.cursor()).toEqual([1, 0]);
});

it("writes log lines above", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.writeAbove("first\n");
  foot.draw(["a long line", "b"]);
  foot.writeAbove("second\n");
  expect(text(terminal)).toBe("first\nsecond\na long line\nb");
});

it("leaves nothing behind, and has nothing to clear then", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.writeAbove("log\n");
  foot.draw(["a", "b"]);
  foot.clear();
  expect(text(terminal)).toBe("log\n");
  foot.clear();
  expect(terminal.writes).toHaveLength(3);
  foot.writeAbove("more\n");
  expect(text(terminal)).toBe("log\nmore\n");
});

it("writes no control characters for what it has forgotten", () => {
  const terminal = createTerminal();
  const foot = createFoot(terminal);
  foot.draw(["a", "b"]);
  foot.forget();
  foot.writeAbove("log\n");
  foot.clear();
  expect(terminal.writes.slice(1)).toEqual(["log\n"]);
});
