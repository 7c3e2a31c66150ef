import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { brief, createTempDir, open, readAll } from "./support.js";

const temp = createTempDir();

describe("opening a pipe", () => {
  it.each([
    ["csv", "a;b\n1;2,5\n3;", "4\n", ["1@2 1|2,5", "2@3 3|4"], ";"],
    ["csv", 'sep=:\r\na:"b\r\nc"\r\n1:2\r\n', "3:4", ["1@4 1|2", "2@5 3|4"], ":"],
    ["jsonl", '{"a":1}\n{"a":', "2}", ['1@1 {"a":1}', '2@2 {"a":2}'], undefined],
    ["json", '[{"a":1},\n{"a":', "2}]", ['1@1 {"a":1}', '2@2 {"a":2}'], undefined],
  ])("needs no more than the first record, %s", async (format, now, later, expected, delimiter) => {
    const stdin = new PassThrough();
    stdin.write(now);
    const source = await open("-", { stdin });
    expect(source).toMatchObject({ format, sepLine: now.startsWith("sep=") });
    expect(source.delimiter).toBe(delimiter);
    stdin.end(later);
    expect((await readAll(source.records())).records.map(brief)).toEqual(expected);
  });

  it.each([
    ["a,b\n1,", ""],
    ["a,b\r", ""],
    ['{"a":1', "}"],
    ['{"data":{"records":[{"a":1}]}}\n', ""],
    ["[\n", "{}]"],
  ])("waits for more than %j", async (text, rest) => {
    const stdin = new PassThrough();
    let opened = false;
    const opening = open("-", { stdin }).then((source) => {
      opened = true;
      return source;
    });
    for (const character of text) {
      stdin.write(character);
      for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(opened).toBe(false);
    stdin.end(rest);
    await opening;
  });

  it("can be given up while it waits", async () => {
    const stdin = new PassThrough();
    stdin.write("a,b\n1,");
    const stop = new AbortController();
    const opening = open("-", { stdin, signal: stop.signal });
    setImmediate(() => stop.abort(new Error("enough")));
    await expect(opening).rejects.toThrow("enough");
    expect(stdin.destroyed).toBe(true);
    const unread = new PassThrough();
    await expect(open("-", { stdin: unread, signal: stop.signal })).rejects.toThrow("enough");
    expect(unread.destroyed).toBe(true);
  });

  it("can be given up while nobody writes to a named one", async () => {
    const pipe = join(temp.path, "silent");
    execFileSync("mkfifo", [pipe]);
    const stop = new AbortController();
    const opening = open(pipe, { signal: stop.signal });
    setImmediate(() => stop.abort(new Error("enough")));
    await expect(opening).rejects.toThrow("enough");
  });

  it("lets go of it when nobody wants the records behind the head", async () => {
    const stdin = new PassThrough();
    stdin.write("a,b\n1,2\n");
    const source = await open("-", { stdin });
    for await (const { records } of source.records()) {
      expect(records.map(brief)).toEqual(["1@2 1|2"]);
      break;
    }
    expect(stdin.destroyed).toBe(true);
  });
});
