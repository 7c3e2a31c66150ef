import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RejectReason } from "../../src/domain.js";
import { layOutRejects, REJECT_COLUMNS } from "../../src/reporting/reject-columns.js";
import {
  type CsvRejectOptions,
  createCsvRejectFormat,
  createJsonRejectFormat,
} from "../../src/reporting/reject-lines.js";
import { csvRow, jsonRow, unreadable } from "../helpers/reporting-records.js";

const reasons: readonly RejectReason[] = [
  { code: "endpoint_invalid", reason: "Address is empty" },
  { code: "endpoint_invalid", reason: 'OptOut is "x"; Pinpoint takes ALL, NONE' },
];

const csv = (headers: readonly (readonly string[])[], also: Partial<CsvRejectOptions> = {}) =>
  createCsvRejectFormat({
    delimiter: ",",
    newline: "\n",
    bom: false,
    layout: layOutRejects(headers),
    names: ["in.csv"],
    delimiters: [],
    sepLine: false,
    ...also,
  });

const read = (text: string, delimiter = ","): string[][] => parse(text, { delimiter, bom: true });

it("names the input of a row where there are several", () => {
  const names = ["a.csv", "b.csv"];
  const [cells = []] = read(csv([["a"], ["a"]], { names }).toLine(csvRow(["1"], 1, 2), reasons, 1));
  expect(cells[4]).toMatch(/^b\.csv: Address is empty; /);
  const line = createJsonRejectFormat(["a.jsonl", "b.jsonl"]).toLine(jsonRow("{}", 1, 1), reasons, 0);
  expect(JSON.parse(line)._reject.reason).toMatch(/^a\.jsonl: Address is empty; /);
});

describe("CSV", () => {
  it("has the input's header and the columns that tell what was wrong", () => {
    const format = csv([["a", "b"]]);
    expect(format.extension).toBe("csv");
    expect(format.head).toBe(`a,b,${REJECT_COLUMNS.join(",")}\n`);
  });

  it("has the row's own values, where it stood, and all its reasons", () => {
    const format = csv([["a", "b"]]);
    expect(read(format.toLine(csvRow(["1", "two"], 7, 9), reasons, 0))).toEqual([
      [
        "1",
        "two",
        "7",
        "9",
        "endpoint_invalid",
        'Address is empty; OptOut is "x"; Pinpoint takes ALL, NONE',
        "",
      ],
    ]);
  });

  it("leaves values that need no quotes as they are, and quotes those that do", () => {
    const line = csv([["a", "b", "c", "d", "e", "f"]]).toLine(
      csvRow(["00123", "a;b", "a,b", 'say "x"', "two\nlines", " x"]),
      [],
      0,
    );
    expect(line).toBe('00123,a;b,"a,b","say ""x""","two\nlines"," x",1,2,,,\n');
  });

  it("keeps a record as it stood where delimiter and columns are the input's own", () => {
    const record = { ...csvRow(["x", " y ", 'q"'], 7, 9), text: '"x", y ,"q"""' };
    const format = csv([["a", "b", "c"]], { delimiters: [","] });
    expect(format.toLine(record, [], 0)).toBe('"x", y ,"q""",7,9,,,\n');
    expect(csv([["a", "b", "c"]], { delimiters: [";"] }).toLine(record, [], 0)).toBe(
      'x," y ","q""",7,9,,,\n',
    );
    const broken = { ...csvRow(["x", "y\r\nz", ""]), text: '"x","y\r\nz",' };
    expect(format.toLine(broken, [], 0)).toBe('x,"y\r\nz",,1,2,,,\n');
  });

  it("has no place for cells where the input has no columns of its own", () => {
    const format = csv([["_reject_row"]], { delimiters: [","] });
    expect(format.toLine({ ...csvRow(["5"]), text: "5" }, [], 0)).toBe("1,2,,,\n");
  });

  it("writes the cells of an earlier rejects file, and of several inputs, where they belong", () => {
    const again = csv([["a", "_reject_row"]], { delimiters: [","] });
    expect(again.toLine({ ...csvRow(["1", "5"]), text: "1,5" }, [], 0)).toBe("1,1,2,,,\n");
    const several = csv(
      [
        ["a", "b"],
        ["b", "a"],
      ],
      { delimiters: [",", ","] },
    );
    expect(several.toLine({ ...csvRow(["1", "2"]), text: "1,2" }, [], 1)).toBe("2,1,1,2,,,\n");
  });

  it.each([",", ";", "\t", "|", "^", "\\", "]", "-", "d", "s"])("is delimited by %j", (delimiter) => {
    const cells = ["plain", `a${delimiter}b`, "a,b;c\td|e", 'q"q', "x\r\ny", "1", "a b"];
    const format = csv([cells.map((_, index) => `c${index}`)], { delimiter });
    const [header, row] = read(format.head + format.toLine(csvRow(cells), [], 0), delimiter);
    expect(header?.slice(0, 7)).toEqual(cells.map((_, index) => `c${index}`));
    expect(row?.slice(0, 7)).toEqual(cells);
  });

  it.each(["\n", "\r\n"])("has the line ends %j", (newline) => {
    const format = csv([["a"]], { newline });
    expect(format.head + format.toLine(csvRow(["1"]), [], 0)).toBe(
      ["a,_reject_row,_reject_line,_reject_code,_reject_reason,_reject_raw", "1,1,2,,,", ""].join(newline),
    );
  });

  it("begins with a byte order mark where the input did", () => {
    expect(csv([["a"]], { bom: true }).head.startsWith("\uFEFFa,")).toBe(true);
    expect(csv([["a"]], { bom: false }).head.startsWith("a,")).toBe(true);
  });

  it("puts each input's values under the columns of all inputs", () => {
    const format = csv([
      ["id", "tag"],
      ["tag", "city"],
    ]);
    expect(read(format.head)[0]?.slice(0, 3)).toEqual(["id", "tag", "city"]);
    expect(read(format.toLine(csvRow(["1", "x"]), [], 0))[0]?.slice(0, 3)).toEqual(["1", "x", ""]);
    expect(read(format.toLine(csvRow(["x", "Bern"]), [], 1))[0]?.slice(0, 3)).toEqual(["", "x", "Bern"]);
  });

  it("drops what an earlier run added", () => {
    const format = csv([["a", ...REJECT_COLUMNS]]);
    expect(format.head).toBe(`a,${REJECT_COLUMNS.join(",")}\n`);
    const old = csvRow(["1", "99", "99", "mapping_failed", "old", "old raw"]);
    expect(read(format.toLine(old, reasons.slice(0, 1), 0))).toEqual([
      ["1", "1", "2", "endpoint_invalid", "Address is empty", ""],
    ]);
  });

  it("gives a record that could not be read as it stood", () => {
    const record = unreadable('1,"2,3\nx', 4, 6);
    expect(read(csv([["a", "b"]]).toLine(record, [record], 0))).toEqual([
      ["", "", "4", "6", "row_unparsable", "3 cells where the header has 2", '1,"2,3\nx'],
    ]);
  });

  it("gives back, read again, the cells that went in", () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.string({
        unit: fc.constantFrom('"', ",", ";", "\t", "|", "\r", "\n", " ", "a", "\uFEFF", "\u2028"),
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((width) =>
          fc.record({
            header: fc.array(
              cell.filter((name) => !name.trim().startsWith("_reject")),
              {
                minLength: width,
                maxLength: width,
              },
            ),
            rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
          }),
        ),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        ({ header, rows }, delimiter, newline, bom) => {
          const format = csv([header], { delimiter, newline, bom });
          const text = format.head + rows.map((row) => format.toLine(csvRow(row), reasons, 0)).join("");
          const table: string[][] = parse(text, { delimiter, bom: true, record_delimiter: newline });
          expect(table.map((record) => record.slice(0, header.length))).toEqual([header, ...rows]);
          expect(table.every((record) => record.length === header.length + REJECT_COLUMNS.length)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("JSONL", () => {
  const toLine = (text: string, row = 3, line = 8) =>
    createJsonRejectFormat(["in.jsonl"]).toLine(jsonRow(text, row, line), reasons, 0);
  const toObject = (text: string) => JSON.parse(toLine(text));
  const reject = {
    row: 3,
    line: 8,
    code: "endpoint_invalid",
    reason: 'Address is empty; OptOut is "x"; Pinpoint takes ALL, NONE',
  };

  it("adds to the object where it stood and what was wrong", () => {
    expect(createJsonRejectFormat(["in.jsonl"])).toMatchObject({ extension: "jsonl", head: "" });
    expect(toObject('{"a":1}')).toEqual({ a: 1, _reject: reject });
    expect(toObject("{}")).toEqual({ _reject: reject });
    expect(toLine('{"a":1}').endsWith("}\n")).toBe(true);
  });

  it.each([
    '{"id":12345678901234567890,"x":1.50}',
    '{"z":1,"a":2,"10":3,"2":4}',
    '{ "a" :  1 , "b":[1,  2] }',
    '{"a":"two  spaces\\tand \\u00e9"}',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1},"constructor":5}',
    '{"n":-0,"e":1E5}',
  ])("keeps the text as it was: %s", (text) => {
    const inner = text.slice(1, -1).trim();
    expect(toLine(text)).toBe(`{${inner},"_reject":${JSON.stringify(reject)}}\n`);
  });

  it("puts an object that stood on several lines on one", () => {
    const pretty = JSON.stringify({ a: 1, b: { c: ["x", "y  z"] } }, null, 2);
    for (const text of [pretty, pretty.replaceAll("\n", "\r\n"), `\n  ${pretty}\n`]) {
      expect(toLine(text).trimEnd()).not.toMatch(/[\r\n]/);
      expect(toObject(text)).toEqual({ a: 1, b: { c: ["x", "y  z"] }, _reject: reject });
    }
  });

  it("puts its own in the place of an earlier run's, and keeps the rest of the text", () => {
    const once = toLine('{"id":12345678901234567890,"a":"x"}', 1, 1);
    const again = toLine(once.trimEnd(), 3, 8);
    expect(again).toBe(`{"id":12345678901234567890,"a":"x","_reject":${JSON.stringify(reject)}}\n`);
    expect(toObject('{"_reject":{"row":1}}')).toEqual({ _reject: reject });
  });

  it.each([
    '{"_reject":{"row":1},"a":1,"b":2}',
    '{"a":1,"_reject":{"row":1},"b":2}',
    '{"a":1,"b":2,"_reject" : {"row":1}}',
    '{"a":1,"b":2,"_reject":{"row":1,"reason":"\\"_reject\\":"}}',
    '{"a":1,"b":2,"_reject":{"_reject":{"row":1}}}',
    '{"a":1,"b":2,"_reject":null}',
    '{"a":1,"b":2,"\\u005freject":{}}',
    '{\n  "_reject": {\n    "row": 1\n  },\n  "a": 1,\n  "b": 2\n}',
  ])("loses no member of an object that was edited in between: %j", (text) => {
    expect(toObject(text)).toEqual({ a: 1, b: 2, _reject: reject });
  });

  it("leaves a deeper _reject alone", () => {
    expect(toObject('{"a":{"_reject":1}}')).toEqual({ a: { _reject: 1 }, _reject: reject });
    expect(toObject('{"a":{"_reject":1},"_reject":{"row":1}}')).toEqual({
      a: { _reject: 1 },
      _reject: reject,
    });
  });

  it("gives a record that could not be read as it stood", () => {
    const record = unreadable('{"a":', 4, 6);
    expect(JSON.parse(createJsonRejectFormat(["in.jsonl"]).toLine(record, [record], 0))).toEqual({
      _reject: { row: 4, line: 6, code: "row_unparsable", reason: record.reason, raw: '{"a":' },
    });
  });

  it("loses nothing, whatever the object", () => {
    const object = fc
      .dictionary(fc.string(), fc.jsonValue())
      .filter((value) => !Object.hasOwn(value, "_reject"));
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2), (value, indent) => {
        const line = toLine(JSON.stringify(value, null, indent));
        expect(line.slice(0, -1)).not.toMatch(/[\r\n]/);
        const { _reject, ...rest } = JSON.parse(line);
        expect(_reject).toEqual(reject);
        expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 300 },
    );
  });
});
