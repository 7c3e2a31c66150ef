import { expect, it } from "vitest";
import { TEXT_BYTES } from "../../src/sources/bytes/byte-input.js";
import { readRecords } from "../../src/sources/read-records.js";
import { createUtf8Decoder } from "../../src/sources/text/utf8-decoder.js";
import { collect } from "./support.js";

it("decodes a large piece in parts, and gives out its records together", async () => {
  const texts: string[] = [];
  const whole = "Łódź ".repeat(20_000);
  const pieces = readRecords({
    bytes: (async function* () {
      yield Buffer.from(whole);
    })(),
    skipBytes: 0,
    decoder: createUtf8Decoder(),
    reader: {
      push(text, _, out) {
        texts.push(text);
        out.push({ kind: "row", row: texts.length, line: 1, values: [], text: "" });
      },
      end: () => {},
    },
    offset: undefined,
  });
  const given = await collect(pieces);
  expect(texts.join("")).toBe(whole);
  expect(texts.length).toBe(Math.ceil(Buffer.byteLength(whole) / TEXT_BYTES));
  expect(given.map(({ records }) => records.length)).toEqual([texts.length]);
});
