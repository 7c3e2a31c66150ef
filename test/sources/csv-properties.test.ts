import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryCuts, brief, cutAt, encode, readCsvPieces } from "./support.js";

/** A NUL is no text. */
const withoutNul = (text: string): boolean => !text.includes("\0");

const NEWLINES = ["\n", "\r\n", "\r"] as const;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Any text, with what is special in CSV more often than chance has it. */
const anyCell = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }).filter(withoutNul),
  fc.string({
    unit: fc.constantFrom('"', ",", ";", "\t", "|", "\n", "\r", " ", "a", "é", "😀"),
    maxLength: 8,
  }),
);

const latinCell = fc.string({
  unit: fc.constantFrom('"', ",", ";", "\n", "\r", " ", "a", "é", "ß", "€"),
  maxLength: 8,
});

function quoteCell(cell: string, always: boolean, delimiter: string): string {
  return always || /["\r\n]/.test(cell) || cell.includes(delimiter) || cell.trim() !== cell || cell === ""
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}

interface Table {
  readonly cells: readonly (readonly string[])[];
  readonly delimiter: string;
  readonly newline: "\n" | "\r\n" | "\r";
  readonly always: boolean;
  readonly finalNewline: boolean;
}

function tables(cell: fc.Arbitrary<string>): fc.Arbitrary<Table> {
  return fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      cells: fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 12,
      }),
      delimiter: fc.constantFrom(...DELIMITERS),
      newline: fc.constantFrom(...NEWLINES),
      always: fc.boolean(),
      finalNewline: fc.boolean(),
    }),
  );
}

/** RFC 4180, with a header of plain names; the records and the physical line where each begins. */
function write(table: Table): { text: string; expected: string[]; records: string[] } {
  const { delimiter, newline } = table;
  const lineEnd = newline === "\r" ? "\r" : "\n";
  const header = (table.cells[0] ?? []).map((_, index) => `col${index}`).join(delimiter);
  const records = table.cells.map((cells) =>
    cells.map((cell) => quoteCell(cell, table.always, delimiter)).join(delimiter),
  );
  let line = 2;
  const expected = records.map((record, index) => {
    const at = line;
    line += record.split(lineEnd).length;
    return `${index + 1}@${at} ${(table.cells[index] ?? []).join("|")}`;
  });
  const text = [header, ...records].join(newline) + (table.finalNewline ? newline : "");
  return { text, expected, records };
}

describe("CSV round trip", () => {
  it.each(["utf-8", "utf-16le", "utf-16be"])("reads any table back, %s", async (encoding) => {
    await fc.assert(
      fc.asyncProperty(tables(anyCell), arbitraryCuts, fc.boolean(), async (table, cuts, bom) => {
        const { text, expected } = write(table);
        const bytes = encode(text, encoding, bom || encoding !== "utf-8");
        const options = { delimiter: table.delimiter, ...(encoding !== "utf-8" && { encoding }) };
        expect((await readCsvPieces(cutAt(bytes, cuts), options)).map(brief)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("reads any table back, windows-1252", async () => {
    await fc.assert(
      fc.asyncProperty(tables(latinCell), arbitraryCuts, async (table, cuts) => {
        const { text, expected } = write(table);
        const bytes = encode(text, "windows-1252");
        const options = { delimiter: table.delimiter, encoding: "windows-1252" };
        expect((await readCsvPieces(cutAt(bytes, cuts), options)).map(brief)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("does not depend on how the input is cut, well formed or not", async () => {
    const soup = fc.string({
      unit: fc.constantFrom('"', '""', ",", "\n", "\r\n", " ", "a", "é", "b,c", '"d"', "x".repeat(700)),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        soup,
        arbitraryCuts,
        fc.integer({ min: 3, max: 3000 }),
        async (text, cuts, maxRecordBytes) => {
          const bytes = Buffer.from(`a,b\n${text}`);
          const options = { delimiter: ",", maxRecordBytes };
          const whole = await readCsvPieces([bytes], options);
          expect(await readCsvPieces(cutAt(bytes, cuts), options)).toEqual(whole);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe("a broken record", () => {
  const plain = fc.string({
    unit: fc.constantFrom("a", "b", " ", "é", "x", "1"),
    minLength: 1,
    maxLength: 5,
  });
  const value = fc.oneof(
    plain,
    // Where a line end follows a quote, the quote left open before reads as closed there.
    fc.string({ unit: fc.constantFrom("a", ",", "\n", " "), maxLength: 3 }).map((text) => `a${text}a`),
    fc.string({ unit: fc.constantFrom("a", ",", '"', " "), minLength: 1, maxLength: 5 }),
  );
  const table = fc.array(fc.tuple(plain, value, plain), { minLength: 2, maxLength: 8 });
  const broken = fc.constantFrom(
    'x,y"z,w',
    '"x"y,z,w',
    "x,y",
    "x,y,z,w",
    'x,"y,z',
    'x,y,"z',
    '"x,y,z',
    `${"x".repeat(3000)},y,z`,
    `"${"x".repeat(3000)}\n",y,z`,
    `${"x".repeat(300)},y,z`,
    "\xe9bytes",
  );

  it("leaves all the others untouched, wherever it stands", async () => {
    await fc.assert(
      fc.asyncProperty(table, broken, fc.nat(), arbitraryCuts, async (cells, bad, place, cuts) => {
        const good = cells.map((row) => row.map((cell) => quoteCell(cell, false, ",")).join(","));
        const at = place % (good.length + 1);
        const lines = [...good.slice(0, at), bad, ...good.slice(at)];
        const bytes = Buffer.from(
          `one,two,three\n${lines.join("\n")}\n`,
          bad === "\xe9bytes" ? "latin1" : "utf8",
        );
        const records = await readCsvPieces(cutAt(bytes, cuts), { delimiter: ",", maxRecordBytes: 200 });
        const texts = records.flatMap((record) =>
          record.kind === "row" ? [(record.values as readonly string[]).join("|")] : [],
        );
        const cleaned = bad === "\xe9bytes" ? cells.filter((row) => !row.join("").includes("é")) : cells;
        expect(texts).toEqual(cleaned.map((row) => row.join("|")));
        expect(records[at]?.kind).toBe("unreadable");
        expect(records.map(({ row }) => row)).toEqual(records.map((_, index) => index + 1));
      }),
      { numRuns: 1000 },
    );
  });
});
