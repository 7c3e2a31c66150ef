import { basename, dirname, join } from "node:path";
import { createDelivery, type Delivery, type Outcome } from "./delivery/create-delivery.js";
import { createDryDelivery } from "./delivery/create-dry-delivery.js";
import { createGrouper, type Grouper } from "./delivery/create-grouper.js";
import { createPacer } from "./delivery/create-pacer.js";
import { createPinpointTarget } from "./delivery/create-pinpoint-target.js";
import { ConfigurationError } from "./errors.js";
import { compileMapping, isPinpointShape } from "./mapping/compile-mapping.js";
import type { BoundMapping, CompiledMapping } from "./mapping/compiled-mapping.js";
import { loadMapping } from "./mapping/load-mapping.js";
import type { Options } from "./options.js";
import type { Ledger } from "./reporting/create-ledger.js";
import {
  checkRejectsPath,
  createRejectsWriter,
  type RejectsWriter,
} from "./reporting/create-rejects-writer.js";
import { layOutRejects } from "./reporting/reject-columns.js";
import { createCsvRejectFormat, jsonRejectFormat, type RejectFormat } from "./reporting/reject-lines.js";
import { checkReportPath } from "./reporting/write-report.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource, type Source } from "./sources/open-source.js";
import { createRowTracker, type RowTracker, type TrackedEndpoint } from "./state/create-row-tracker.js";
import { createLearnedRates } from "./state/learned-rates.js";

/** An input whose shape the mapping fits. */
export interface BoundInput {
  /** Position among the inputs of the run. */
  readonly index: number;
  readonly source: Source;
  readonly bound: BoundMapping;
}

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
  if (options.report !== undefined) await checkReportPath(options.report);
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
  const progressed = (): void =>
    options.onProgress?.({
      share: total === undefined ? undefined : Math.min(1, bytesRead() / Math.max(1, total)),
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

/** Opens all inputs and checks the mapping against each one's columns, so that a mistake shows before anything is sent. */
async function openInputs(
  options: Options,
  warn: (message: string) => void,
): Promise<{ inputs: BoundInput[]; mapping: string }> {
  const given = await findMapping(options);
  const sourceOptions = {
    format: "auto" as const,
    maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
    ...given?.input,
    ...pick(options, ["format", "delimiter", "encoding", "select", "maxRecordBytes", "stdin"]),
  };
  const sources: Source[] = [];
  for (const input of options.inputs) sources.push(await openSource(input, sourceOptions));
  for (const { warnings } of sources) for (const warning of warnings) warn(warning);
  if (new Set(sources.map(({ columns }) => columns.kind)).size > 1) {
    const formats = sources.map(({ name, format }) => `${name} is ${format}`).join(", ");
    throw new ConfigurationError(
      "inputs_mixed",
      `one run takes CSV files or JSON files, not both (${formats}), since rejected rows go into one file`,
    );
  }
  const mapping = given ?? (await defaultMapping(sources));
  for (const warning of mapping.warnings) warn(warning);
  const inputs = sources.map((source, index) => ({
    index,
    source,
    bound: mapping.bind(source.columns, source.name),
  }));
  for (const warning of new Set(inputs.flatMap(({ bound }) => bound.warnings))) warn(warning);
  return { inputs, mapping: mapping.name };
}

async function findMapping({ mapping }: Options): Promise<CompiledMapping | undefined> {
  if (mapping === undefined || typeof mapping === "string")
    return mapping === undefined ? undefined : loadMapping(mapping);
  return "bind" in mapping ? mapping : compileMapping(mapping);
}

async function defaultMapping(sources: readonly Source[]): Promise<CompiledMapping> {
  const other = sources.find(({ columns }) => !isEmpty(columns) && !isPinpointShape(columns));
  if (other === undefined) return loadMapping("pinpoint");
  throw new ConfigurationError(
    "mapping_missing",
    `${other.name} is not in Pinpoint's own import format, so it needs a mapping: give --mapping FILE. The folder mappings/ has examples for HubSpot, Salesforce, Mailchimp, Klaviyo, Shopify, Segment and Braze`,
  );
}

/** An input without a header or an object says nothing about its shape, and gives no rows. */
function isEmpty(columns: Source["columns"]): boolean {
  return (columns.kind === "csv" ? columns.names : columns.sample).length === 0;
}

async function openRejects(
  sources: readonly Source[],
  runId: string,
  options: Options,
): Promise<RejectsWriter> {
  const format = toRejectFormat(sources);
  const path = options.rejects ?? toRejectsPath(options.inputs[0] ?? "-", runId, format.extension);
  await checkRejectsPath(path);
  return createRejectsWriter(path, format);
}

function toRejectFormat(sources: readonly Source[]): RejectFormat {
  const first = sources.find(({ columns }) => !isEmpty(columns)) ?? sources[0];
  if (first === undefined || first.columns.kind === "json") return jsonRejectFormat;
  return createCsvRejectFormat({
    delimiter: first.delimiter ?? ",",
    newline: first.newline === "\r\n" ? "\r\n" : "\n",
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

interface OpenDelivery {
  readonly delivery: Delivery<TrackedEndpoint>;
  ratePerSecond(): number;
  close(): Promise<void>;
}

async function openDelivery(
  options: Options,
  ledger: Ledger,
  warn: (message: string) => void,
  onOutcome: (endpoints: readonly TrackedEndpoint[], outcome: Outcome) => Promise<void>,
): Promise<OpenDelivery> {
  if (options.dryRun || options.applicationId === undefined) {
    return { delivery: createDryDelivery({ onOutcome }), ratePerSecond: () => 0, close: async () => {} };
  }
  const { concurrency, maxAttempts, requestTimeoutMs, applicationId, rate } = options;
  const target = await createPinpointTarget({
    applicationId,
    concurrency,
    requestTimeoutMs,
    ...pick(options, ["region", "profile", "endpointUrl", "credentials"]),
  });
  ledger.facts.target = target.description;

  const rates =
    options.stateDir === undefined || rate !== "auto" ? undefined : createLearnedRates(options.stateDir);
  const { region, endpointUrl } = target.description;
  const rateKey = `${endpointUrl ?? region} ${applicationId} UpdateEndpointsBatch`;
  const startRate = await rates?.load(rateKey);
  const pacer = createPacer({ rate, ...(startRate === undefined ? {} : { startRate }) });

  const onEvent = options.onEvent ?? (() => {});
  return {
    delivery: createDelivery({ target, pacer, concurrency, maxAttempts, onOutcome, onEvent }),
    ratePerSecond: () => pacer.ratePerSecond,
    async close() {
      target.close();
      const { learnedRate } = pacer;
      if (learnedRate === undefined || learnedRate === startRate) return;
      await rates?.save(rateKey, learnedRate).catch((error: NodeJS.ErrnoException) => {
        warn(
          `the learned rate could not be kept in ${options.stateDir} (${error.code}); the next run learns it anew`,
        );
      });
    },
  };
}

/** The named members that are there: an option that was not given is left to whoever has the default. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  ) as Pick<T, K>;
}
