import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlikeObject } from "../../src/alike-object.js";
import type { JsonObject } from "../../src/domain.js";
import { type AlikeReader, createAlikeReader } from "../../src/sources/json/read-alike.js";

/** The object that the text is, if nothing follows it. */
function readWhole(reader: AlikeReader, text: string): AlikeObject | undefined {
  const object = reader.read(text, 0);
  return object?.text === text ? object : undefined;
}

/** Reads texts one after the other, learning from each that was not read; says which were read. */
function readAll(texts: readonly string[]): { values: unknown[]; read: boolean[] } {
  const reader = createAlikeReader();
  const values: unknown[] = [];
  const read: boolean[] = [];
  for (const text of texts) {
    const object = readWhole(reader, text)?.toObject();
    read.push(object !== undefined);
    const value: unknown = object ?? JSON.parse(text);
    if (object === undefined) reader.learn(text, value as JsonObject);
    values.push(value);
  }
  return { values, read };
}

function expectSame(texts: readonly string[]): void {
  // Vitest asks values for their constructor, which is a name like any other here.
  const expected = texts.map((text) => JSON.parse(text));
  expect(isDeepStrictEqual(readAll(texts).values, expected), texts.join("\n")).toBe(true);
}

it.each([
  ["texts", '{"a":"x","b":""}', '{"a":"y","b":"z, }"}'],
  ["numbers and words", '{"n":1,"t":true}', '{"n":-12.50,"t":null}'],
  ["objects in it", '{"a":{"b":"x","c":{"d":1}},"e":"y"}', '{"a":{"b":"","c":{"d":2}},"e":"z"}'],
  ["an object without members", '{"a":{},"b":"x"}', '{"a":{},"b":"y"}'],
  ["white space of Python", '{"a": "x", "b": 1}', '{"a": "y", "b": 2}'],
  ["many lines", '{\n  "a": "x",\n  "b": 1\n}', '{\n  "a": "ä😀",\n  "b": 0\n}'],
  ["keys that objects inherit", '{"constructor":"x","toString":1}', '{"constructor":"y","toString":2}'],
  ["keys with quotes", '{"a\\"b":"x"}', '{"a\\"b":"y"}'],
])("reads what is like the one before: %s", (_, first, second) => {
  const { values, read } = readAll([first, second]);
  expect(read).toEqual([false, true]);
  expect(values).toStrictEqual([JSON.parse(first), JSON.parse(second)]);
  expect(Object.keys(values[1] as object)).toEqual(Object.keys(JSON.parse(second)));
});

it("learns of which types a value may be", () => {
  const texts = [
    '{"a":"1","b":1}',
    '{"a":1,"b":1}',
    '{"a":2,"b":1}',
    '{"a":"3","b":1}',
    '{"a":null,"b":"x"}',
  ];
  expect(readAll(texts).read).toEqual([false, false, false, true, true]);
  expectSame(texts);
});

it("does not learn from one odd text", () => {
  const texts = ['{"a":"1"}', '{"odd":"1"}', '{"a":"2"}', '{"a":"\\n"}', '{"a":"3"}'];
  expect(readAll(texts).read).toEqual([false, false, true, false, true]);
  expectSame(texts);
});

it("reads objects of 300 keys, not of more", () => {
  const toText = (keys: number, value: string) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, value])));
  expect(readAll([toText(300, "x"), toText(300, "y")]).read).toEqual([false, true]);
  expect(readAll([toText(301, "x"), toText(301, "y")]).read).toEqual([false, false]);
});

describe("leaves to JSON.parse", () => {
  it.each([
    ["an escape", '{"a":"x"}', '{"a":"\\u0041"}'],
    ["another key", '{"a":"x"}', '{"b":"x"}'],
    ["one more key", '{"a":"x"}', '{"a":"x","b":1}'],
    ["one key less", '{"a":"x","b":1}', '{"a":"x"}'],
    ["another order", '{"a":"x","b":1}', '{"b":1,"a":"x"}'],
    ["other white space", '{"a":"x"}', '{"a": "x"}'],
    ["an object in it", '{"a":"x"}', '{"a":{}}'],
    ["a list in it", '{"a":"x"}', '{"a":["x"]}'],
    ["a long number", '{"a":1}', '{"a":12345678901234567890}'],
    ["an exponent", '{"a":1}', '{"a":1e5}'],
    ["a key twice", '{"a":1,"a":2}', '{"a":1,"a":3}'],
    ["the prototype", '{"__proto__":1}', '{"__proto__":2}'],
    ["no member", "{}", "{}"],
  ])("%s", (_, first, second) => {
    expect(readAll([first, second]).read).toEqual([false, false]);
    expectSame([first, second]);
  });

  it.each([
    '{"a":"x"',
    '{"a":"x"}}',
    '{"a":"x"} x',
    '{"a":"x',
    '{"a":"\t"}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":-}',
    '{"a":tru}',
    '{"a":}',
    '{"a":"x"}"',
    "",
  ])("what is no JSON: %j", (text) => {
    const reader = createAlikeReader();
    reader.learn('{"a":"x"}', { a: "x" });
    expect(readWhole(reader, text)).toBeUndefined();
    expect(() => JSON.parse(text)).toThrow();
  });
});

it("tires of learning from what is never alike, and still learns", () => {
  const texts = Array.from({ length: 600 }, (_, index) => `{"k${index}":1}`);
  const alike = Array.from({ length: 600 }, (_, index) => `{"a":${index}}`);
  expectSame([...texts, ...alike]);
  const { read } = readAll([...texts, ...alike]);
  expect(read.slice(0, 600)).not.toContain(true);
  expect(read.slice(600, 700)).not.toContain(true);
  expect(read.slice(-100)).not.toContain(false);
});

const scalar = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('"', "\\", "}", "{", ",", ":", "a", " ", "\n", "\u007f"), maxLength: 6 }),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.constant({}),
  fc.dictionary(
    fc.constantFrom("a", "2", "__proto__", "b.c"),
    fc.oneof(fc.boolean(), fc.string({ maxLength: 2 })),
    {
      maxKeys: 2,
    },
  ),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const key = fc.oneof(
  fc.constantFrom("a", "b", "1", "10", "__proto__", "constructor", 'a":"', "", ":", ","),
  fc.string({ unit: "binary", maxLength: 4 }),
);

it("gives what JSON.parse gives, whatever comes after whatever", () => {
  const objects = fc
    .tuple(fc.uniqueArray(key, { maxLength: 5 }), fc.constantFrom("", " ", "\t", "\n "), fc.boolean())
    .chain(([keys, space, shuffles]) =>
      fc.array(
        fc
          .tuple(
            fc.shuffledSubarray(keys, shuffles ? {} : { minLength: keys.length }),
            fc.array(scalar, { minLength: 5, maxLength: 5 }),
          )
          .map(([some, values]) => {
            const order = shuffles ? some : keys;
            const members = order.map(
              (name, index) => `${JSON.stringify(name)}:${space}${JSON.stringify(values[index])}`,
            );
            return `{${space}${members.join(`,${space}`)}}`;
          }),
        { minLength: 2, maxLength: 6 },
      ),
    );
  fc.assert(fc.property(objects, expectSame), { numRuns: 20_000 });
});

it("takes for JSON only what is JSON, however a text is damaged", () => {
  const text = '{"id": "c1", "n": 12.5, "ok": true, "none": null}';
  const reader = createAlikeReader();
  const other = text.replaceAll(/"c1"|true/g, "1");
  for (const each of [text, other]) reader.learn(each, JSON.parse(each));
  const damaged = fc
    .tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.string({ unit: fc.constantFrom(...'"{}[]:,\\ \n\t0123456789.-+eEtrufalsn'), maxLength: 3 }),
    )
    .map(([at, cut, more]) => text.slice(0, at) + more + text.slice(at + cut));
  fc.assert(
    fc.property(damaged, (one) => {
      const object = readWhole(reader, one)?.toObject();
      if (object !== undefined) expect(object).toStrictEqual(JSON.parse(one));
    }),
    { numRuns: 50_000 },
  );
});
