import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SourceRecord } from "../../src/domain.js";
import { toInputError } from "../../src/sources/bytes/input-failure.js";
import { brief, createTempDir, encode, open, openFilesUnder, openText, readAll } from "./support.js";

const temp = createTempDir();

const openFiles = () => openFilesUnder(temp.path);

const LINES = Array.from({ length: 60_000 }, (_, index) => `${index},${"v".repeat(index % 40)}`);
const BIG = `a,b\n${LINES.join("\n")}\n`;
/** Incompressible, so that the compressed file is cut in the middle of the data. */
const NOISE = `a,b\n${Array.from({ length: 60_000 }, (_, index) => `${index},${Math.sin(index)}`).join("\n")}\n`;

describe("what cannot be read", () => {
  it.each([
    ["missing.csv", undefined, "input_not_found", "no such file"],
    ["book.xlsx", Buffer.from("PK\x03\x04rest"), "input_is_archive", "zip archive.*xlsx.*CSV"],
    ["image.csv", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 0, 5]), "input_is_binary", "binary"],
    [
      "le.csv",
      encode("name,city\nAnna,Ādaži\n", "utf-16le", false),
      "input_is_binary",
      "UTF-16.*--encoding utf-16le",
    ],
    ["be.csv", encode("a,b\n1,2\n", "utf-16be", false), "input_is_binary", "UTF-16.*--encoding utf-16be"],
    ["plain.csv.gz", "a,b\n1,2\n", "input_damaged", "not gzip.*rename"],
    ["empty.csv.gz", "", "input_damaged", "empty.*gzip"],
    ["noise.csv.gz", Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "input_damaged", "damaged"],
    ["stub.csv.gz", gzipSync("a,b\n1,2\n").subarray(0, 12), "input_truncated", "cut short"],
  ])("%s is refused", async (name, content, code, message) => {
    const file = content === undefined ? join(temp.path, name) : temp.write(name, content);
    const opening = open(file);
    await expect(opening).rejects.toMatchObject({ name: "InputError", code });
    await expect(opening).rejects.toThrow(new RegExp(`^${file}: .*${message}`));
    expect(openFiles()).toEqual([]);
  });

  it("a directory is refused", async () => {
    await expect(open(temp.path)).rejects.toMatchObject({ name: "InputError", code: "input_is_directory" });
  });

  it("a directory as standard input is refused", async () => {
    const fd = openSync(temp.path, "r");
    try {
      const stdin = Object.assign(Readable.from([]), { fd });
      await expect(open("-", { stdin })).rejects.toMatchObject({ code: "input_is_directory" });
    } finally {
      closeSync(fd);
    }
  });

  it("a file without permission is refused", () => {
    // Nothing is without permission for root, whom tests may run as.
    const denied = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    expect(toInputError("secret.csv", denied)).toMatchObject({
      code: "input_unreadable",
      message: expect.stringMatching(/^secret\.csv: permission denied; /),
    });
  });

  it("a file that is gone when it is to be read is an InputError", async () => {
    const file = temp.write("gone.csv", "a\n1\n");
    const source = await open(file);
    rmSync(file);
    expect((await readAll(source.records())).failure).toMatchObject({
      name: "InputError",
      code: "input_not_found",
    });
  });

  it("standard input that nobody gave is a ConfigurationError", async () => {
    await expect(open("-")).rejects.toMatchObject({ name: "ConfigurationError" });
  });
});

describe("a read that fails half-way", () => {
  it.each([false, true])(
    "ends with an InputError after the records before it, gzip: %s",
    async (compressed) => {
      const text = compressed ? gzipSync(NOISE) : Buffer.from(NOISE);
      async function* failing() {
        yield text.subarray(0, Math.floor(text.length * 0.8));
        throw Object.assign(new Error("i/o error"), { code: "EIO" });
      }
      const source = await open("-", { stdin: Readable.from(failing()) });
      const { records, failure } = await readAll(source.records());
      expect(failure).toMatchObject({ name: "InputError", code: "input_unreadable" });
      expect(failure?.message).toContain("EIO");
      expect(records.length).toBeGreaterThan(40_000);
    },
  );
});

describe("opening", () => {
  it("holds no file open, and reading can be repeated", async () => {
    const source = await open(temp.write("twice.csv", BIG));
    expect(openFiles()).toEqual([]);
    expect(source.bytesRead()).toBe(0);
    const first = await readAll(source.records());
    expect(first.records).toHaveLength(LINES.length);
    expect(await readAll(source.records())).toEqual(first);
    expect(source.bytesRead()).toBe(BIG.length);
    expect(openFiles()).toEqual([]);
  });

  it("reads standard input on behind its head, in arrays and in order", async () => {
    const pieces = BIG.match(/.{1,70001}/gs) ?? [];
    const source = await open("-", { stdin: Readable.from(pieces.map((piece) => Buffer.from(piece))) });
    let arrays = 0;
    let next = 1;
    for await (const { records } of source.records()) {
      arrays += 1;
      for (const { row } of records) expect(row).toBe(next++);
    }
    expect(next).toBe(LINES.length + 1);
    expect(arrays).toBeGreaterThan(3);
  });

  it("reads a named pipe once only, without losing its head", async () => {
    const pipe = join(temp.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const opening = open(pipe);
    await writeFile(pipe, "a,b\n1,2\n");
    const source = await opening;
    expect(source.bytes).toBeUndefined();
    expect((await readAll(source.records())).records.map(brief)).toEqual(["1@2 1|2"]);
  });
});

describe("leaving early", () => {
  it.each(["left.csv", "left.csv.gz", "left.json"])("closes %s", async (name) => {
    const text = name.endsWith("json") ? `[${LINES.map((line) => `{"a":"${line}"}`).join(",")}]` : BIG;
    const file = temp.write(name, name.endsWith("gz") ? gzipSync(text) : text);
    const source = await open(file);
    for await (const { records } of source.records()) {
      expect(records.length).toBeGreaterThan(0);
      expect(openFiles()).toEqual([file]);
      break;
    }
    expect(openFiles()).toEqual([]);
    await expect(async () => {
      for await (const _ of source.records()) throw new Error("mine");
    }).rejects.toThrow("mine");
    expect(openFiles()).toEqual([]);
  });

  it("by a signal ends with its reason and closes the file", async () => {
    const source = await open(temp.write("aborted.csv", BIG));
    const stop = new AbortController();
    const seen: SourceRecord[] = [];
    const reading = (async () => {
      for await (const { records } of source.records(stop.signal)) {
        seen.push(...records);
        stop.abort(new Error("enough"));
      }
    })();
    await expect(reading).rejects.toThrow("enough");
    expect(seen.length).toBeLessThan(LINES.length);
    expect(openFiles()).toEqual([]);
    await expect(readAll(source.records(stop.signal))).resolves.toMatchObject({
      failure: { message: "enough" },
    });
  });

  it.each([false, true])(
    "by a signal wakes a read that waits for a silent writer, gzip: %s",
    async (compressed) => {
      const stdin = new PassThrough();
      const text = Buffer.from(NOISE.repeat(2));
      stdin.write(compressed ? gzipSync(text) : text);
      const source = await open("-", { stdin });
      const stop = new AbortController();
      const records = source.records(stop.signal)[Symbol.asyncIterator]();
      await records.next();
      setImmediate(() => stop.abort(new Error("enough")));
      await expect(
        (async () => {
          while (!(await records.next()).done);
        })(),
      ).rejects.toThrow("enough");
      expect(stdin.destroyed).toBe(true);
      // A late fault of the stream has no listener of ours left but must not crash.
      stdin.emit("error", new Error("late"));
    },
  );

  it("destroys standard input when opening fails", async () => {
    const stdin = Readable.from([Buffer.from("PK\x03\x04")]);
    await expect(open("-", { stdin })).rejects.toMatchObject({ code: "input_is_archive" });
    expect(stdin.destroyed).toBe(true);
  });
});

describe("the format", () => {
  it.each([
    ["data.csv", "{a}\n{b}\n", "csv"],
    ["data.TSV", "a\tb\n", "csv"],
    ["data.jsonl", '{"a":1}\n', "jsonl"],
    ["data.ndjson", '{"a":1}\n', "jsonl"],
    ["data.json", '[{"a":1}]', "json"],
    ["ndjson.json", '{"a":1}\n{"b":2}\n', "jsonl"],
    ["single.json", '{"a":1}', "jsonl"],
    ["data.txt", "a,b\n", "csv"],
    ["array.txt", ' \n[{"a":1}]', "json"],
    ["lines", '{"a":1}\n', "jsonl"],
    ["data.ndjson.gz", gzipSync('{"a":1}\n'), "jsonl"],
  ])("of %s is told by name and content", async (name, content, format) => {
    expect((await open(temp.write(name, content))).format).toBe(format);
  });

  it("of standard input is told by its content", async () => {
    expect((await openText("a,b\n")).format).toBe("csv");
    expect((await openText('{"a":1}\n{"b":2}')).format).toBe("jsonl");
    expect((await openText('{\n"a":[{"b":1}]}', { select: "a" })).format).toBe("json");
    expect((await openText('{"a":[{"b":1}]}', { select: "a" })).format).toBe("json");
    expect((await openText("[]")).format).toBe("json");
  });

  it("is what the option says", async () => {
    expect((await open(temp.write("forced.csv", '{"a":1}\n'), { format: "jsonl" })).format).toBe("jsonl");
  });

  it("may ignore --select, with a warning", async () => {
    const named = await open(temp.write("select.csv", "a\n1\n"), { select: "data.records" });
    expect(named.warnings).toEqual([expect.stringMatching(/is CSV, so --select data\.records is ignored/)]);
    const lines = await open(temp.write("select.jsonl", '{"a":1}\n'), { select: "data.records" });
    expect(lines.warnings).toEqual([expect.stringContaining("is JSONL, so --select")]);
  });

  it("of a lone object that holds a list of objects comes with a warning", async () => {
    const text = '{"meta":{"n":[1]},"data":{"records":[{"a":1}]}}\n';
    const advice = [expect.stringMatching(/one record; .* give --select data\.records$/)];
    const file = await open(temp.write("lone.json", text));
    expect(file).toMatchObject({ format: "jsonl", warnings: advice });
    expect((await openText(text)).warnings).toEqual(advice);
    expect((await openText(text + text)).warnings).toEqual([]);
    expect((await openText('{"a":{"b":{"c":{"d":[{"e":1}]}}}}')).warnings).toEqual([]);
    expect((await open(temp.write("lone.jsonl", text))).warnings).toEqual([]);
  });
});
