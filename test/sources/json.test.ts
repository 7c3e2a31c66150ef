import { describe, expect, it } from "vitest";
import { brief, createTempDir, open, openText, readAll, readText, rejects, rows } from "./support.js";

const temp = createTempDir();
const briefs = async (...args: Parameters<typeof readText>) => (await readText(...args)).map(brief);

describe("JSONL", () => {
  it("keeps the text of each row, skips blank lines and takes CRLF and a byte-order mark", async () => {
    const records = await readText('\uFEFF{"a": 1}\r\n\r\n \t\r\n{"b":2}');
    expect(records.map(brief)).toEqual(['1@1 {"a":1}', '2@4 {"b":2}']);
    expect(rows(records).map(({ text }) => text)).toEqual(['{"a": 1}', '{"b":2}']);
  });

  it("rejects each bad line alone, in plain words", async () => {
    const records = await readText('{"a":1}\n{"a":\n[1]\nnull\n"x"\n{"b":2}\n', { format: "jsonl" });
    expect(records.map(brief)).toEqual([
      '1@1 {"a":1}',
      "2@2 !row_unparsable",
      "3@3 !row_unparsable",
      "4@4 !row_unparsable",
      "5@5 !row_unparsable",
      '6@6 {"b":2}',
    ]);
    expect(rejects(records).map(({ raw, reason }) => `${raw} ${reason.split(/[,;]/)[0]}`)).toEqual([
      '{"a": is not valid JSON',
      "[1] is an array",
      "null is null",
      '"x" is a string',
    ]);
  });

  it("rejects a line over the limit", async () => {
    const records = await readText(`{"a":1}\n{"a":"${"x".repeat(5000)}"}\r\n{"b":2}`, {
      maxRecordBytes: 1000,
    });
    expect(records.map(brief)).toEqual(['1@1 {"a":1}', "2@2 !record_too_long", '3@3 {"b":2}']);
    expect(rejects(records)[0]?.raw).toHaveLength(1001);
    expect(rejects(records)[0]?.reason).toMatch(/5,008 bytes.*1,000.*--max-record-size/);
  });

  it("keeps the digits of integers that a number cannot hold", async () => {
    const [row] = rows(
      await readText(
        '{"id":12345678901234567890,"n":-9007199254740993,"ok":1000000000000000000,"f":0.12345678901234567,"e":1e1234567890123456,"s":"12345678901234567890\\"12345678901234567890","a":[12345678901234567890]}',
        { format: "jsonl" },
      ),
    );
    expect(row?.values).toEqual({
      id: "12345678901234567890",
      n: "-9007199254740993",
      ok: 1e18,
      f: Number("0.12345678901234567"),
      e: Number.POSITIVE_INFINITY,
      s: '12345678901234567890"12345678901234567890',
      a: ["12345678901234567890"],
    });
  });

  it("does not mend leading zeros on that way", async () => {
    expect(await briefs('{"id":00012345678901234567890}\n', { format: "jsonl" })).toEqual([
      "1@1 !row_unparsable",
    ]);
  });

  it("takes __proto__ as any other key", async () => {
    const [row] = rows(await readText('{"__proto__":{"x":12345678901234567890},"a":1}\n'));
    expect(Object.keys(row?.values ?? {})).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(row?.values)).toBe(Object.prototype);
  });

  it("rejects again what was not repaired", async () => {
    const records = await readText(
      '{"_reject":{"raw":"{oops","row":1}}\n{"a":1,"_reject":{"raw":"{oops"}}\n{"_reject":{"row":1}}\n',
    );
    expect(records.map((record) => record.kind)).toEqual(["unreadable", "row", "row"]);
    expect(rejects(records)[0]).toMatchObject({ raw: "{oops", code: "row_unparsable" });
  });

  it("gives a sample from its head", async () => {
    const source = await openText('{"a":1}\nbad\n{"b":2}\n');
    expect(source).toMatchObject({
      format: "jsonl",
      columns: { kind: "json", sample: [{ a: 1 }, { b: 2 }] },
    });
    expect(source.delimiter).toBeUndefined();
  });
});

describe("JSON", () => {
  it("reads an array with the lines and the text of its elements", async () => {
    const records = await readText('\n[ {"a":\n1} ,\n\n  {"b": [2, {"c": "]"}]}\n]\n');
    expect(records.map(brief)).toEqual(['1@2 {"a":1}', '2@5 {"b":[2,{"c":"]"}]}']);
    expect(rows(records)[1]?.text).toBe('{"b": [2, {"c": "]"}]}');
  });

  it("reads the array that --select names", async () => {
    const text = '{"data": {"list": [[1]], "records": [{"a":1}]}, "records": [{"b":2}]}';
    expect(await briefs(text, { select: "data.records" })).toEqual(['1@1 {"a":1}']);
    expect(await briefs(text, { select: "records" })).toEqual(['1@1 {"b":2}']);
  });

  it("names the arrays of an object when nothing is selected", async () => {
    await expect(
      openText('{"data": {"records":\n [{"a":[1]}]}, "more": []}', { format: "json" }),
    ).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "select_missing",
      message: expect.stringMatching(/--select data\.records .*data\.records, more/),
    });
  });

  it("finds a near miss of --select", async () => {
    await expect(
      openText('{"data": {"records": []}}', { format: "json", select: "data.record" }),
    ).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "select_not_found",
      message: expect.stringContaining('Did you mean "data.records"?'),
    });
    await expect(openText("[]", { select: "data" })).rejects.toMatchObject({ code: "select_not_found" });
  });

  it("finds out about a wrong --select at the end when the head does not tell", async () => {
    const file = temp.write("big.json", `{"x": ["${"y".repeat(600_000)}"]}`);
    const { failure } = await readAll((await open(file, { select: "z" })).records());
    expect(failure).toMatchObject({ name: "ConfigurationError", code: "select_not_found" });
  });

  it("refuses --select for other formats", async () => {
    await expect(openText("a\n", { format: "csv", select: "x" })).rejects.toMatchObject({
      name: "ConfigurationError",
    });
  });

  it.each([
    ['[{"a":1},\n{"b":2}', 'line 2.*"]" was expected', 2, "input_truncated"],
    ['[{"a":1},\n{"b":', 'line 2.*"]" was expected', 1, "input_truncated"],
    ['[{"a":1},\n]', "line 2.*record was expected", 1, "input_malformed"],
    ['[{"a":1}]\n\nmore', "line 3.*nothing more", 1, "input_malformed"],
    ['{"r":[{"a":1}],\n', "line 2.*was expected", 1, "input_malformed"],
    ['{"r":[{"a":1}]]', "line 1.*was expected", 1, "input_malformed"],
  ])("stops at %j after the records before", async (text, message, count, code) => {
    const select = text.startsWith("{") ? { select: "r" } : {};
    const source = await openText(text, { format: "json", ...select });
    const { records, failure } = await readAll(source.records());
    expect(rows(records)).toHaveLength(count);
    expect(failure).toMatchObject({ name: "InputError", code });
    expect(failure?.message).toMatch(new RegExp(message));
  });

  it.each(["<html>", "12", "nonsense"])("refuses %j", async (text) => {
    await expect(openText(text, { format: "json" })).rejects.toMatchObject({
      name: "InputError",
      code: "input_malformed",
    });
  });

  it("rejects malformed elements alone", async () => {
    const records = await readText('[1, {"a":1}, {"b" 2}, , {"c":3}}, {"d":4}]');
    expect(records.map(brief)).toEqual([
      "1@1 !row_unparsable",
      '2@1 {"a":1}',
      "3@1 !row_unparsable",
      "4@1 !row_unparsable",
      "5@1 !row_unparsable",
      '6@1 {"d":4}',
    ]);
    expect(rejects(records).map(({ raw }) => raw)).toEqual(["1", '{"b" 2}', "", '{"c":3}}']);
  });

  it("rejects an element over the limit", async () => {
    const records = await readText(`[{"a":"${"x".repeat(5000)}"},\n{"b":2}]`, { maxRecordBytes: 1000 });
    expect(records.map(brief)).toEqual(["1@1 !record_too_long", '2@2 {"b":2}']);
    expect(rejects(records)[0]?.reason).toContain("5,008 bytes");
  });

  it("rejects an element of brackets alone, without a stack of them", async () => {
    const depth = 10_001;
    const deep = "[".repeat(depth) + "]".repeat(depth);
    const records = await readText(`[{"a":${deep}},\n{"b":2}]`);
    expect(records.map(brief)).toEqual(["1@1 !row_unparsable", '2@2 {"b":2}']);
    expect(rejects(records)[0]?.reason).toContain("nested deeper than 10000");
  });

  it("may be empty", async () => {
    expect(await briefs("[]")).toEqual([]);
    const source = await openText(" \n", { format: "json" });
    expect(source).toMatchObject({ warnings: ["stdin is empty"], columns: { kind: "json", sample: [] } });
    expect((await readAll(source.records())).records).toEqual([]);
  });
});
