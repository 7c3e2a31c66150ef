import { parseTree } from "jsonc-parser";
import { toObject } from "../alike-object.js";
import {
  type JsonObject,
  REJECT_KEY,
  type RejectReason,
  type SourceRow,
  type UnreadableRow,
} from "../domain.js";
import { REJECT_COLUMNS, type RejectLayout } from "./reject-columns.js";

/** Turns a rejected row into the text that stands for it in the rejects file, line end included. */
export interface RejectFormat {
  readonly extension: "csv" | "jsonl";
  /** What the file begins with; empty for JSONL. */
  readonly head: string;
  toLine(record: SourceRow | UnreadableRow, reasons: readonly RejectReason[], input: number): string;
}

export interface CsvRejectOptions {
  readonly delimiter: string;
  readonly newline: string;
  /** A byte order mark lets a spreadsheet, and the next run, read the file as the UTF-8 that it is. */
  readonly bom: boolean;
  /** Whether the input names its delimiter in a first line `sep=…`, as Excel does: without it none may be found again. */
  readonly sepLine: boolean;
  readonly layout: RejectLayout;
  /** The inputs' names; a reason names its input where there are several. */
  readonly names: readonly string[];
  /** The inputs' own delimiters: where it is the same, a record may stand as it did in its input. */
  readonly delimiters: readonly (string | undefined)[];
}

/** CSV with the input's own header and delimiter, and each value as it was. */
export function createCsvRejectFormat({
  delimiter,
  newline,
  bom,
  layout,
  names,
  delimiters,
  sepLine,
}: CsvRejectOptions): RejectFormat {
  const special = new RegExp(`["\\r\\n${delimiter.replace(/\W/, "\\$&")}]|^\\s|\\s$`);
  const toCell = (value: string): string =>
    special.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const toCells = (values: readonly string[]): string => values.map(toCell).join(delimiter);

  const keepsRecords = layout.positions.map(
    (positions, input) =>
      delimiters[input] === delimiter &&
      positions.length === layout.header.length &&
      positions.every((position, index) => position === index),
  );

  /** The input's own cells, as text. */
  const toOwnCells = (record: SourceRow | UnreadableRow, input: number): string => {
    // To write the cells anew took 0.5 µs of a row where three in ten are rejected. Line breaks in a value may not be the file's own.
    if (record.kind === "row" && keepsRecords[input] === true && !/[\r\n]/.test(record.text))
      return record.text;
    const cells = layout.header.map(() => "");
    if (record.kind === "row") {
      const positions = layout.positions[input] ?? [];
      (record.values as readonly string[]).forEach((value, index) => {
        const position = positions[index] ?? -1;
        if (position >= 0) cells[position] = value;
      });
    }
    return toCells(cells);
  };

  return {
    extension: "csv",
    head:
      (bom ? "\uFEFF" : "") +
      (sepLine ? `sep=${delimiter}${newline}` : "") +
      toCells([...layout.header, ...REJECT_COLUMNS]) +
      newline,
    toLine(record, reasons, input) {
      const { row, line } = record;
      // Without a list in between, here and in the reasons: three rows in ten rejected took 4 % less.
      const own = layout.header.length === 0 ? "" : toOwnCells(record, input) + delimiter;
      const place = toCell(String(row)) + delimiter + toCell(String(line)) + delimiter;
      const why = toCell(toCode(reasons)) + delimiter + toCell(toText(reasons, names, input)) + delimiter;
      const raw = record.kind === "unreadable" ? toCell(record.raw) : "";
      return own + place + why + raw + newline;
    },
  };
}

/** JSONL: each object as it stood in the input, with `_reject` behind its own members. `names` as for CSV. */
export function createJsonRejectFormat(names: readonly string[]): RejectFormat {
  return {
    extension: "jsonl",
    head: "",
    toLine(record, reasons, input) {
      const { row, line } = record;
      const reject = { row, line, code: toCode(reasons), reason: toText(reasons, names, input) };
      if (record.kind === "unreadable") {
        return `{"${REJECT_KEY}":${JSON.stringify({ ...reject, raw: record.raw })}}\n`;
      }
      const members = toMembers(record.text, toObject(record.values));
      return `{${members}${members === "" ? "" : ","}"${REJECT_KEY}":${JSON.stringify(reject)}}\n`;
    },
  };
}

/**
 * The object's members as text. They are taken from the input, since numbers change when they are parsed and written
 * again (a long id loses digits); only what an earlier run added is cut off.
 */
function toMembers(text: string, values: JsonObject): string {
  const own = text.replaceAll(/[\r\n]+\s*/g, " ").trim();
  if (!Object.hasOwn(values, REJECT_KEY)) return own.slice(1, -1).trim();
  const members = parseTree(own)?.children ?? [];
  return members
    .filter(({ children }) => children?.[0]?.value !== REJECT_KEY)
    .map(({ offset, length }) => own.slice(offset, offset + length))
    .join(",");
}

/** The code of a row with several reasons is that of the first one. */
function toCode(reasons: readonly RejectReason[]): string {
  return reasons[0]?.code ?? "";
}

function toText(reasons: readonly RejectReason[], names: readonly string[], input: number): string {
  let text = "";
  for (const { reason } of reasons) text += text === "" ? reason : `; ${reason}`;
  return names.length > 1 ? `${names[input]}: ${text}` : text;
}
