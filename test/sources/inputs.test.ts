import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SourceRecord } from "../../src/domain.js";
import { toInputError } from "../../src/sources/bytes/input-failure.js";
import { brief, createTempDir, encode, open, openText, readAll, rows } from "./support.js";

const temp = createTempDir();
const gzipAsync = promisify(gzip);

/** Paths in our directory that this process holds open. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(join("/proc/self/fd", fd));
      return target.startsWith(temp.path) ? [target] : [];
    } catch {
      return [];
    }
  });
}

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

describe("gzip", () => {
  it("is decompressed, members one after the other too", async () => {
    const half = BIG.length / 2;
    const bytes = Buffer.concat([gzipSync(BIG.slice(0, half)), gzipSync(BIG.slice(half))]);
    const source = await open(temp.write("members.csv.gz", bytes));
    const { records } = await readAll(source.records());
    expect(records).toHaveLength(LINES.length);
    expect(records.at(-1)?.line).toBe(LINES.length + 1);
    expect(source.bytes).toBe(bytes.length);
    expect(source.bytesRead()).toBe(bytes.length);
  });

  it("is told by its first bytes, on standard input too, even one by one", async () => {
    const bytes = gzipSync('{"a":1}\n');
    const source = await open("-", { stdin: Readable.from([...bytes].map((byte) => Buffer.from([byte]))) });
    expect(source).toMatchObject({ format: "jsonl", name: "stdin", bytes: undefined });
    expect((await readAll(source.records())).records.map(brief)).toEqual(['1@1 {"a":1}']);
    expect(source.bytesRead()).toBe(bytes.length);
  });

  it.each([
    ["csv", NOISE, 60_000],
    ["jsonl", NOISE.replace("a,b\n", "").replace(/(.*),(.*)\n/g, '{"a":$1,"b":$2}\n'), 60_000],
    [
      "json",
      `[${NOISE.replace("a,b\n", "").replace(/(.*),(.*)\n/g, '{"a":$1,"b":$2},\n')}{"a":60000}]`,
      60_001,
    ],
  ])("cut short gives every complete %s record before it stops", async (format, text, count) => {
    const bytes = gzipSync(text);
    const source = await open(temp.write(`cut.${format}.gz`, bytes.subarray(0, bytes.length * 0.6)));
    const { records, failure } = await readAll(source.records());
    expect(failure).toMatchObject({ name: "InputError", code: "input_truncated" });
    expect(records.length).toBeGreaterThan(count / 2);
    expect(records.length).toBeLessThan(count);
    expect(rows(records)).toHaveLength(records.length);
    const whole = (await readAll((await open(temp.write(`whole.${format}`, text))).records())).records;
    expect(records).toEqual(whole.slice(0, records.length));
    expect(openFiles()).toEqual([]);
  });

  it("cut short in its head still gives the records before", async () => {
    const bytes = gzipSync("a,b\n1,2\n3,4\n");
    const file = temp.write("short.csv.gz", bytes.subarray(0, bytes.length - 4));
    for (const source of [
      await open(file),
      await open("-", { stdin: Readable.from([bytes.subarray(0, bytes.length - 4)]) }),
    ]) {
      const { records, failure } = await readAll(source.records());
      expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 3|4"]);
      expect(failure).toMatchObject({ code: "input_truncated" });
    }
  });

  it("cut short loses nothing to a consumer that is slower than zlib", async () => {
    const bytes = gzipSync(`a\n${"1\n".repeat(1_500_000)}`);
    const source = await open(temp.write("slow.csv.gz", bytes.subarray(0, bytes.length - 4)));
    let count = 0;
    await expect(async () => {
      for await (const records of source.records()) {
        count += records.length;
        // Other work: zlib has time to come upon the end.
        await gzipAsync(NOISE);
      }
    }).rejects.toMatchObject({ code: "input_truncated" });
    expect(count).toBe(1_500_000);
  });

  it("gives a JSON object whose bracket is the last thing that arrived", async () => {
    const bytes = gzipSync('[{"a":1},{"b":2}');
    const source = await open(temp.write("bracket.json.gz", bytes.subarray(0, bytes.length - 8)));
    const { records, failure } = await readAll(source.records());
    expect(records.map(brief)).toEqual(['1@1 {"a":1}', '2@1 {"b":2}']);
    expect(failure).toMatchObject({ code: "input_truncated" });
  });

  it("that is damaged stops after what is whole", async () => {
    const bytes = gzipSync(NOISE);
    // The check sum at the end. zlib keeps back the piece of output in which it meets the fault.
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
    const { records, failure } = await readAll((await open(temp.write("sum.csv.gz", bytes))).records());
    expect(records.length).toBeGreaterThan(40_000);
    expect(rows(records)).toHaveLength(records.length);
    expect(failure).toMatchObject({ name: "InputError", code: "input_damaged" });
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
    for await (const records of source.records()) {
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
    for await (const records of source.records()) {
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
      for await (const records of source.records(stop.signal)) {
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
});
