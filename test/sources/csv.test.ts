import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { brief, createTempDir, open, openText, readText, rejects } from "./support.js";

const temp = createTempDir();
const briefs = async (...args: Parameters<typeof readText>) => (await readText(...args)).map(brief);

describe("csv-spectrum", () => {
  const folder = dirname(createRequire(import.meta.url).resolve("csv-spectrum"));
  const cases = readdirSync(join(folder, "csvs")).map((file) => file.replace(".csv", ""));

  it.each(cases)("%s", async (name) => {
    const expected = JSON.parse(readFileSync(join(folder, "json", `${name}.json`), "utf8")) as object[];
    const source = await open(join(folder, "csvs", `${name}.csv`));
    const read = [];
    for await (const { records } of source.records()) read.push(...records);
    if (name === "location_coordinates") {
      // Its value 37°36'37.8"N is not RFC 4180: a quote inside an unquoted value is not guessed at.
      expect(read.map(brief)).toEqual(["1@2 !row_unparsable"]);
      expect(rejects(read)[0]?.raw).toContain(`36'37.8"N`);
      return;
    }
    const names = source.columns.kind === "csv" ? source.columns.names : [];
    expect(
      read.map((record) =>
        Object.fromEntries(
          names.map((column, index) => [column, record.kind === "row" && (record.values as string[])[index]]),
        ),
      ),
    ).toEqual(expected);
  });
});

describe("the header", () => {
  it("is kept verbatim, with duplicate and empty names and without the byte-order mark", async () => {
    const source = await openText('\uFEFFId, Name ,Tag,Tag,,"a ""b"""\r\n1,2,3,4,5,6\r\n');
    expect(source.columns).toEqual({ kind: "csv", names: ["Id", " Name ", "Tag", "Tag", "", 'a "b"'] });
    expect(source).toMatchObject({
      format: "csv",
      delimiter: ",",
      newline: "\r\n",
      bom: true,
      encoding: "utf-8",
    });
  });

  it("may stand behind blank lines and hold line ends", async () => {
    expect(await briefs('\n  \n"a\nb",c\n1,2\n')).toEqual(["1@5 1|2"]);
  });

  it("is refused when its quotes do not match", async () => {
    await expect(openText('a,"b\n1,2\n')).rejects.toMatchObject({ code: "header_unparsable" });
    await expect(openText('a,b"c\n1,2\n')).rejects.toThrow(/line 1.*quote.*column 2/);
  });

  it("is refused with a hint when it holds invalid bytes", async () => {
    await expect(openText(Buffer.from("name,pr\xe9nom\n1,2\n", "latin1"))).rejects.toMatchObject({
      code: "header_encoding_invalid",
      message: expect.stringMatching(/0xE9 at line 1, character 8 .*--encoding windows-1252/),
    });
  });

  it("is refused when it never ends", async () => {
    const file = temp.write("endless.csv", "x".repeat(2_000_000));
    await expect(open(file, { maxRecordBytes: 1000 })).rejects.toMatchObject({ code: "header_too_long" });
  });

  it("may be longer than the first read", async () => {
    const names = Array.from({ length: 60_000 }, (_, index) => `column${index}`);
    const file = temp.write("wide.csv", `${names.join(",")}\n`);
    expect((await open(file)).columns).toEqual({ kind: "csv", names });
  });

  it("without rows is no error but a warning", async () => {
    const source = await openText("a,b\n\n");
    expect(source.warnings).toEqual(["stdin has a header but no rows"]);
    expect(await briefs("a,b\n\n")).toEqual([]);
  });

  it.each(["", "\n\n  \r\n", "\uFEFF"])("is missing in an empty input: %j", async (text) => {
    const source = await openText(text, { format: "csv" });
    expect(source.columns).toEqual({ kind: "csv", names: [] });
    expect(source.warnings).toEqual(["stdin is empty"]);
    expect(await briefs(text, { format: "csv" })).toEqual([]);
  });

  it("must not change between opening and reading", async () => {
    const file = temp.write("changing.csv", "a,b\n1,2\n");
    const source = await open(file);
    temp.write("changing.csv", "b,a\n1,2\n");
    await expect(source.records()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "input_changed",
    });
  });
});

describe("the dialect", () => {
  it.each([
    ["a,b\n1,2\n", ",", "\n"],
    ["a;b\r\n1,5;2\r\n", ";", "\r\n"],
    ["a\tb\r1\t2\r", "\t", "\r"],
    ["a|b\n1|2", "|", "\n"],
    ["only\n1\n", ",", "\n"],
    ["one\nDoe, John\nRoe, Jane\n", ",", "\n"],
    ['"x,y";b\n"1,2,3";4\n', ";", "\n"],
    ["Last, First;Mail;Phone\nDoe, John;1;2\n", ";", "\n"],
    ["a,b,c\n1;2,3;4,5;6\n", ",", "\n"],
    ['"a\r\nb",c\n1,2\n', ",", "\n"],
  ])("of %j is detected", async (text, delimiter, newline) => {
    expect(await openText(text)).toMatchObject({ delimiter, newline });
  });

  it("prefers tabs in a .tsv", async () => {
    const file = temp.write("some.tsv", "a,b,c\td\n1,2,3\t4\n");
    expect(await open(file)).toMatchObject({ delimiter: "\t", format: "csv" });
  });

  it("obeys Excel's sep= line and passes over it", async () => {
    expect(await briefs("sep=|\r\na,b|c\r\n1|2\r\n")).toEqual(["1@3 1|2"]);
    expect((await openText("sep=|\r\na,b|c\r\n1|2\r\n")).columns).toEqual({
      kind: "csv",
      names: ["a,b", "c"],
    });
  });

  it.each([
    ["\\t", "\t"],
    ["tab", "\t"],
    ["^", "^"],
  ])("takes the delimiter %j", async (option, delimiter) => {
    expect(await briefs(`a${delimiter}b,c\n1${delimiter}2\n`, { delimiter: option })).toEqual(["1@2 1|2"]);
  });

  it.each(["", ",,", '"', "\n"])("refuses the delimiter %j", async (delimiter) => {
    await expect(openText("a,b\n", { delimiter })).rejects.toMatchObject({
      name: "ConfigurationError",
      code: "delimiter_invalid",
    });
  });

  it("takes mixed \\n and \\r\\n, and a last line without an end", async () => {
    expect(await briefs('a,b\r\n1,"2"\n"3",4\r\n5,6\n7,8')).toEqual([
      "1@2 1|2",
      "2@3 3|4",
      "3@4 5|6",
      "4@5 7|8",
    ]);
    expect(await briefs('a,b\r\n1,"2"\r')).toEqual(["1@2 1|2"]);
  });
});

describe("rows", () => {
  it("skip blank lines but count them as lines", async () => {
    expect(await briefs("a,b\n\n1,2\n   \n\r\n3,4\n,\n\n")).toEqual(["1@3 1|2", "2@6 3|4", "3@7 |"]);
  });

  it("of one column keep quoted empty values", async () => {
    expect(await briefs('a\n""\n\n1\n')).toEqual(["1@2 ", "2@4 1"]);
  });

  it("have right numbers after quoted line ends", async () => {
    expect(await briefs('a,b\n"1\n\n1",2\n"3\r\n",4\n5,6\n')).toEqual([
      "1@2 1\n\n1|2",
      "2@5 3\r\n|4",
      "3@7 5|6",
    ]);
  });

  it("with too few or too many values are rejected one by one", async () => {
    const records = await readText("a,b,c\n1,2\n1,2,3\n1,2,3,4\n");
    expect(records.map(brief)).toEqual(["1@2 !row_unparsable", "2@3 1|2|3", "3@4 !row_unparsable"]);
    expect(rejects(records).map(({ raw, reason }) => [raw, reason.split(";")[0]])).toEqual([
      ["1,2", "has 2 values, the header has 3 columns"],
      ["1,2,3,4", "has 4 values, the header has 3 columns"],
    ]);
  });

  it("with a quote out of place are rejected alone, and the reason names the column", async () => {
    const records = await readText('a,b\nx,y"z\n1,2\n"x"y,z\n3,4\n"m\nn",o"p\n5,6\n');
    expect(records.map(brief)).toEqual([
      "1@2 !row_unparsable",
      "2@3 1|2",
      "3@4 !row_unparsable",
      "4@5 3|4",
      "5@6 !row_unparsable",
      "6@8 5|6",
    ]);
    const [inValue, afterQuote, later] = rejects(records);
    expect(inValue).toMatchObject({
      raw: 'x,y"z',
      reason: expect.stringMatching(/quote.*unquoted.*column 2 \("b"\)/),
    });
    expect(afterQuote).toMatchObject({
      raw: '"x"y,z',
      reason: expect.stringMatching(/after|follows.*column 1 \("a"\)/),
    });
    expect(later?.raw).toBe('"m\nn",o"p');
  });
});

describe("a quote that is never closed", () => {
  it("costs only its line when records stand behind it", async () => {
    const records = await readText('a,b\n1,2\n3,"4\n5,6\n7,8\n');
    expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 !row_unparsable", "3@4 5|6", "4@5 7|8"]);
    expect(rejects(records)[0]).toMatchObject({
      raw: '3,"4',
      reason: expect.stringMatching(/quote opened in column 2 \("b"\) is not closed/),
    });
  });

  it("costs only its line when it is closed by the opening quote of a later record", async () => {
    expect(await briefs('a,b\n1,"2\n3,4\n"5",6\n7,8\n')).toEqual([
      "1@2 !row_unparsable",
      "2@3 3|4",
      "3@4 5|6",
      "4@5 7|8",
    ]);
  });

  it("takes what is behind it when nothing there is a record", async () => {
    const records = await readText('a,b\n1,2\n3,"4\nfive\nsix\n');
    expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 !row_unparsable"]);
    expect(rejects(records)[0]?.raw).toBe('3,"4\nfive\nsix\n');
  });

  it("on the last line is rejected, not swallowed", async () => {
    expect(await briefs('a,b\n1,2\n3,"4')).toEqual(["1@2 1|2", "2@3 !row_unparsable"]);
  });

  it("costs only its line when it outgrows the limit", async () => {
    const filler = "5,6\n".repeat(2000);
    const records = await readText(`a,b\n3,"4\n${filler}`, { maxRecordBytes: 3000 });
    expect(records).toHaveLength(2001);
    expect(records.slice(0, 3).map(brief)).toEqual(["1@2 !row_unparsable", "2@3 5|6", "3@4 5|6"]);
    expect(rejects(records)).toHaveLength(1);
  });

  it("is one overlong record when it outgrows the limit and nothing behind it is a record", async () => {
    const filler = "five\n".repeat(2000);
    const records = await readText(`a,b\n3,"4\n${filler}",5\n7,8\n`, { maxRecordBytes: 3000 });
    expect(records.map(brief)).toEqual(["1@2 !record_too_long", "2@2004 7|8"]);
    expect(rejects(records)[0]?.reason).toContain("10,008 bytes");
  });
});

describe("a quote that is never closed, with a record of many lines behind it,", () => {
  it("costs only its line", async () => {
    const records = await readText('k,v\nk5,"Smith,\nk6,"l1\nl2"\nk7,abc\n');
    expect(records.map(brief)).toEqual(["1@2 !row_unparsable", "2@3 k6|l1\nl2", "3@5 k7|abc"]);
    expect(rejects(records)[0]?.raw).toBe('k5,"Smith,');
  });

  it("costs only its line when it is longer than the limit", async () => {
    const long = `2,"${"x".repeat(5000)}`;
    const records = await readText(`k,v\n1,a\n${long}\r\n3,b\n4,"c"\n`, { maxRecordBytes: 1000 });
    expect(records.map(brief)).toEqual(["1@2 1|a", "2@3 !record_too_long", "3@4 3|b", "4@5 4|c"]);
    expect(rejects(records)[0]?.reason).toContain("5,003 bytes");
  });
});

describe("a record over the limit", () => {
  it("is one reject with its beginning, its size, the limit and the option", async () => {
    const long = `${"é".repeat(5000)},2`;
    const records = await readText(`a,b\n1,2\n${long}\r\n3,4\n`, { maxRecordBytes: 6000 });
    expect(records.map(brief)).toEqual(["1@2 1|2", "2@3 !record_too_long", "3@4 3|4"]);
    expect(rejects(records)[0]).toMatchObject({
      raw: `${"é".repeat(1000)}…`,
      reason: expect.stringMatching(/10,002 bytes.*6,000.*--max-record-size/),
    });
  });

  it("is measured in bytes, and one of exactly that size is taken", async () => {
    expect(await briefs(`a,b\n${"é".repeat(49)},2\n`, { maxRecordBytes: 100 })).toEqual([
      `1@2 ${"é".repeat(49)}|2`,
    ]);
    expect(await briefs(`a,b\n${"é".repeat(50)},2\n`, { maxRecordBytes: 100 })).toEqual([
      "1@2 !record_too_long",
    ]);
  });

  it("ends at its own end, line ends and stray quotes in it included", async () => {
    const long = `"${"x\n".repeat(2000)}y"z\n",${"w".repeat(3000)}"v`;
    expect(await briefs(`a,b\n${long}\n3,4\n`, { maxRecordBytes: 100 })).toEqual([
      "1@2 !record_too_long",
      "2@2004 3|4",
    ]);
  });
});

describe("a rejects file that comes back", () => {
  const header = "a,b,_reject_row,_reject_line,_reject_code,_reject_reason,_reject_raw";

  it("keeps its columns and reads what was repaired", async () => {
    const source = await openText(`${header}\n1,2,3,4,mapping_failed,why,\n`);
    expect(source.columns).toEqual({ kind: "csv", names: header.split(",") });
    expect(await briefs(`${header}\n1,2,3,4,row_unparsable,why,"1,""2"\n`)).toEqual([
      '1@2 1|2|3|4|row_unparsable|why|1,"2',
    ]);
  });

  it("rejects again what was not", async () => {
    const records = await readText(
      `${header}\n,,3,4,row_unparsable,why,"1,""2"\n,,3,4,mapping_failed,why,\n`,
    );
    expect(records.map(brief)).toEqual(["1@2 !row_unparsable", "2@3 ||3|4|mapping_failed|why|"]);
    expect(rejects(records)[0]).toMatchObject({
      raw: '1,"2',
      reason: expect.stringContaining("_reject_raw"),
    });
  });
});
