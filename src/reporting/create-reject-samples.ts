import { toObject } from "../alike-object.js";
import type {
  JsonObject,
  RejectLine,
  RejectReason,
  RowValues,
  SourceColumns,
  SourceRow,
  UnreadableRow,
} from "../domain.js";
import type { RejectSample } from "./report-page-data.js";
import { toGeneralReason } from "./to-general-reason.js";
import { toMasked, toShort } from "./to-masked.js";

const SAMPLES_A_REASON = 3;

/** As many as are told apart in the report. */
const MAX_REASONS = 100;

/** More of a row is no help on a page, and the rejects file has all of it. */
const MAX_CELLS = 30;
const MAX_DEPTH = 5;

/** Names that are data, such as the keys of a list of members by address. */
const MAY_BE_DATA = /@|\d{4}/;

/** Some rejected rows of each reason, for the page; whatever the input, there are no more of them. */
export interface RejectSamples {
  add(
    line: RejectLine,
    record: SourceRow | UnreadableRow,
    reasons: readonly RejectReason[],
    columns: SourceColumns | undefined,
  ): void;
  readonly samples: readonly RejectSample[];
}

export function createRejectSamples(showsValues: boolean): RejectSamples {
  const samples: RejectSample[] = [];
  const counts = new Map<string, number>();
  const toSaid = ({ code, reason }: RejectReason): string =>
    showsValues ? reason : toGeneralReason({ code, reason });
  return {
    samples,
    add(line, record, reasons, columns) {
      const reason = toGeneralReason(line);
      const key = `${line.code} ${reason}`;
      const count = counts.get(key) ?? 0;
      if (count === SAMPLES_A_REASON || (count === 0 && counts.size === MAX_REASONS)) return;
      counts.set(key, count + 1);
      const cells = toCells(record, columns).filter(([, value]) => value !== "");
      samples.push({
        code: line.code,
        reason,
        place: line.place,
        reasons: reasons.map(toSaid),
        cells: cells
          .slice(0, MAX_CELLS)
          .map(([name, value]) =>
            showsValues ? [toShort(name), toShort(value)] : [toMaskedName(name), toMasked(value)],
          ),
        moreCells: Math.max(0, cells.length - MAX_CELLS),
      });
    },
  };
}

type Cell = readonly [name: string, value: string];

function toCells(record: SourceRow | UnreadableRow, columns: SourceColumns | undefined): readonly Cell[] {
  if (record.kind === "unreadable") return [["the record", record.raw]];
  const { values } = record;
  if (!isList(values)) return toMembers("", toObject(values));
  const names = columns?.kind === "csv" ? columns.names : [];
  return values.map((value, index) => [names[index] ?? "", value]);
}

/** Objects within an object as dotted names, as mappings have them; what lies too deep is not shown. */
function toMembers(prefix: string, object: JsonObject, depth = 1): readonly Cell[] {
  return Object.entries(object).flatMap(([key, value]): readonly Cell[] => {
    const name = `${prefix}${key}`;
    if (value === null || value === undefined) return [];
    if (typeof value !== "object") return [[name, String(value)]];
    if (Array.isArray(value)) return [[name, toListText(value)]];
    return depth < MAX_DEPTH ? toMembers(`${name}.`, value as JsonObject, depth + 1) : [[name, "{…}"]];
  });
}

function toListText(list: readonly unknown[]): string {
  try {
    return JSON.stringify(list);
  } catch {
    // What it holds is nested deeper than the stack allows.
    return "[…]";
  }
}

function toMaskedName(name: string): string {
  return MAY_BE_DATA.test(name) ? toMasked(name) : toShort(name);
}

function isList(values: RowValues): values is readonly string[] {
  return Array.isArray(values);
}
