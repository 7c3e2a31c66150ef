import { expect, test } from "vitest";
import type { SourceRecord } from "../../src/domain.js";
import { readCsvLayout } from "../../src/sources/csv/csv-layout.js";
import { createCsvReader } from "../../src/sources/csv/csv-reader.js";

/** Records that are compared, of each kind of text. */
const RECORDS = 700_000;
const RECORDS_A_TEXT = 150;

type Random = (below: number) => number;

/** Numbers by chance that come again with the same seed (a linear congruential generator). */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)] as T;

/** Values as they stand in a file: most of them well formed, the others not. */
const VALUES = [
  ...["", "a", "plain", "two words", " padded ", "é", "🦊", "1.5", "x\ty"],
  ...['""', '"a"', '"a,b"', '"a;b"', '"line\nbreak"', '"line\r\nbreak"', '"say ""hi"""', '""""', '" "'],
];
const ODD_VALUES = ['a"b', '"a"b', '"a" ', ' "a"', '"open', '"', '"a""', "a\rb", '"\r"', '\r"a"', '"a"\r'];

function toText(random: Random, columns: number, newline: string, delimiter: string): string {
  const odd = pick(random, [0, 0, 1, 10]);
  let text = Array.from({ length: columns }, (_, index) => `c${index}`).join(delimiter) + newline;
  for (let record = 0; record < RECORDS_A_TEXT; record += 1) {
    if (random(100) < odd) text += pick(random, [newline, ` ${newline}`, `\n`, `\r`, `,${newline}`]);
    const count = random(100) < odd ? random(5) : columns;
    const values = Array.from({ length: count }, () => pick(random, random(100) < odd ? ODD_VALUES : VALUES));
    text += values.join(delimiter) + (random(100) < odd ? pick(random, ["\n", "\r\n", "\r"]) : newline);
  }
  return random(4) === 0 ? text.slice(0, random(text.length)) : text;
}

/** Anything at all, of the characters that matter. */
function toSoup(random: Random, columns: number, newline: string, delimiter: string): string {
  const header = Array.from({ length: columns }, (_, index) => `c${index}`).join(delimiter) + newline;
  const characters = [delimiter, delimiter, newline, newline, '"', '"', "a", "a", "é", " ", "\r", "\n", '""'];
  return header + Array.from({ length: 8 * RECORDS_A_TEXT }, () => pick(random, characters)).join("");
}

/** Reads a text piece by piece; with `careful` csv-parse judges every record. */
function read(text: string, pieces: readonly number[], careful: boolean, maxRecordBytes: number) {
  const options = { name: "in.csv", encoding: "utf-8", delimiter: undefined, maxRecordBytes };
  const layout = readCsvLayout(text, true, options);
  if (layout === undefined) throw new Error("a complete text has a layout");
  const reader = createCsvReader({ name: "in.csv", layout, encoding: "utf-8", maxRecordBytes });
  const records: SourceRecord[] = [];
  const boundaries: unknown[] = [];
  let at = 0;
  for (const length of pieces) {
    // Where bytes may be invalid, the text of every record is looked at.
    reader.push(text.slice(at, at + length), careful, records);
    boundaries.push(reader.boundary?.());
    at += length;
  }
  reader.end(records);
  return { records, boundaries };
}

test.each([
  ["records, most of them well formed", toText],
  ["anything at all", toSoup],
])("the short way gives what csv-parse gives, row by row: %s", { timeout: 120_000 }, (_, toInput) => {
  let compared = 0;
  let split = 0;
  for (let seed = 1; compared < RECORDS; seed += 1) {
    const random = createRandom(seed);
    const columns = 1 + random(4);
    const newline = pick(random, ["\n", "\n", "\r\n", "\r"]);
    const text = toInput(random, columns, newline, pick(random, [",", ";", "\t"]));
    const pieces: number[] = [];
    for (let at = 0; at < text.length; at += pieces.at(-1) ?? 0)
      pieces.push(1 + random(pick(random, [5, 200, 5_000])));
    const maxRecordBytes = pick(random, [60, 1_000, 1024 * 1024]);
    const fast = read(text, pieces, false, maxRecordBytes);
    const careful = read(text, pieces, true, maxRecordBytes);
    if (JSON.stringify(fast) !== JSON.stringify(careful)) expect(fast, `seed ${seed}`).toEqual(careful);
    compared += careful.records.length;
    split += careful.records.filter(({ kind }) => kind === "row").length;
  }
  expect(compared).toBeGreaterThanOrEqual(RECORDS);
  // Both kinds are there.
  expect(split).toBeGreaterThan(0.02 * compared);
  expect(split).toBeLessThan(0.995 * compared);
});
