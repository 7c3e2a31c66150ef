import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlikeObject } from "../../src/alike-object.js";
import type { SourceRecord } from "../../src/domain.js";
import { createElementFramer } from "../../src/sources/json/frame-elements.js";
import { createJsonReader } from "../../src/sources/json/json-reader.js";
import { createJsonlReader } from "../../src/sources/json/jsonl-reader.js";
import { createJsonParser, type JsonParser } from "../../src/sources/json/parse-json.js";
import type { JsonFrame } from "../../src/sources/json/to-json-record.js";
import { arbitraryCuts, brief, type CreateReader, cutAt, readPieces, streamPieces } from "./support.js";

const MAX_RECORD_BYTES = 2500;

/** Objects that are alike but for their values, with what no text is in UTF-8 in some. */
const alike = fc
  .tuple(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.string({ unit: fc.constantFrom("a", "é", "}", "{", ",", " "), maxLength: 5 }),
      },
      fc.constantFrom("\\n", '\\"', "\xff", "x".repeat(2490), "é".repeat(1300)),
    ),
    fc.integer(),
  )
  .map(([text, number]) => `{"a":"${text}","b":{"n":${number}}}`);
const damaged = fc.constantFrom('{"a":"x', '{"a":"x","b":{"n":1}', '"a":"x","b":{"n":1}}', "1", "{", "");

/** Bytes of a text in which U+00FF stands for a byte that UTF-8 does not have. */
function toBytes(text: string): Buffer {
  const parts = text.split("\xff").map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.of(0xff), part])));
}

describe("JSONL", () => {
  const line = fc
    .tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constant("") }, fc.constantFrom(" ", "\r", "1")),
      fc.oneof({ weight: 9, arbitrary: alike }, damaged),
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom("", "\r") }, fc.constantFrom(" ", "\r\r", "}", ",")),
    )
    .map((parts) => parts.join(""));

  /** Each line by a reader of its own, which has seen no other. */
  async function readAlone(lines: readonly string[]): Promise<SourceRecord[]> {
    const all: SourceRecord[] = [];
    for (const [index, text] of lines.entries()) {
      const from = { offset: 0, row: all.length, line: index + 1 };
      const { records } = await readPieces([toBytes(`${text}\n`)], "utf-8", (_, encoding) =>
        createJsonlReader({ encoding, maxRecordBytes: MAX_RECORD_BYTES }, from),
      );
      all.push(...records);
    }
    return all;
  }

  it("reads a line between others like it as it reads it alone", async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 2, maxLength: 12 }),
        arbitraryCuts,
        async (lines, cuts) => {
          const pieces = cutAt(toBytes(lines.join("\n")), cuts);
          const { records } = await readPieces(pieces, "utf-8", (_, encoding) => {
            const reader = createJsonlReader({ encoding, maxRecordBytes: MAX_RECORD_BYTES });
            const push: typeof reader.push = (text, marked, out) => {
              reader.push(text, marked, out);
              for (const one of out) if (one.kind === "row" && one.values instanceof AlikeObject) read += 1;
            };
            return { ...reader, push };
          });
          expect(records).toEqual(await readAlone(lines));
        },
      ),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(1000);
  });
});

it("does not take what ends an overlong line for a line of its own", async () => {
  const like = '{"a":"x","b":1}';
  const texts = [`${like}\n`, "y".repeat(3000), `${like}\n${like}\n`];
  const { records } = await readPieces(texts.map(toBytes), "utf-8", (_, encoding) =>
    createJsonlReader({ encoding, maxRecordBytes: MAX_RECORD_BYTES }),
  );
  expect(records.map(brief)).toEqual([`1@1 ${like}`, "2@2 !record_too_long", `3@3 ${like}`]);
});

/** How many of the rows were read as like another. */
async function countAlike(text: string, createReader: CreateReader): Promise<number> {
  let count = 0;
  for await (const { records } of streamPieces([Buffer.from(text)], "utf-8", createReader))
    for (const one of records) if (one.kind === "row" && one.values instanceof AlikeObject) count += 1;
  return count;
}

describe("the short way", () => {
  const jsonl: CreateReader = (_, encoding) =>
    createJsonlReader({ encoding, maxRecordBytes: MAX_RECORD_BYTES });
  const json: CreateReader = (_, encoding) =>
    createJsonReader({ name: "test", encoding, maxRecordBytes: MAX_RECORD_BYTES, select: undefined });
  const objects = Array.from({ length: 1000 }, (_, index) =>
    JSON.stringify({ id: `c${index}`, ...(index % 50 === 49 && { more: "x" }) }),
  );

  it("is gone by all but the first and the odd ones", async () => {
    expect(await countAlike(objects.join("\n"), jsonl)).toBe(1000 - 1 - 20);
    expect(await countAlike(`[${objects.join(",\n")}]`, json)).toBe(1000 - 1 - 20);
  });

  it("is gone by lines with white space behind the object", async () => {
    expect(await countAlike(`${objects.slice(0, 40).join(" \t\r\n")}\n`, jsonl)).toBe(39);
  });
});

describe("the framer of JSON arrays", () => {
  const space = fc.oneof(
    { weight: 9, arbitrary: fc.constant("") },
    fc.constantFrom(" ", "\n", "\r\n  ", "1", "}", '"', '{"z":1'),
  );
  const element = fc
    .tuple(space, fc.oneof({ weight: 9, arbitrary: alike }, damaged), fc.boolean(), space)
    .map(([before, text, isPretty, after]) => {
      const shown = isPretty ? text.replaceAll(/,(?=")|(?<=\{)(?=")/g, "$&\n  ") : text;
      return `${before}${shown}${after}`;
    });

  interface Framing {
    readonly frames: readonly (JsonFrame & { readonly isAlike: boolean })[];
    readonly rest: readonly unknown[];
  }

  function frame(
    pieces: readonly string[],
    readAlike: JsonParser["readAlike"],
    parse: JsonParser["parse"],
  ): Framing {
    const framer = createElementFramer(1, MAX_RECORD_BYTES, readAlike);
    const all: (JsonFrame & { isAlike: boolean })[] = [];
    let end = -1;
    let pushed = 0;
    for (const piece of pieces) {
      end = framer.push(piece, 0, ({ values, ...rest }) => {
        if (values !== undefined) expect(values.toObject()).toEqual(JSON.parse(rest.text));
        else
          try {
            parse(rest.text);
          } catch {}
        all.push({ ...rest, isAlike: values !== undefined });
      });
      pushed += 1;
      if (end !== -1) break;
    }
    const last: JsonFrame[] = [];
    framer.breakOff((one) => last.push(one));
    return {
      frames: all,
      rest: [
        end,
        pushed,
        framer.line(),
        framer.pending(),
        framer.danglingComma(),
        last.map(({ text }) => text),
      ],
    };
  }

  it("cuts elements like the one before out as if each were another", () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 2, maxLength: 10 }),
        fc.constantFrom("]", "", ",]", " ]"),
        arbitraryCuts,
        (elements, ending, cuts) => {
          const pieces = cutAt(elements.join(",") + ending, cuts);
          const { readAlike, parse } = createJsonParser();
          const { frames, rest } = frame(pieces, readAlike, parse);
          const other = frame(pieces, () => undefined, parse);
          read += frames.filter(({ isAlike }) => isAlike).length;
          expect(frames.map((one) => ({ ...one, isAlike: false }))).toEqual(other.frames);
          expect(rest).toEqual(other.rest);
        },
      ),
      { numRuns: 4000 },
    );
    expect(read).toBeGreaterThan(1000);
  });
});
