import { createRowPreview } from "./create-row-preview.js";
import { ConfigurationError } from "./errors.js";
import { createMappingTrace } from "./mapping/create-mapping-trace.js";
import { type BoundInput, openInputs } from "./open-inputs.js";
import { type ImportOptions, normalizeOptions } from "./options.js";
import type { Preview, PreviewedRow } from "./reporting/preview.js";

const DEFAULT_ROWS = 5;
/** They are held until the last one is there. */
const MAX_ROWS = 10_000;

/** What `previewImport` takes. Only `input` is always needed. */
export interface PreviewOptions
  extends Pick<
    ImportOptions,
    | "mapping"
    | "format"
    | "delimiter"
    | "encoding"
    | "select"
    | "maxRecordBytes"
    | "stdin"
    | "signal"
    | "onEvent"
  > {
  /** A path; `-` is `stdin`. */
  readonly input: string;
  /** Show so many rows from the first on, 10,000 at most; default 5. */
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
  const warn = (message: string): void => {
    warnings.add(message);
    options.onEvent?.({ kind: "warning", message });
  };
  const { inputs, mapping } = await openInputs(options, warn, trace);
  const [{ source, bound }] = inputs as [BoundInput];
  const show = createRowPreview(source.columns, bound, trace);

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
  for (const warning of bound.takeWarnings()) warn(warning);
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
  const mistakes: string[] = [];
  if (rows !== undefined && !(isCount(rows) && rows <= MAX_ROWS))
    mistakes.push(`--rows is ${String(rows)}; it takes a whole number from 1 to ${MAX_ROWS}`);
  if (row !== undefined && !isCount(row))
    mistakes.push(`--row is ${String(row)}; it takes a whole number from 1`);
  if (rows !== undefined && row !== undefined)
    mistakes.push("--rows shows the first rows and --row one alone: give one of them");
  if (mistakes.length > 0) throw new ConfigurationError("option_invalid", mistakes.join("\n"));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
