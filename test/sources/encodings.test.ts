import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDecoder } from "../../src/sources/text/create-decoder.js";
import { resolveEncoding } from "../../src/sources/text/resolve-encoding.js";
import {
  arbitraryCuts,
  brief,
  createTempDir,
  cutAt,
  encode,
  open,
  openText,
  readText,
  rejects,
} from "./support.js";

const temp = createTempDir();
const briefs = async (...args: Parameters<typeof readText>) => (await readText(...args)).map(brief);

/** Decodes piece by piece. */
function decode(pieces: readonly Buffer[], encoding: string): { text: string; marked: boolean } {
  const decoder = createDecoder(resolveEncoding(encoding));
  const decoded = [...pieces.map((piece) => decoder.write(piece)), decoder.end()];
  return { text: decoded.map(({ text }) => text).join(""), marked: decoded.some(({ marked }) => marked) };
}

describe("the encoding", () => {
  it.each(["utf-8", "utf-16le", "utf-16be"])(
    "%s is told by the byte-order mark, whatever was asked for",
    async (encoding) => {
      const bytes = encode("näme,b\n😀,2\n", encoding);
      const source = await openText(bytes, { encoding: "windows-1252" });
      expect(source).toMatchObject({ encoding, bom: true, columns: { kind: "csv", names: ["näme", "b"] } });
      expect(await briefs(bytes, { encoding: "windows-1252" })).toEqual(["1@2 😀|2"]);
    },
  );

  it.each(["utf-16le", "utf-16be"])("%s needs no mark when it is asked for", async (encoding) => {
    const source = await openText(encode("a,b\n1,2\n", encoding, false), { encoding });
    expect(source).toMatchObject({ encoding, bom: false });
  });

  it.each([
    ["windows-1252", "€é"],
    ["Windows 1252", "€é"],
    ["cp1252", "€é"],
    ["latin1", "é"],
    ["ISO-8859-1", "é"],
    ["iso-8859-15", "€"],
    ["koi8-r", "Ж"],
    ["cp437", "é"],
    ["macintosh", "é"],
  ])("%s is read on request", async (encoding, text) => {
    const bytes = encode(`a,b\n${text},2\n`, encoding);
    expect(await briefs(bytes, { encoding })).toEqual([`1@2 ${text}|2`]);
  });

  it("is named by its usual name", async () => {
    expect((await openText("a,b\n", { encoding: "CP1252" })).encoding).toBe("windows-1252");
  });

  it("must be known", async () => {
    await expect(openText("a,b\n", { encoding: "windows-1253x" })).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "encoding_unknown",
      message: expect.stringMatching(/Did you mean "windows-1253"\?.*utf-8, utf-16le/),
    });
  });
});

describe("a NUL", () => {
  it("costs its record alone, in a tiny file too", async () => {
    const records = await readText("a,b\n1,2\n3,x\0y\n5,6\n");
    expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 !encoding_invalid", "3@4 5|6"]);
    expect(rejects(records)[0]).toMatchObject({
      raw: "3,x\\x00y",
      reason: expect.stringMatching(/^a NUL \(byte 0x00\) at line 3, character 4 /),
    });
  });

  it.each(["utf-8", "windows-1252", "utf-16le"])("is found behind the head too, %s", async (encoding) => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index},value`);
    lines[2] = "2,\0";
    lines[19_000] = "\0,2";
    const bytes = encode(`a,b\n${lines.join("\n")}\n`, encoding);
    const records = await readText(bytes, { encoding });
    expect(records).toHaveLength(20_000);
    expect(rejects(records).map(brief)).toEqual(["3@4 !encoding_invalid", "19001@19002 !encoding_invalid"]);
  });

  it.each([
    ["jsonl", '{"a":1}\n{"a":"\0"}\n{"b":2}\n'],
    ["json", '[{"a":1},\n{"a":"\0"},\n{"b":2}]'],
  ] as const)("costs its record alone in %s", async (format, text) => {
    expect(await briefs(text, { format })).toEqual(['1@1 {"a":1}', "2@2 !encoding_invalid", '3@3 {"b":2}']);
  });

  it("in the header refuses the file, as many of them do, which are UTF-16 only if they alternate", async () => {
    await expect(openText("a,\0b\n1,2\n")).rejects.toMatchObject({ code: "header_encoding_invalid" });
    const padded = `a,b\n${"x\0\0\0,yy\n".repeat(50)}`;
    await expect(openText(padded)).rejects.toMatchObject({
      code: "input_is_binary",
      message: expect.stringContaining("holds binary data"),
    });
  });
});

describe("invalid bytes", () => {
  it("make a reject with position, byte and hint, and cost no other record", async () => {
    const bytes = Buffer.from('a,b\n1,2\n"x\né\xe9",z\xff\n3,4\n', "latin1");
    const records = await readText(bytes);
    expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 !encoding_invalid", "3@5 3|4"]);
    expect(rejects(records)[0]).toMatchObject({
      raw: '"x\n\\xE9\\xE9",z\\xFF',
      reason: expect.stringMatching(
        /byte 0xE9 at line 4, character 1 is not valid utf-8; .*--encoding windows-1252/,
      ),
    });
  });

  it("count characters, not bytes", async () => {
    const bytes = Buffer.concat([Buffer.from("a,b\n😀é,"), Buffer.from([0xc3]), Buffer.from("\n")]);
    expect(rejects(await readText(bytes))[0]?.reason).toContain("byte 0xC3 at line 2, character 4 ");
  });

  it("are found in single-byte encodings too, without the hint", async () => {
    const [reject] = rejects(
      await readText(Buffer.from("a,b\n\x81,2\n", "latin1"), { encoding: "windows-1252" }),
    );
    expect(reject).toMatchObject({ code: "encoding_invalid", raw: "\\x81,2" });
    expect(reject?.reason).toContain("0x81");
    expect(reject?.reason).not.toContain("windows-1252;  or name its encoding");
  });

  it("are found in UTF-16: unpaired surrogates and an odd last byte", async () => {
    const lone = Buffer.concat([
      encode("a,b\n", "utf-16le"),
      Buffer.from([0x00, 0xd8]),
      encode(",2\n3,4\n", "utf-16le", false),
    ]);
    const records = await readText(lone);
    expect(records.map(brief)).toEqual(["1@2 !encoding_invalid", "2@3 3|4"]);
    expect(rejects(records)[0]?.raw).toBe("\\x00\\xD8,2");
    const odd = Buffer.concat([encode("a,b\n1,2\n3,4", "utf-16le"), Buffer.from([0x41])]);
    expect(await briefs(odd)).toEqual(["1@2 1|2", "2@3 !encoding_invalid"]);
  });

  it("are rejects in JSONL and JSON", async () => {
    const jsonl = Buffer.from('{"a":"\xe9"}\n{"a":1}\n', "latin1");
    expect(await briefs(jsonl)).toEqual(["1@1 !encoding_invalid", '2@2 {"a":1}']);
    const json = Buffer.from('[{"a":1},\n{"a":"\xe9"},{"a":2}]', "latin1");
    expect(await briefs(json)).toEqual(['1@1 {"a":1}', "2@2 !encoding_invalid", '3@2 {"a":2}']);
  });

  it("behind the first read are found with their place", async () => {
    const good = "x".repeat(98);
    const lines = Array.from({ length: 9000 }, () => `${good},y`);
    lines[8000] = `${good},\xe9`;
    const file = temp.write("late.csv", Buffer.from(`a,b\n${lines.join("\n")}`, "latin1"));
    const source = await open(file);
    const bad = [];
    let count = 0;
    for await (const { records } of source.records()) {
      count += records.length;
      bad.push(...rejects(records));
    }
    expect(count).toBe(9000);
    expect(bad).toMatchObject([{ row: 8001, line: 8002, code: "encoding_invalid" }]);
    expect(bad[0]?.reason).toContain("line 8002, character 100 ");
  });

  it("never change what stands around them, however the bytes are cut", () => {
    const piece = fc.oneof(
      fc.constantFrom("a", "é", "€", "😀", "\n").map((text) => ({ bytes: Buffer.from(text), text })),
      fc
        .constantFrom(0x80, 0xbf, 0xc0, 0xff, 0xf5)
        .map((byte) => ({ bytes: Buffer.from([byte]), text: String.fromCharCode(0xdc00 + byte) })),
      // A character cut short, an encoded surrogate, and one beyond U+10FFFF.
      fc
        .constantFrom([0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80])
        .map((bytes) => ({
          bytes: Buffer.from([...bytes, 0x2e]),
          text: `${bytes.map((byte) => String.fromCharCode(0xdc00 + byte)).join("")}.`,
        })),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(3000), arbitraryCuts, (pieces, filler, cuts) => {
        // A stray byte would complete what the one before it began.
        const separated = pieces.flatMap((one) => [one, { bytes: Buffer.from("-"), text: "-" }]);
        const bytes = Buffer.concat([Buffer.alloc(filler, 0x61), ...separated.map((one) => one.bytes)]);
        const text = "a".repeat(filler) + separated.map((one) => one.text).join("");
        const decoded = decode(cutAt(bytes, cuts), "utf-8");
        expect(decoded.text).toBe(text);
        expect(decoded.marked).toBe(/\p{Surrogate}/u.test(text));
      }),
      { numRuns: 500 },
    );
  });
});
