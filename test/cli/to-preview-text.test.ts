import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { widthOf } from "../../src/cli/fit-text.js";
import { toPreviewText } from "../../src/cli/to-preview-text.js";
import type { Preview, PreviewedField, PreviewedRow } from "../../src/index.js";
import { previewImport } from "../../src/index.js";

const plain = { width: 80, paint: createColors(false) };

function previewOf(rows: readonly Partial<PreviewedRow>[], more: Partial<Preview> = {}): Preview {
  return {
    input: "contacts.csv",
    format: "csv",
    delimiter: ",",
    encoding: "utf-8",
    mapping: "mapping.json",
    rows: rows.map((row, index) => ({
      row: index + 1,
      line: index + 2,
      outcome: "accepted",
      values: {},
      raw: null,
      endpoints: [],
      notApplied: [],
      reasons: [],
      ...row,
    })),
    unusedColumns: [],
    warnings: [],
    ...more,
  };
}

function rowOf(...fields: readonly Partial<PreviewedField>[]): Partial<PreviewedRow> {
  const full = fields.map((field) => ({ field: "Id", value: null, from: [], reasons: [], ...field }));
  return { endpoints: [{ entry: "email", item: {}, fields: full, reasons: [] }] };
}

/** The line that holds a text, without its indentation. */
function lineWith(text: string, preview: Preview, look = plain): string {
  const lines = toPreviewText(preview, look).split("\n");
  return lines.find((line) => line.includes(text))?.trim() ?? "";
}

test("a column stands on the left of the field that it becomes", () => {
  const row = rowOf({ field: "Address", value: "a@b.co", from: [{ column: "Email", value: "A@B.co" }] });
  expect(lineWith("Address", previewOf([row]))).toMatch(/^Email +A@B\.co +→ Address +a@b\.co$/);
});

test("each further column stands below, and empty ones only where no other gave the value", () => {
  const from = [
    { column: "Mobile", value: null },
    { column: "Phone", value: "0176" },
    { column: "Country", value: "DE" },
  ];
  const text = toPreviewText(previewOf([rowOf({ field: "Address", value: "+49176", from })]), plain);
  expect(text).toMatch(/Phone +0176 +→ Address +\+49176\n +Country +DE\n/);
  expect(text).not.toContain("Mobile");
  const none = toPreviewText(
    previewOf([rowOf({ field: "Address", from, reasons: ["Address: bad"] })]),
    plain,
  );
  expect(none).toMatch(/Mobile +\(empty\) +→ Address +✗\n/);
});

test("constants, made Ids, cleared and unsent values are named as what they are", () => {
  const preview = previewOf([
    rowOf(
      { field: "Id", value: "4f2a" },
      { field: "ChannelType", value: "EMAIL" },
      { field: "OptOut", from: [{ column: "Consent", value: "yes" }] },
      { field: "Attributes.Tags", value: [], from: [{ column: "Tags", value: null }] },
    ),
  ]);
  expect(lineWith("→ Id", preview)).toMatch(/^\(by channel and address\) +→ Id +4f2a$/);
  expect(lineWith("ChannelType", preview)).toMatch(/^\(constant\) +→/);
  expect(lineWith("OptOut", preview)).toMatch(/yes +→ OptOut +\(not sent\)$/);
  expect(lineWith("Tags", preview)).toMatch(/\(empty\) +→ Attributes\.Tags +\(cleared\)$/);
});

test("blanks at the ends of a value are seen, lists are JSON, control characters are signs", () => {
  const preview = previewOf([
    rowOf(
      { field: "Address", value: "x", from: [{ column: "Email", value: " x " }] },
      { field: "Attributes.A", value: ["one", "two"] },
      { field: "Attributes.B", value: ["line\n\u001B[2J"] },
    ),
  ]);
  expect(lineWith("Address", preview)).toContain('" x "');
  expect(lineWith(" A ", preview)).toContain('["one","two"]');
  expect(lineWith(" B ", preview)).toContain("line↵␛[2J");
});

test("two fields of a group and more stand below its name", () => {
  const one = previewOf([rowOf({ field: "Metrics.A", value: 1 })]);
  expect(lineWith("Metrics", one)).toMatch(/Metrics\.A +1$/);
  const two = previewOf([
    rowOf({ field: "Metrics.A", value: 1 }, { field: "Id", value: "i" }, { field: "Metrics.B", value: 2 }),
  ]);
  expect(toPreviewText(two, plain)).toMatch(/→ Id .*\n +Metrics\n.*→ +A +1\n.*→ +B +2\n/);
});

test("reasons stand below their field, the others below the endpoint, each once", () => {
  const row = rowOf({
    field: "Metrics.A",
    from: [{ column: "A", value: "x" }],
    reasons: ["Metrics.A: no number"],
  });
  const [endpoint] = row.endpoints ?? [];
  const reasons = ["Metrics.A: no number", "the endpoint is odd"].map((reason) => ({
    code: "mapping_failed" as const,
    reason,
  }));
  const preview = previewOf([{ outcome: "rejected", reasons, endpoints: [{ ...endpoint!, reasons }] }]);
  const text = toPreviewText(preview, plain);
  expect(text).toMatch(/A +x +→ Metrics\.A +✗\n +Metrics\.A: no number\n +✗ the endpoint is odd\n/);
  expect(text.split("no number")).toHaveLength(2);
  expect(text).toContain("Row 1, line 2: rejected\n  email: rejected\n");
});

test("filtered, partly rejected and unreadable rows say so", () => {
  const good = rowOf({ value: "1" }).endpoints?.[0];
  const bad = { ...good!, entry: "sms", reasons: [{ code: "endpoint_invalid" as const, reason: "bad" }] };
  const text = toPreviewText(
    previewOf([
      {
        outcome: "filtered",
        notApplied: [{ entry: "email", condition: [{ column: "Email", value: null }] }],
      },
      { outcome: "rejected", endpoints: [good!, bad], reasons: [...bad.reasons] },
      {
        outcome: "rejected",
        values: null,
        raw: "a,b",
        reasons: [{ code: "row_unparsable", reason: "has 2 values" }],
      },
    ]),
    plain,
  );
  expect(text).toContain(
    "Row 1, line 2: filtered out, since no entry applies\n  email: no endpoint, since Email is empty\n",
  );
  expect(text).toContain("Row 2, line 3: rejected, 1 of 2 endpoints would be sent\n");
  expect(text).toContain("Row 3, line 4: rejected, since it cannot be read\n    ✗ has 2 values\n    a,b\n");
});

test("unused columns, warnings and the next command stand at the end", () => {
  const preview = previewOf([], { unusedColumns: ["Notes", "Fax"], warnings: ["a name was cleaned"] });
  expect(toPreviewText(preview, plain, "pinpoint-import check contacts.csv")).toMatch(
    /\nUnused columns: Notes, Fax\n\nWarning: a name was cleaned\n\nNext: pinpoint-import check contacts\.csv\n$/,
  );
});

test.each([60, 80, 132])("no line is wider than a terminal of %i, whatever the data", async (width) => {
  for (const [file, mapping] of [
    ["segment-identify.jsonl.gz", "segment-identify"],
    ["hubspot-contacts.csv", "hubspot-contacts"],
    ["braze-users.jsonl", "braze-users"],
  ] as const) {
    const preview = await previewImport({ input: `sample-data/${file}`, mapping, rows: 1_000 });
    const lines = toPreviewText(preview, { width, paint: createColors(false) }).split("\n");
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  }
});

test("a wider terminal shows more of a value", () => {
  const value = "a-very-long-address-that-needs-room@example.com";
  const preview = previewOf([rowOf({ field: "Address", value, from: [{ column: "Email", value }] })]);
  expect(lineWith("Address", preview)).not.toContain(value);
  expect(lineWith("Address", preview)).toMatch(/…$/);
  expect(lineWith("Address", preview, { ...plain, width: 140 })).toMatch(new RegExp(`${value}.*${value}`));
});

test("colours change nothing but the colours", () => {
  const preview = previewOf([
    rowOf({ field: "Address", value: "x", from: [{ column: "E", value: "y" }], reasons: ["bad"] }),
  ]);
  const coloured = toPreviewText(preview, { width: 80, paint: createColors(true) });
  expect(coloured).toContain("\u001B[31m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are
  expect(coloured.replaceAll(/\u001B\[\d+m/g, "")).toBe(toPreviewText(preview, plain));
});
