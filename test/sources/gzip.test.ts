import { Readable } from "node:stream";
import { promisify } from "node:util";
import { constants, deflateRawSync, gzip, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { brief, createTempDir, open, openFilesUnder, readAll, rows } from "./support.js";

const temp = createTempDir();
const gzipAsync = promisify(gzip);
const openFiles = () => openFilesUnder(temp.path);

const LINES = Array.from({ length: 60_000 }, (_, index) => `${index},${"v".repeat(index % 40)}`);
const BIG = `a,b\n${LINES.join("\n")}\n`;
/** Incompressible, so that the compressed file is cut in the middle of the data. */
const NOISE = `a,b\n${Array.from({ length: 60_000 }, (_, index) => `${index},${Math.sin(index)}`).join("\n")}\n`;

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
    const bytes = gzipSync(`a\n${"1\n".repeat(400_000)}`);
    const source = await open(temp.write("slow.csv.gz", bytes.subarray(0, bytes.length - 4)));
    let count = 0;
    await expect(async () => {
      for await (const { records } of source.records()) {
        count += records.length;
        // Other work: zlib has time to come upon the end.
        await gzipAsync(NOISE);
      }
    }).rejects.toMatchObject({ code: "input_truncated" });
    expect(count).toBe(400_000);
  });

  it("gives a JSON object whose bracket is the last thing that arrived", async () => {
    const bytes = gzipSync('[{"a":1},{"b":2}');
    const source = await open(temp.write("bracket.json.gz", bytes.subarray(0, bytes.length - 8)));
    const { records, failure } = await readAll(source.records());
    expect(records.map(brief)).toEqual(['1@1 {"a":1}', '2@1 {"b":2}']);
    expect(failure).toMatchObject({ code: "input_truncated" });
  });

  it.each([
    ["a wrong check sum", [damage(gzipSync(NOISE), -6)], "damaged"],
    ["a second member of no known block type", [gzipSync(NOISE), damage(gzipSync("1,2\n"), 10)], "damaged"],
    ["other bytes behind it", [gzipSync(NOISE), Buffer.from("garbage\n")], "not gzip follows"],
  ])("with %s gives all that stands before it", async (_, parts, message) => {
    const file = temp.write("damaged.csv.gz", Buffer.concat(parts));
    const { records, failure } = await readAll((await open(file)).records());
    expect(records).toHaveLength(60_000);
    expect(rows(records)).toHaveLength(60_000);
    expect(failure).toMatchObject({ name: "InputError", code: "input_damaged" });
    expect(failure?.message).toContain(message);
    expect(openFiles()).toEqual([]);
  });

  it("overwritten in the middle of a small file gives the rows before that place", async () => {
    const lines = Array.from({ length: 400 }, (_, index) => `${index},${Math.sin(index)}`);
    const [before, behind] = [lines.slice(0, 300), lines.slice(300)].map(
      (part) => deflateRawSync(`${part.join("\n")}\n`, { finishFlush: constants.Z_FULL_FLUSH }) as Buffer,
    );
    // A full flush ends a block at a whole byte; 0xFF there begins one of no known type.
    const bytes = Buffer.concat([
      gzipSync("").subarray(0, 10),
      before ?? "",
      damage(behind ?? "", 0, 0xff),
    ] as Buffer[]);
    const source = await open(temp.write("overwritten.csv.gz", bytes));
    const { records, failure } = await readAll(source.records());
    expect(records).toHaveLength(299);
    expect(failure).toMatchObject({ code: "input_damaged" });
  });

  it("may end with zeros", async () => {
    const bytes = Buffer.concat([gzipSync("a,b\n1,2\n"), Buffer.alloc(40_000)]);
    const { records, failure } = await readAll((await open(temp.write("tape.csv.gz", bytes))).records());
    expect(records.map(brief)).toEqual(["1@2 1|2"]);
    expect(failure).toBeUndefined();
  });
});

/** One byte is another one; a negative place counts from the end. */
function damage(bytes: Buffer | string, place: number, value?: number): Buffer {
  const damaged = Buffer.from(bytes as Buffer);
  const at = (place + damaged.length) % damaged.length;
  damaged[at] = value ?? (damaged[at] ?? 0) ^ 0xff;
  return damaged;
}
