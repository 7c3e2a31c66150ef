import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { utimesSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES } from "../../src/sources/bytes/byte-input.js";
import type { Source } from "../../src/sources/open-source.js";
import { createTempDir, open, openFilesUnder, openText, readAll } from "./support.js";

const temp = createTempDir();

const HEAD_BYTES = CHUNK_BYTES;
const BIG = `a,b\n${Array.from({ length: 20_000 }, (_, index) => `${index},value\n`).join("")}`;

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");
const countRows = async (source: Source): Promise<number> => (await readAll(source.records())).records.length;

/** Standard input that comes piece by piece, each later than what a reader finds at hand. */
function slowly(pieces: readonly string[]): PassThrough {
  const stdin = new PassThrough();
  void (async () => {
    for (const piece of pieces) {
      stdin.write(piece);
      for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    stdin.end();
  })();
  return stdin;
}

describe("the identity of a file", () => {
  it("has its absolute path, size, time of change, and the hash of its head", async () => {
    const file = temp.write("big.csv", BIG);
    utimesSync(file, 1_700_000_000, 1_700_000_000.25);
    const source = await open(relative(process.cwd(), file));
    const expected = {
      path: file,
      size: BIG.length,
      modifiedMs: 1_700_000_000_250,
      linesSha256: sha256("a,b\n0,value\n"),
      headBytes: HEAD_BYTES,
      headSha256: sha256(BIG.slice(0, HEAD_BYTES)),
    };
    expect(await source.identify()).toEqual(expected);
    expect(await source.identify(HEAD_BYTES)).toEqual(expected);
  });

  it("is about the whole of a small one, byte-order mark included", async () => {
    const bytes = Buffer.from("\uFEFFa\nü\n");
    const source = await open(temp.write("small.csv", bytes));
    const expected = { size: bytes.length, headBytes: bytes.length, headSha256: sha256(bytes) };
    expect(await source.identify()).toMatchObject(expected);
    expect(await source.identify(HEAD_BYTES)).toMatchObject(expected);
    const empty = await open(temp.write("empty.csv", ""));
    expect(await empty.identify()).toMatchObject({ size: 0, headBytes: 0, headSha256: sha256("") });
  });

  it("hashes as much as an earlier one, less or more than it would, and holds nothing open", async () => {
    const source = await open(temp.write("again.csv", BIG));
    for (const headBytes of [0, 7, 100_000])
      expect(await source.identify(headBytes)).toMatchObject({
        headBytes,
        headSha256: sha256(BIG.slice(0, headBytes)),
      });
    expect(openFilesUnder(temp.path)).toEqual([]);
    expect(source.bytesRead()).toBe(0);
    expect(await countRows(source)).toBe(20_000);
    expect(source.bytesRead()).toBe(BIG.length);
  });

  it("hashes what a compressed one holds, and has its size on disk", async () => {
    const bytes = gzipSync(BIG);
    const source = await open(temp.write("big.csv.gz", bytes));
    for (const headBytes of [undefined, 100_000])
      expect(await source.identify(headBytes)).toMatchObject({
        size: bytes.length,
        headSha256: sha256(BIG.slice(0, headBytes ?? HEAD_BYTES)),
      });
  });

  it("tells other content of the same size", async () => {
    const one = await (await open(temp.write("one.csv", "a\n1\n"))).identify();
    const other = await (await open(temp.write("other.csv", "a\n2\n"))).identify();
    expect(one.size).toBe(other.size);
    expect(one.headSha256).not.toBe(other.headSha256);
  });
});

describe("the identity of a pipe", () => {
  it("has no size and no time", async () => {
    const identity = await (await openText("a\n1\n")).identify();
    const hash = sha256("a\n1\n");
    expect(identity).toEqual({ path: "-", linesSha256: hash, headBytes: 4, headSha256: hash });
    const pipe = join(temp.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const opening = open(pipe);
    await writeFile(pipe, "a\n1\n");
    expect(await (await opening).identify()).toEqual({ ...identity, path: pipe });
  });

  it("is the same however slowly it comes, when the earlier one is given", async () => {
    const text = BIG.slice(0, 5000);
    const fast = await openText(text);
    const identity = await fast.identify();
    expect(identity.headBytes).toBe(5000);
    const slow = await open("-", { stdin: slowly(text.match(/.{1,300}/gs) ?? []) });
    expect((await slow.identify()).headBytes).toBeLessThan(5000);
    expect((await slow.identify()).linesSha256).toBe(identity.linesSha256);
    expect(await slow.identify(5000)).toEqual(identity);
    expect(await readAll(slow.records())).toEqual(await readAll(fast.records()));
  });

  it("may be about less than it gave before", async () => {
    const slow = await open("-", { stdin: slowly(["a\n1\n", "2\n", "3\n"]) });
    const identity = await slow.identify();
    expect(identity.headBytes).toBeLessThan(8);
    const fast = await openText("a\n1\n2\n3\n");
    expect(await fast.identify(identity.headBytes)).toEqual(identity);
    expect(await countRows(fast)).toBe(3);
    expect(await countRows(slow)).toBe(3);
  });

  it("shows that it ends earlier than before, or breaks off", async () => {
    expect((await (await openText("a\n1\n")).identify(100)).headBytes).toBe(4);
    async function* failing() {
      yield Buffer.from("a\n1\n");
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw new Error("broken");
    }
    const source = await open("-", { stdin: Readable.from(failing()) });
    expect((await source.identify(100)).headBytes).toBe(4);
    expect(await readAll(source.records())).toMatchObject({
      records: [{ row: 1 }],
      failure: { code: "input_unreadable" },
    });
  });

  it("is not waited for any longer than the signal allows", async () => {
    const stdin = new PassThrough();
    stdin.write("a\n1\n2\n");
    const stop = new AbortController();
    const source = await open("-", { stdin, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 10);
    await expect(source.identify(100)).rejects.toThrow("enough");
    expect(stdin.destroyed).toBe(true);
  });
});
