import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJsonReader } from "../../src/sources/json/json-reader.js";
import { createJsonlReader } from "../../src/sources/json/jsonl-reader.js";
import { DEFAULT_MAX_RECORD_BYTES } from "../../src/sources/open-source.js";
import { arbitraryCuts, cutAt, encode, type Outcome, readPieces, rows } from "./support.js";

/** Whatever JSON can hold, with what is special to the framer more often than chance has it. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", "\n", "é", "😀"), maxLength: 6 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false, 0, -1.5, 1e300, 9007199254740991),
    text,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(text, tie("value"), { maxKeys: 3 }),
  ),
}));
const objects = fc.array(fc.dictionary(text, value, { maxKeys: 4 }), { maxLength: 8 });

function readJson(pieces: readonly Buffer[], select?: string, maxRecordBytes = DEFAULT_MAX_RECORD_BYTES) {
  return readPieces(pieces, undefined, (_, encoding) =>
    createJsonReader({ name: "test", encoding, maxRecordBytes, select }),
  );
}

function readJsonl(pieces: readonly Buffer[], maxRecordBytes = DEFAULT_MAX_RECORD_BYTES): Promise<Outcome> {
  return readPieces(pieces, undefined, (_, encoding) => createJsonlReader({ encoding, maxRecordBytes }));
}

/** The number of the line in which the text at that position stands. */
function lineAt(all: string, position: number): number {
  return all.slice(0, position).split("\n").length;
}

describe("JSON arrays", () => {
  it("read back whatever they hold, at the top or inside an object", async () => {
    await fc.assert(
      fc.asyncProperty(
        objects,
        arbitraryCuts,
        fc.constantFrom(undefined, 0, 2),
        fc.constantFrom("utf-8", "utf-16le"),
        fc.boolean(),
        fc.dictionary(text, value, { maxKeys: 3 }),
        async (values, cuts, indent, encoding, nested, around) => {
          const array = JSON.stringify(values, null, indent);
          const before = JSON.stringify(around, null, indent);
          const all = nested
            ? `{"around": ${before}, "data": {"skipped": ${before}, "records" : ${array}, "more": [${before}]}}\r\n`
            : array;
          const { records, failure } = await readJson(
            cutAt(encode(all, encoding), cuts),
            nested ? "data.records" : undefined,
          );
          expect(failure).toBeUndefined();
          expect(rows(records).map((row) => row.values)).toEqual(values);
          let position = nested ? all.indexOf('"records" :') : 0;
          for (const [index, row] of rows(records).entries()) {
            position = all.indexOf(row.text ?? "", position + 1);
            expect(row).toMatchObject({ row: index + 1, line: lineAt(all, position) });
            position += (row.text ?? "").length;
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("do not depend on how the input is cut, well formed or not", async () => {
    const pieces = fc.constantFrom(
      '{"a":1}',
      '{"b":"',
      '"',
      "}",
      "{",
      "[",
      "]",
      ",",
      "\n",
      "\\",
      "é",
      "1",
      '"c":',
      "x".repeat(900),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: pieces, maxLength: 20 }), arbitraryCuts, async (soup, cuts) => {
        const bytes = Buffer.from(`[${soup}`);
        const whole = await readJson([bytes], undefined, 1500);
        const cut = await readJson(cutAt(bytes, cuts), undefined, 1500);
        expect(cut.records).toEqual(whole.records);
        expect(cut.failure?.message.replace(/line \d+/, "")).toBe(
          whole.failure?.message.replace(/line \d+/, ""),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it("lose no other record to a malformed one, wherever it stands", async () => {
    const simple = fc.array(fc.record({ id: fc.nat(), name: text }), { minLength: 1, maxLength: 6 });
    const broken = fc.constantFrom(
      '{"a": }',
      '{"a": "x"',
      '{"a": "x}',
      '{"a": [1}',
      '{"a": {"b": 1}',
      '{"a": 1}}',
      "{'a': 1}",
      "12",
      '"text"',
      "[1, 2]",
      "",
      "nonsense",
      `{"a": "${"x".repeat(3000)}"}`,
    );
    await fc.assert(
      fc.asyncProperty(simple, broken, fc.nat(), arbitraryCuts, async (values, bad, place, cuts) => {
        const at = place % values.length;
        const texts = values.map((object) => JSON.stringify(object));
        // In the last place the text behind it is the array's end, which an unclosed string takes for its own.
        const all = `[\n${[...texts.slice(0, at), bad, ...texts.slice(at)].join(",\n")}\n]\n`;
        const { records, failure } = await readJson(cutAt(Buffer.from(all), cuts), undefined, 1000);
        expect(failure).toBeUndefined();
        expect(rows(records).map((row) => row.values)).toEqual(values);
        expect(records[at]?.kind).toBe("unreadable");
        expect(records.map((record) => record.line)).toEqual(records.map((_, index) => index + 2));
      }),
      { numRuns: 600 },
    );
  });
});

describe("JSONL", () => {
  it("reads back whatever it holds, blank and bad lines between", async () => {
    const bad = fc.constantFrom("", "  ", "{", "[1]", "null", '{"a":1} {"b":2}', "x".repeat(3000));
    await fc.assert(
      fc.asyncProperty(
        objects,
        fc.array(bad, { maxLength: 4 }),
        arbitraryCuts,
        fc.boolean(),
        async (values, lines, cuts, crlf) => {
          const texts = values.map((object) => JSON.stringify(object));
          const mixed = texts.flatMap((line, index) => [...lines.slice(index, index + 1), line]);
          const bytes = Buffer.from(mixed.join(crlf ? "\r\n" : "\n"));
          const { records, failure } = await readJsonl(cutAt(bytes, cuts), 1000);
          expect(failure).toBeUndefined();
          expect(rows(records).map((row) => row.text)).toEqual(texts);
          expect(rows(records).map((row) => row.values)).toEqual(values);
          expect(records.map(({ line }) => line)).toEqual(
            mixed.flatMap((line, index) => (line.trim() === "" ? [] : [index + 1])),
          );
          expect(records).toEqual((await readJsonl([bytes], 1000)).records);
        },
      ),
      { numRuns: 400 },
    );
  });
});
