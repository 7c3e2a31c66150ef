import { rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { RejectLine, RejectReason, RejectsState, SourceRow, UnreadableRow } from "./domain.js";
import { exists } from "./exists.js";
import { isEmpty } from "./open-inputs.js";
import type { Options } from "./options.js";
import {
  checkRejectsPath,
  createRejectsWriter,
  type RejectsWriter,
} from "./reporting/create-rejects-writer.js";
import { layOutRejects } from "./reporting/reject-columns.js";
import {
  createCsvRejectFormat,
  createJsonRejectFormat,
  type RejectFormat,
} from "./reporting/reject-lines.js";
import { reopenRejects } from "./reporting/reopen-rejects.js";
import type { Source } from "./sources/open-source.js";

export interface OpenRejects {
  readonly writer: RejectsWriter;
  toLine(record: SourceRow | UnreadableRow, reasons: readonly RejectReason[], input: number): RejectLine;
}

/** Where rejected rows go: a new file, or the one of the interrupted run that this run goes on with. */
export async function openRejects(
  sources: readonly Source[],
  runId: string,
  options: Options,
  earlier: RejectsState | undefined,
  warn: (message: string) => void,
): Promise<OpenRejects> {
  const format = toRejectFormat(sources);
  const toLine: OpenRejects["toLine"] = (record, reasons, input) => ({
    text: format.toLine(record, reasons, input),
    code: reasons[0]?.code ?? "row_unparsable",
    reason: reasons[0]?.reason ?? "",
    place: { input: sources[input]?.name ?? "", row: record.row, line: record.line },
  });
  if (earlier === undefined) {
    const path = options.rejects ?? toRejectsPath(options, runId, format);
    await checkRejectsPath(path, format.extension);
    return { toLine, writer: createRejectsWriter(path, format) };
  }

  const { byReason } = earlier;
  const reopened = await reopenRejects(earlier);
  // A file that is there already may be the one with which the job began.
  const elsewhere =
    options.rejects !== undefined &&
    resolve(options.rejects) !== resolve(earlier.path) &&
    !(await exists(options.rejects));
  if (reopened !== undefined && !elsewhere)
    return {
      toLine,
      writer: createRejectsWriter(earlier.path, format, { path: earlier.path, byReason, reopened }),
    };
  await reopened?.file.close();
  // An empty one that is not gone on with is of no use to anybody.
  if (reopened?.bytes === 0) await rm(earlier.path, { force: true });
  // Somebody who works with the file has changed it, or has moved it away: its name is free then.
  const fallback = (await exists(earlier.path)) ? toRejectsPath(options, runId, format) : earlier.path;
  const path = elsewhere ? options.rejects : fallback;
  await checkRejectsPath(path, format.extension);
  if (earlier.bytes > 0) {
    const where = path === earlier.path ? "a new file of that name" : path;
    const why = elsewhere
      ? `stand in ${earlier.path}`
      : `stood in ${earlier.path}, which was ${path === earlier.path ? "taken away" : "changed"} since`;
    warn(`the rows that were rejected before ${why}; those from here on go into ${where}`);
  }
  return { toLine, writer: createRejectsWriter(path, format, { path: earlier.path, byReason }) };
}

function toRejectFormat(sources: readonly Source[]): RejectFormat {
  const first = sources.find(({ columns }) => !isEmpty(columns)) ?? sources[0];
  if (first === undefined || first.columns.kind === "json")
    return createJsonRejectFormat(sources.map(({ name }) => name));
  return createCsvRejectFormat({
    delimiter: first.delimiter ?? ",",
    newline: first.newline === "\r\n" ? "\r\n" : "\n",
    sepLine: first.sepLine,
    names: sources.map(({ name }) => name),
    delimiters: sources.map(({ delimiter }) => delimiter),
    bom: sources.some(({ bom, encoding }) => bom || encoding !== "utf-8"),
    layout: layOutRejects(sources.map(({ columns }) => (columns.kind === "csv" ? columns.names : []))),
  });
}

/** `exports/contacts.csv.gz` → `exports/contacts.rejects-<run id>.csv`. */
function toRejectsPath(
  { inputs: [input = "-"] }: Options,
  runId: string,
  { extension }: RejectFormat,
): string {
  const name =
    input === "-"
      ? "stdin"
      : basename(input)
          .replace(/\.gz$/i, "")
          .replace(/\.[^.]*$/, "");
  return join(input === "-" ? "." : dirname(input), `${name}.rejects-${runId}.${extension}`);
}
