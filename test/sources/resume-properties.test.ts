import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJsonlReader } from "../../src/sources/json/jsonl-reader.js";
import { type CreateReader, collect, csvReader, cutAt, flatten, streamPieces } from "./support.js";

/** Pieces of input with what is special to a reader more often than chance has it, as bytes. */
function soups(units: readonly (string | number[])[]): fc.Arbitrary<Buffer> {
  const unit = fc.constantFrom(...units.map((bytes) => Buffer.from(bytes as string)));
  return fc.array(unit, { maxLength: 80, size: "max" }).map((list) => Buffer.concat(withFewNuls(list)));
}

/** More of them would be taken for a binary file. */
function withFewNuls(units: readonly Buffer[]): Buffer[] {
  let left = 3;
  return units.filter((unit) => !unit.includes(0) || left-- > 0);
}

const MANGLED = [[0xe9], [0xff], [0x81], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0]];
const MULTIBYTE = ["é", "€", "😀", "𐀀"];
const LONG = ["x".repeat(700), "é".repeat(400)];

/**
 * Reads the bytes as they are cut, then again from each mark on: cut at the same places, which gives the same pieces
 * and marks, and elsewhere. Returns how many marks there were.
 */
async function checkMarks(
  bytes: Buffer,
  [cuts, otherCuts]: readonly [number[], number[]],
  encoding: string,
  createReader: CreateReader,
): Promise<number> {
  const pieces = cutAt(bytes, cuts);
  const whole = await collect(streamPieces(pieces, encoding, createReader));
  let marks = 0;
  for (const [index, { mark }] of whole.entries()) {
    if (mark === undefined) continue;
    marks += 1;
    const rest = whole.slice(index + 1);
    expect(await collect(streamPieces(pieces, encoding, createReader, mark))).toEqual(rest);
    const others = await collect(streamPieces(cutAt(bytes, otherCuts), encoding, createReader, mark));
    expect(flatten(others)).toEqual(flatten(rest));
  }
  return marks;
}

const manyCuts = fc.array(fc.nat(100_000), { minLength: 5, maxLength: 30, size: "max" });
const twoCuts = fc.tuple(manyCuts, manyCuts);
const RUNS = 500;
const maxRecordBytes = fc.integer({ min: 3, max: 3000 });
const encodings = fc.constantFrom("utf-8", "windows-1252");
const boms = fc.constantFrom("", "\uFEFF");

const jsonlReader =
  (limit: number): CreateReader =>
  (_, encoding, from) =>
    createJsonlReader({ encoding, maxRecordBytes: limit }, from);

describe("from each mark on come exactly the records that follow it", () => {
  it.each(["\n", "\r\n", "\r"])("in any CSV, lines ended by %j", async (newline) => {
    const soup = soups([
      ...['"', '""', ",", newline, newline, `${newline}${newline}`, "\n", "\r", " ", "a", "1,2"],
      ...[
        `1,2${newline}`,
        `"3","4"${newline}`,
        `"5${newline}6",7${newline}`,
        `"8"9,0${newline}`,
        `,"${newline}`,
      ],
      ...MULTIBYTE,
      ...MANGLED,
      ...LONG,
    ]);
    let marks = 0;
    await fc.assert(
      fc.asyncProperty(
        soup,
        twoCuts,
        maxRecordBytes,
        encodings,
        boms,
        fc.constantFrom("", `sep=,${newline}`),
        async (body, cuts, limit, encoding, bom, separator) => {
          const bytes = Buffer.concat([Buffer.from(`${bom}${separator}a,b${newline}`), body]);
          const createReader = csvReader({ delimiter: ",", maxRecordBytes: limit });
          marks += await checkMarks(bytes, cuts, encoding, createReader);
        },
      ),
      { numRuns: RUNS },
    );
    expect(marks).toBeGreaterThan(RUNS);
  });

  it("in any JSONL", async () => {
    const soup = soups([
      ...['{"a":1}\n', '{"b":"é😀"}\r\n', '{"c":"', '"}', "\n", "\r\n", "\r", " ", "[1]", "null\n"],
      ...MULTIBYTE,
      ...MANGLED,
      ...LONG,
    ]);
    let marks = 0;
    await fc.assert(
      fc.asyncProperty(
        soup,
        twoCuts,
        maxRecordBytes,
        encodings,
        boms,
        async (body, cuts, limit, encoding, bom) => {
          const bytes = Buffer.concat([Buffer.from(bom), body]);
          marks += await checkMarks(bytes, cuts, encoding, jsonlReader(limit));
        },
      ),
      { numRuns: RUNS },
    );
    expect(marks).toBeGreaterThan(RUNS);
  });
});

describe("no mark is given", () => {
  it.each([
    ["CSV", "a,b\n1,2\n", csvReader({ delimiter: ",", maxRecordBytes: 10 })],
    ["JSONL", '{"a":1}\n', jsonlReader(10)],
  ])("inside a record that is passed over, %s", async (_, before, createReader) => {
    const bytes = Buffer.from(`${before}${"x".repeat(9000)}\n0,0\n`);
    const pieces = await collect(streamPieces(cutAt(bytes, [before.length + 3000]), "utf-8", createReader));
    expect(pieces.map(({ records, mark }) => [records.length, mark?.row])).toEqual([
      [1, undefined],
      [2, 3],
    ]);
  });
});
