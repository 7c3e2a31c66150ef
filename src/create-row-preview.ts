import { toObject } from "./alike-object.js";
import { createJudge, toRowReasons } from "./create-converter.js";
import type { MappedEndpoint, RejectReason, RowValues, SourceColumns, SourceRecord } from "./domain.js";
import type { BoundMapping } from "./mapping/compiled-mapping.js";
import type { EntryTrace, MappingTrace } from "./mapping/create-mapping-trace.js";
import type { PreviewedEndpoint, PreviewedField, PreviewedRow } from "./reporting/preview.js";
import { toLeaves } from "./to-leaves.js";

/**
 * Shows what would become of a row.
 * @param trace What `bound` was bound with.
 */
export function createRowPreview(
  columns: SourceColumns,
  bound: BoundMapping,
  trace: MappingTrace,
): (record: SourceRecord) => PreviewedRow {
  const judge = createJudge();
  return (record) => {
    const { row, line } = record;
    if (record.kind === "unreadable") {
      const { code, reason, raw } = record;
      const reasons = [{ code, reason }];
      return { row, line, outcome: "rejected", values: null, raw, endpoints: [], notApplied: [], reasons };
    }
    const made = bound.map(record.values);
    const traces = trace.take();
    const reasons: RejectReason[] = [];
    const endpoints = made.map((one): PreviewedEndpoint => {
      const { entry, item } = one;
      const judged = judge(one);
      const mistakes = "buffer" in judged ? [] : judged;
      reasons.push(...toRowReasons(mistakes, one, made));
      const own = traces.find((candidate) => candidate.entry === entry);
      return { entry, item, fields: toFields(one, own, mistakes), reasons: mistakes };
    });
    return {
      row,
      line,
      outcome: reasons.length > 0 ? "rejected" : made.length > 0 ? "accepted" : "filtered",
      values: toNamedValues(columns, record.values),
      raw: null,
      endpoints,
      notApplied: traces
        .filter(({ entry }) => !made.some((one) => one.entry === entry))
        .map(({ entry, condition }) => ({ entry, condition })),
      reasons,
    };
  };
}

/** The fields of an endpoint, and those that stay empty although something was read for them. */
function toFields(
  { item }: MappedEndpoint,
  trace: EntryTrace | undefined,
  mistakes: readonly RejectReason[],
): readonly PreviewedField[] {
  const values = toLeaves(item);
  const names = [...values.keys(), ...(trace?.fields ?? []).map(({ field }) => field)];
  const abouts = mistakes.map(({ reason }) => ({ reason, about: findField(reason, names) }));
  const reasonsOf = (field: string): readonly string[] =>
    abouts.filter(({ about }) => about === field).map(({ reason }) => reason);
  const traced = (trace?.fields ?? []).map(({ field, from }): PreviewedField => {
    const value = values.get(field) ?? null;
    values.delete(field);
    return { field, value, from, reasons: reasonsOf(field) };
  });
  const made = [...values].map(([field, value]) => ({ field, value, from: [], reasons: reasonsOf(field) }));
  return [...made, ...traced].filter(
    ({ value, from, reasons }) =>
      value !== null || reasons.length > 0 || from.some((column) => column.value !== null),
  );
}

/** The field with which a reason begins: `Address (column "Email"): …`, `Address is …`, `Attributes.A, value 2 …`. */
function findField(reason: string, names: readonly string[]): string | undefined {
  const found = names.filter(
    (name) => reason.startsWith(name) && /^(?: |: |, value )/.test(reason.slice(name.length)),
  );
  return found.toSorted((a, b) => b.length - a.length)[0];
}

/** The cells by the names of the header; a name that is repeated has a list. */
function toNamedValues(columns: SourceColumns, values: RowValues): NonNullable<PreviewedRow["values"]> {
  if (columns.kind === "json" || !Array.isArray(values)) return toObject(values);
  const cells = new Map<string, string[]>();
  for (const [position, name] of columns.names.entries())
    cells.set(name, [...(cells.get(name) ?? []), values[position] ?? ""]);
  return Object.fromEntries([...cells].map(([name, list]) => [name, list.length > 1 ? list : list[0]]));
}
