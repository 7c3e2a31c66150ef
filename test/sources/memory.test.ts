import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { brief, open } from "./support.js";

const MEBIBYTE = 1024 * 1024;
const PIECE = Buffer.alloc(256 * 1024, "x");

/** Text that is never in memory as a whole. */
async function* stretch(before: string, mebibytes: number, after: string) {
  yield Buffer.from(before);
  for (let piece = 0; piece < mebibytes * 4; piece += 1) yield PIECE;
  yield Buffer.from(after);
}

describe("memory stays flat", () => {
  it("over 25 million open brackets", async () => {
    async function* nested() {
      yield Buffer.from('[{"a":');
      for (let piece = 0; piece < 100; piece += 1) yield Buffer.alloc(256 * 1024, "[");
      yield Buffer.from("]");
    }
    const source = await open("-", { format: "json", stdin: Readable.from(nested(), { objectMode: true }) });
    const before = process.memoryUsage().heapUsed;
    await expect(async () => {
      for await (const { records } of source.records()) expect(records).toEqual([]);
    }).rejects.toMatchObject({ code: "input_truncated" });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * MEBIBYTE);
  });

  it.each([
    ["csv, one line", "a,b\n1,2\n", ",2\n3,4\n", ["1@2 1|2", "2@3 !record_too_long", "3@4 3|4"]],
    ["csv, quoted", 'a,b\n1,2\n"', '",2\n3,4\n', ["1@2 1|2", "2@3 !record_too_long", "3@4 3|4"]],
    ["jsonl", '{"a":1}\n{"a":"', '"}\n{"b":2}\n', ['1@1 {"a":1}', "2@2 !record_too_long", '3@3 {"b":2}']],
    ["json", '[{"a":1},\n{"a":"', '"},\n{"b":2}]', ['1@1 {"a":1}', "2@2 !record_too_long", '3@3 {"b":2}']],
  ])("over a record of 50 MiB: %s", async (name, before, after, expected) => {
    const format = name.split(",")[0] as "csv" | "jsonl" | "json";
    const source = await open("-", {
      format,
      stdin: Readable.from(stretch(before, 50, after), { objectMode: true }),
    });
    const seen: string[] = [];
    const start = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {}, 1000);
    for await (const { records } of source.records()) {
      for (const record of records) {
        seen.push(brief(record));
        if (record.kind === "unreadable") expect(record.reason).toMatch(/52,428,8\d\d bytes/);
      }
      const { heapUsed, external } = process.memoryUsage();
      most = Math.max(most, heapUsed + external - start.heapUsed - start.external);
    }
    clearInterval(watch);
    expect(seen).toEqual(expected);
    expect(most).toBeLessThan(40 * MEBIBYTE);
  });
});
