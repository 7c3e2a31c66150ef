import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES } from "../../src/sources/bytes/byte-input.js";
import type { SourceOptions } from "../../src/sources/open-source.js";
import {
  collect,
  createTempDir,
  encode,
  flatten,
  open,
  openFilesUnder,
  openText,
  readAll,
  rejects,
} from "./support.js";

const temp = createTempDir();

const ROWS = Array.from({ length: 12_000 }, (_, index) => index);
const CSV = `a,b\r\n${ROWS.map((n) => `${n},"é€\r\n${"v".repeat(n % 40)}"\r\n${n % 7 === 0 ? "\r\n" : ""}`).join("")}`;
const JSONL = ROWS.map((n) => `${JSON.stringify({ n, text: "é😀".repeat(n % 9) })}\n`).join("");
/** A CSV file in which each thousandth record has a byte that is not valid UTF-8. */
const MANGLED = Buffer.from(
  `a,b\n${ROWS.map((n) => `${n},${n % 1000 === 999 ? "\xe9" : "value of it"}\n`).join("")}`,
  "latin1",
);

const FILES: [name: string, content: string | Buffer, options: Partial<SourceOptions>][] = [
  ["utf-8.csv", CSV, {}],
  ["bom.csv", encode(CSV, "utf-8"), {}],
  ["sep.csv", `sep=,\r\n${CSV}`, {}],
  ["latin.csv", encode(CSV, "windows-1252"), { encoding: "windows-1252" }],
  ["mangled.csv", MANGLED, {}],
  ["utf-8.jsonl", JSONL, {}],
  ["bom.jsonl", encode(JSONL, "utf-8"), {}],
];

describe("a file", () => {
  it.each(FILES)("goes on from each mark that was kept, %s", async (name, content, options) => {
    const file = temp.write(name, content);
    const whole = await collect((await open(file, options)).records());
    expect(whole.filter(({ mark }) => mark !== undefined).length).toBeGreaterThan(2);
    for (const [index, { mark }] of whole.entries()) {
      if (mark === undefined) continue;
      const source = await open(file, options);
      const rest = await collect(source.records(undefined, JSON.parse(JSON.stringify(mark))));
      expect(flatten(rest)).toEqual(flatten(whole.slice(index + 1)));
      expect(source.bytesRead()).toBe(source.bytes);
    }
  });

  it("is read from the mark on, and nothing before it", async () => {
    const file = temp.write("garbage.csv", CSV);
    const source = await open(file);
    const whole = await collect(source.records());
    const { mark } = whole[2]!;
    const fd = openSync(file, "r+");
    writeSync(fd, Buffer.alloc(mark!.offset, '"'));
    closeSync(fd);
    const rest = source.records(undefined, mark)[Symbol.asyncIterator]();
    const first = await rest.next();
    expect(source.bytesRead()).toBe(mark!.offset + CHUNK_BYTES);
    expect(first.value.records[0]).toEqual(whole[3]!.records[0]);
    expect(openFilesUnder(temp.path)).toEqual([file]);
    await rest.return?.();
    expect(openFilesUnder(temp.path)).toEqual([]);
    const again = await readAll(source.records(undefined, mark));
    expect(again).toEqual({ records: flatten(whole.slice(3)), failure: undefined });
  });

  it("has its broken records at the same places", async () => {
    const source = await open(temp.write("places.csv", MANGLED));
    const whole = await collect(source.records());
    const { mark } = whole[1]!;
    const [first] = rejects(flatten(await collect(source.records(undefined, mark))));
    expect(first).toMatchObject({ row: expect.any(Number), line: first!.row + 1, code: "encoding_invalid" });
    expect(first!.row).toBeGreaterThan(mark!.row);
    expect(first!.reason).toContain(`line ${first!.line}, `);
  });

  it("gives no mark with what only its end completed", async () => {
    const pieces = await collect((await open(temp.write("open.csv", "a\n1\n2"))).records());
    expect(pieces.map(({ mark }) => mark)).toEqual([{ offset: 4, row: 1, line: 3 }, undefined]);
  });
});

describe("what must be read from its beginning gives no marks and passes over one", () => {
  const rows = `[${JSONL.trimEnd().replaceAll("\n", ",")}]`;
  const from = { offset: 100_000, row: 1000, line: 2000 };

  it.each<[string, string | Buffer, Partial<SourceOptions>]>([
    ["packed.csv.gz", gzipSync(CSV), {}],
    ["packed.csv", gzipSync(CSV), {}],
    ["packed.jsonl.gz", gzipSync(JSONL), {}],
    ["document.json", rows, {}],
    ["le.csv", encode(CSV, "utf-16le"), {}],
    ["be.jsonl", encode(JSONL, "utf-16be", false), { encoding: "utf-16be" }],
  ])("%s", async (name, content, options) => {
    const source = await open(temp.write(name, content), options);
    const pieces = await collect(source.records(undefined, from));
    expect(flatten(pieces).map(({ row }) => row)).toEqual(ROWS.map((n) => n + 1));
    expect(pieces.filter(({ mark }) => mark !== undefined)).toEqual([]);
  });

  it("standard input", async () => {
    const stdin = Readable.from(CSV.match(/.{1,70001}/gs) ?? []);
    const pieces = await collect((await open("-", { stdin })).records(undefined, from));
    expect(flatten(pieces)).toEqual(flatten(await collect((await openText(CSV)).records())));
    expect(pieces.filter(({ mark }) => mark !== undefined)).toEqual([]);
  });

  it("a named pipe", async () => {
    const pipe = join(temp.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const opening = open(pipe);
    await writeFile(pipe, "a,b\n1,2\n3,4");
    const pieces = await collect((await opening).records(undefined, { offset: 8, row: 1, line: 3 }));
    expect(flatten(pieces).map(({ row }) => row)).toEqual([1, 2]);
    expect(pieces.filter(({ mark }) => mark !== undefined)).toEqual([]);
  });
});
