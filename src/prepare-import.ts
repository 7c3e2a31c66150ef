import { basename, dirname, join } from "node:path";
import type { Delivery } from "./delivery/create-delivery.js";
import { createGrouper, type Grouper } from "./delivery/create-grouper.js";
import { openDelivery } from "./open-delivery.js";
import { type BoundInput, isEmpty, openInputs } from "./open-inputs.js";
import type { Options } from "./options.js";
import type { Ledger } from "./reporting/create-ledger.js";
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
import { checkReportPath } from "./reporting/write-report.js";
import type { Source } from "./sources/open-source.js";
import { createRowTracker, type RowTracker, type TrackedEndpoint } from "./state/create-row-tracker.js";

/** Everything a run needs, opened and checked before the first row is read. */
export interface PreparedRun {
  readonly inputs: readonly BoundInput[];
  readonly rejects: RejectsWriter;
  readonly tracker: RowTracker;
  readonly grouper: Grouper<TrackedEndpoint>;
  readonly delivery: Delivery<TrackedEndpoint>;
  warn(message: string): void;
  /** Tells the caller where the run stands. */
  progressed(): void;
  close(): Promise<void>;
}

export async function prepareImport(options: Options, runId: string, ledger: Ledger): Promise<PreparedRun> {
  const warn = (message: string): void => {
    ledger.warnings.push(message);
    options.onEvent?.({ kind: "warning", message });
  };
  if (options.report !== undefined) await checkReportPath(options.report, toOwnFiles(options));
  const { inputs, mapping } = await openInputs(options, warn);
  const sources = inputs.map(({ source }) => source);
  const bytesRead = (): number => sources.reduce((sum, source) => sum + source.bytesRead(), 0);
  ledger.facts.format = [...new Set(sources.map(({ format }) => format))].join("+");
  ledger.facts.bytes = bytesRead;
  ledger.facts.mapping = mapping;

  const rejects = await openRejects(sources, runId, options);
  ledger.facts.rejects = rejects;
  const tracker = createRowTracker(({ record, input, reasons }) => {
    if (reasons.length === 0) ledger.rows.accepted += 1;
    else rejects.add(record, reasons, input);
  });
  const { delivery, close, ratePerSecond } = await openDelivery(
    options,
    ledger,
    warn,
    async (endpoints, outcome) => {
      ledger.endpoints[outcome === "accepted" ? "accepted" : "rejected"] += endpoints.length;
      tracker.settle(endpoints, outcome);
      await rejects.flush();
      progressed();
    },
  );
  ledger.facts.requests = delivery.requests;

  const sizes = sources.map(({ bytes }) => bytes);
  const total = sizes.some((bytes) => bytes === undefined)
    ? undefined
    : sizes.reduce((sum = 0, bytes = 0) => sum + bytes, 0);
  /** Reading is ahead of sending, most of all in a small file. */
  const decidedShare = (): number => {
    const { read, accepted, filtered } = ledger.rows;
    return read === 0 ? 0 : (accepted + filtered + rejects.added) / read;
  };
  const progressed = (): void =>
    options.onProgress?.({
      share: total === undefined ? undefined : Math.min(1, bytesRead() / Math.max(1, total)) * decidedShare(),
      rowsRead: ledger.rows.read,
      rowsAccepted: ledger.rows.accepted,
      rowsRejected: rejects.added,
      requestsSent: delivery.requests.sent,
      ratePerSecond: ratePerSecond(),
    });

  options.onEvent?.({ kind: "started", runId, inputs: options.inputs, mapping });
  return {
    inputs,
    rejects,
    tracker,
    grouper: createGrouper(options.batchSize),
    delivery,
    warn,
    progressed,
    async close() {
      try {
        await rejects.close();
      } finally {
        await close();
      }
    },
  };
}

async function openRejects(
  sources: readonly Source[],
  runId: string,
  options: Options,
): Promise<RejectsWriter> {
  const format = toRejectFormat(sources);
  const path = options.rejects ?? toRejectsPath(options.inputs[0] ?? "-", runId, format.extension);
  await checkRejectsPath(path, format.extension);
  return createRejectsWriter(path, format);
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
    bom: sources.some(({ bom, encoding }) => bom || encoding !== "utf-8"),
    layout: layOutRejects(sources.map(({ columns }) => (columns.kind === "csv" ? columns.names : []))),
  });
}

/** `exports/contacts.csv.gz` → `exports/contacts.rejects-<run id>.csv`. */
function toRejectsPath(input: string, runId: string, extension: string): string {
  const name =
    input === "-"
      ? "stdin"
      : basename(input)
          .replace(/\.gz$/i, "")
          .replace(/\.[^.]*$/, "");
  return join(input === "-" ? "." : dirname(input), `${name}.rejects-${runId}.${extension}`);
}

/** The files of the user that a report must not take the place of. */
function toOwnFiles({ inputs, mapping, rejects }: Options): string[] {
  const files = [...inputs.filter((input) => input !== "-"), mapping, rejects];
  return files.filter((file) => typeof file === "string");
}
