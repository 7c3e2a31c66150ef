import { describe, expect, it } from "vitest";
import type { RejectReason, SourceRow, UnreadableRow } from "../../src/domain.js";
import { createRejectSamples } from "../../src/reporting/create-reject-samples.js";
import { csvRow, jsonRow, unreadable } from "../helpers/reporting-records.js";
import { toAlike } from "../mapping/map-rows.js";

const COLUMNS = { kind: "csv", names: ["Email", "City", "Notes"] } as const;
const isNoAddress: RejectReason = {
  code: "endpoint_invalid",
  reason: 'Address is "ann at example"; Pinpoint takes an e-mail address',
};

function take(
  showsValues: boolean,
  rejects: readonly (readonly [SourceRow | UnreadableRow, readonly RejectReason[]])[],
) {
  const samples = createRejectSamples(showsValues);
  for (const [record, reasons] of rejects) {
    const { row, line } = record;
    const first = reasons[0] ?? isNoAddress;
    samples.add({ text: "", ...first, place: { input: "in.csv", row, line } }, record, reasons, COLUMNS);
  }
  return samples.samples;
}

describe("sample rows", () => {
  const row = csvRow(["ann at example", "", "Müller & Söhne, 2nd floor"], 7);

  it("show the form of a row and nothing that it says", () => {
    expect(take(false, [[row, [isNoAddress]]])).toEqual([
      {
        code: "endpoint_invalid",
        reason: "Address is …; Pinpoint takes an e-mail address",
        place: { input: "in.csv", row: 7, line: 8 },
        reasons: ["Address is …; Pinpoint takes an e-mail address"],
        cells: [
          ["Email", "xxx xx xxxxxxx"],
          ["Notes", "Xxxxxx & Xxxxx, 9xx xxxxx"],
        ],
        moreCells: 0,
      },
    ]);
  });

  it("show its values where that is asked for", () => {
    const [sample] = take(true, [[row, [isNoAddress]]]);
    expect(sample).toMatchObject({
      reason: "Address is …; Pinpoint takes an e-mail address",
      reasons: [isNoAddress.reason],
      cells: [
        ["Email", "ann at example"],
        ["Notes", "Müller & Söhne, 2nd floor"],
      ],
    });
  });

  it("are the first three of each reason, whatever their values", () => {
    const rows = Array.from({ length: 10 }, (_, index) => {
      const reason = `Address is "nobody ${index}"; Pinpoint takes an e-mail address`;
      return [csvRow([`nobody ${index}`], index + 1), [{ code: "endpoint_invalid", reason }]] as const;
    });
    const other = { code: "mapping_failed", reason: 'Metrics.Age (column "Age") is missing' } as const;
    const samples = take(false, [...rows, [csvRow(["ann"], 11), [other]]]);
    expect(samples.map(({ place }) => place.row)).toEqual([1, 2, 3, 11]);
  });

  it("are few, however many reasons there are", () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => {
      const word = index.toString(2).replaceAll("0", "a").replaceAll("1", "b");
      return [csvRow(["x"], index + 1), [{ code: "endpoint_refused", reason: `refused: ${word}` }]] as const;
    });
    expect(take(false, rows)).toHaveLength(100);
  });

  it("name the members of an object as mappings do", () => {
    const text = '{"traits":{"email":"Ann","plan":{"name":"Gold 7"}},"tags":["a",1],"none":null}';
    expect(take(false, [[jsonRow(text), [isNoAddress]]])[0]?.cells).toEqual([
      ["traits.email", "Xxx"],
      ["traits.plan.name", "Xxxx 9"],
      ["tags", '["x",9]'],
    ]);
  });

  it("name them also where values stand by position", () => {
    const text = '{"traits":{"email":"Ann"},"orders":7}';
    const values = toAlike(JSON.parse(text));
    if (values === undefined) throw new Error("such objects are not read by position");
    expect(take(false, [[{ ...jsonRow(text), values }, [isNoAddress]]])[0]?.cells).toEqual([
      ["traits.email", "Xxx"],
      ["orders", "9"],
    ]);
  });

  it("show a record that could not be read as it stood", () => {
    const record = unreadable('ann@example.com,"Rome');
    expect(take(false, [[record, [record]]])[0]?.cells).toEqual([["the record", 'xxx@xxxxxxx.xxx,"Xxxx']]);
    expect(take(true, [[record, [record]]])[0]?.cells).toEqual([["the record", 'ann@example.com,"Rome']]);
  });

  it("leave out what is too much for a page, and say so", () => {
    const wide = csvRow(Array.from({ length: 50 }, () => "y".repeat(5_000)));
    const [sample] = take(true, [[wide, [isNoAddress]]]);
    expect(sample?.cells).toHaveLength(30);
    expect(sample?.moreCells).toBe(20);
    expect(sample?.cells[0]?.[1]).toBe(`${"y".repeat(59)}…`);
  });
});

describe("what lies in a JSON row", () => {
  it("is not named by keys that are data, unless values are shown", () => {
    const row = jsonRow('{"members":{"bob@example.com":"x","id 49151":"y","plan":"gold"}}');
    const names = (showsValues: boolean) =>
      take(showsValues, [[row, [isNoAddress]]])[0]?.cells.map(([name]) => name);
    expect(names(false)).toEqual(["xxxxxxx.xxx@xxxxxxx.xxx", "xxxxxxx.xx 99999", "members.plan"]);
    expect(names(true)).toEqual(["members.bob@example.com", "members.id 49151", "members.plan"]);
  });

  it("is looked into so deep, and no deeper", () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const [near, far] = [3, 50_000].map((levels) =>
      take(true, [[jsonRow(`{"x":${deep(levels)}}`), [isNoAddress]]]),
    );
    expect(near?.[0]?.cells).toEqual([["x.a.a.a", "1"]]);
    expect(far?.[0]?.cells).toEqual([["x.a.a.a.a", "{…}"]]);
    const list = take(true, [[jsonRow(`{"x":[1,"b",${deep(50_000)}]}`), [isNoAddress]]]);
    expect(list[0]?.cells).toEqual([["x", "[…]"]]);
  });
});
