import { createJudge, toRowReasons } from "./create-converter.js";
import type { MappedEndpoint, RejectReason, RowValues, SourceColumns, SourceRecord } from "./domain.js";
import { ConfigurationError } from "./errors.js";
import { createMappingTrace, type EntryTrace } from "./mapping/create-mapping-trace.js";
import { type BoundInput, openInputs } from "./open-inputs.js";
import { type ImportOptions, normalizeOptions } from "./options.js";
import type { Preview, PreviewedEndpoint, PreviewedField, PreviewedRow } from "./reporting/preview.js";
import { toLeaves } from "./to-leaves.js";

const DEFAULT_ROWS = 5;

/** What `previewImport` takes. Only `input` is always needed. */
export interface PreviewOptions
  extends Pick<
    ImportOptions,
    "mapping" | "format" | "delimiter" | "encoding" | "select" | "maxRecordBytes" | "stdin" | "signal"
  > {
  /** A path; `-` is `stdin`. */
  readonly input: string;
  /** Show so many rows from the first on; default 5. */
  readonly rows?: number;
  /** Show this row alone; nothing behind it is read. */
  readonly row?: number;
}

/**
 * Shows what a mapping makes of the first rows of an input, or of one row: the endpoints, where each field comes from, what would
 * be rejected and why, and the columns that nothing uses. Nothing is sent and nothing is written.
 *
 * @throws ConfigurationError for wrong options or mapping, and for a row that is not there.
 * @throws InputError where the input cannot be read.
 */
export async function previewImport(raw: PreviewOptions): Promise<Preview> {
  const { input, rows: asked, row: only, ...rest } = raw;
  checkRows(asked, only);
  const options = normalizeOptions({ ...rest, inputs: [input], dryRun: true });
  const warnings = new Set<string>();
  const trace = createMappingTrace();
  const { inputs, mapping } = await openInputs(options, (warning) => warnings.add(warning), trace);
  const [{ source, bound }] = inputs as [BoundInput];
  const judge = createJudge();

  const show = (record: SourceRecord): PreviewedRow => {
    const { row, line } = record;
    if (record.kind === "unreadable") {
      const { code, reason, raw: text } = record;
      const reasons = [{ code, reason }];
      return {
        row,
        line,
        outcome: "rejected",
        values: null,
        raw: text,
        endpoints: [],
        notApplied: [],
        reasons,
      };
    }
    const made = bound.map(record.values);
    const traces = trace.take();
    const reasons: RejectReason[] = [];
    const endpoints = made.map((one): PreviewedEndpoint => {
      const judged = judge(one);
      const mistakes = "buffer" in judged ? [] : judged;
      reasons.push(...toRowReasons(mistakes, one, made));
      const found = traces.find(({ entry }) => entry === one.entry);
      return { entry: one.entry, item: one.item, fields: toFields(one, found, mistakes), reasons: mistakes };
    });
    return {
      row,
      line,
      outcome: reasons.length > 0 ? "rejected" : made.length > 0 ? "accepted" : "filtered",
      values: toNamedValues(source.columns, record.values),
      raw: null,
      endpoints,
      notApplied: traces
        .filter(({ entry }) => !made.some((one) => one.entry === entry))
        .map(({ entry, condition }) => ({ entry, condition })),
      reasons,
    };
  };

  const first = only ?? 1;
  const last = only ?? asked ?? DEFAULT_ROWS;
  const rows: PreviewedRow[] = [];
  let rowsRead = 0;
  reading: for await (const { records } of source.records(options.signal)) {
    for (const record of records) {
      rowsRead = record.row;
      if (record.row >= first) rows.push(show(record));
      if (record.row >= last) break reading;
    }
  }
  if (only !== undefined && rows.length === 0)
    throw new ConfigurationError(
      "row_missing",
      `there is no row ${only} in ${source.name}: it has ${rowsRead} rows`,
    );
  for (const warning of bound.takeWarnings()) warnings.add(warning);
  return {
    input: source.name,
    format: source.format,
    delimiter: source.delimiter ?? null,
    encoding: source.encoding,
    mapping: mapping.name,
    rows,
    unusedColumns: trace.findUnused(source.columns),
    warnings: [...warnings],
  };
}

function checkRows(rows: unknown, row: unknown): void {
  const mistakes = Object.entries({ rows, row }).flatMap(([name, value]) =>
    value === undefined || (Number.isSafeInteger(value) && Number(value) >= 1)
      ? []
      : [`--${name} is ${String(value)}; it takes a whole number from 1`],
  );
  if (rows !== undefined && row !== undefined)
    mistakes.push("--rows shows the first rows and --row one alone: give one of them");
  if (mistakes.length > 0) throw new ConfigurationError("option_invalid", mistakes.join("\n"));
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
  if (columns.kind === "json" || !Array.isArray(values)) return values as { [name: string]: unknown };
  const cells = new Map<string, string[]>();
  for (const [position, name] of columns.names.entries())
    cells.set(name, [...(cells.get(name) ?? []), values[position] ?? ""]);
  return Object.fromEntries([...cells].map(([name, list]) => [name, list.length > 1 ? list : list[0]]));
}
