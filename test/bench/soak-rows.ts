import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createRandom } from "../helpers/delivery-throttled-service.js";

export type SoakInput = "csv" | "jsonl" | "csv.gz" | "stdin";

/** `invalid` and `unreadable` rows are turned away by the importer, `refused` ones by Pinpoint. */
export type RowKind = "good" | "invalid" | "unreadable" | "refused";

const SHARES: readonly (readonly [RowKind, number])[] = [
  ["refused", 0.001],
  ["invalid", 0.002],
  ["unreadable", 0.001],
];

/**
 * Share of the rows that have the Id of an earlier one, and of those the share whose earlier one is so near that both may
 * be under way. These are few, as batches with an Id in common go one after the other.
 */
const REPEATED = 0.02;
const REPEATED_NEAR = 0.05;
const NEAR = 300;

/** What each row is, by its number from 1: the same wherever it is planned with the same seed. */
export interface RowPlan {
  readonly rows: number;
  readonly kinds: readonly RowKind[];
  readonly ids: Int32Array;
  /** By Id: the row whose values must be stored at the end. */
  readonly lastGoodRows: ReadonlyMap<string, number>;
}

/** One series of numbers for each purpose. From a small seed the first numbers would be small as well. */
const SPREAD = { rows: 1_000_003, faults: 2_000_003, kills: 3_000_017 };

export function createSoakRandom(seed: number, purpose: keyof typeof SPREAD): () => number {
  return createRandom(seed * SPREAD[purpose]);
}

export function planRows(rows: number, seed: number): RowPlan {
  const random = createSoakRandom(seed, "rows");
  const kinds: RowKind[] = ["good"];
  const ids = new Int32Array(rows + 1);
  const lastGoodRows = new Map<string, number>();
  for (let row = 1; row <= rows; row += 1) {
    const kind = drawKind(random());
    const isRepeated = row > 1 && random() < REPEATED;
    const reach = random() < REPEATED_NEAR ? NEAR : row;
    const earlier = row - Math.ceil(random() * Math.min(reach, row - 1));
    const id = isRepeated ? (ids[earlier] ?? 0) : row;
    kinds.push(kind);
    ids[row] = id;
    if (kind === "good") lastGoodRows.set(toId(id), row);
  }
  return { rows, kinds, ids, lastGoodRows };
}

function drawKind(draw: number): RowKind {
  let below = 0;
  for (const [kind, share] of SHARES) {
    below += share;
    if (draw < below) return kind;
  }
  return "good";
}

const toId = (id: number): string => `c${id}`;

/** Every value but the Id tells the row, so that what is stored does. */
export const toAddress = (row: number): string => `p${row}@example.com`;

export async function writeInput(plan: RowPlan, input: SoakInput, path: string): Promise<void> {
  const target = createWriteStream(path);
  const lines = Readable.from(toLines(plan, input === "jsonl" ? toJsonLine : toCsvLine), {
    objectMode: false,
  });
  await (input === "csv.gz" ? pipeline(lines, createGzip(), target) : pipeline(lines, target));
}

function* toLines(plan: RowPlan, toLine: (id: string, kind: RowKind, row: number) => string) {
  if (toLine === toCsvLine) yield "Id,ChannelType,Address,Attributes.Row\n";
  for (let row = 1; row <= plan.rows; row += 1)
    yield toLine(toId(plan.ids[row] ?? 0), plan.kinds[row] ?? "good", row);
}

const toSentAddress = (kind: RowKind, row: number): string =>
  kind === "invalid" ? "nobody" : toAddress(row);

/** One cell too many makes a record unreadable. */
function toCsvLine(id: string, kind: RowKind, row: number): string {
  return `${id},EMAIL,${toSentAddress(kind, row)},${row}${kind === "unreadable" ? ",more" : ""}\n`;
}

function toJsonLine(id: string, kind: RowKind, row: number): string {
  const text = JSON.stringify({
    Id: id,
    ChannelType: "EMAIL",
    Address: toSentAddress(kind, row),
    Attributes: { Row: [String(row)] },
  });
  return `${kind === "unreadable" ? text.slice(0, -1) : text}\n`;
}
