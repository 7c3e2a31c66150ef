import type { Readable } from "node:stream";
import type { AwsCredentials } from "./delivery/create-pinpoint-target.js";
import { didYouMean } from "./did-you-mean.js";
import { ConfigurationError } from "./errors.js";
import type { CompiledMapping } from "./mapping/compiled-mapping.js";
import type { MappingDefinition } from "./mapping/mapping-definition.js";
import type { ImportEvent, ImportProgress } from "./reporting/events.js";
import type { ImportReport } from "./reporting/report.js";
import type { NextStep } from "./reporting/to-summary.js";

/** What `runImport` takes. Only `inputs` is always needed, and `applicationId` unless `dryRun` is set. */
export interface ImportOptions {
  /** Paths in the order in which they are read, as one run; `-` is `stdin`. */
  readonly inputs: readonly string[];
  /**
   * Path of a mapping file, the name of a shipped mapping, `pinpoint` for Pinpoint's own import format, a definition,
   * or what `compileMapping` returned. Default: `pinpoint` if the input has that shape.
   */
  readonly mapping?: string | MappingDefinition | CompiledMapping;
  /** Pinpoint project. */
  readonly applicationId?: string;
  /** Everything but sending: parse, map, validate, reject, count and plan. Needs neither application nor credentials. */
  readonly dryRun?: boolean;
  /** Default `auto`: by name, then by content. */
  readonly format?: "auto" | "csv" | "jsonl" | "json";
  /** One character; default: detected. */
  readonly delimiter?: string;
  /** Text encoding; default: detected. A byte order mark always wins. */
  readonly encoding?: string;
  /** Where in a JSON document the array of rows is, as a dotted path. */
  readonly select?: string;
  /** Bytes of one record; a longer one is one reject. Default 1 MiB. */
  readonly maxRecordBytes?: number;
  /** AWS region, profile and endpoint URL; default: the SDK's own chain. */
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly credentials?: AwsCredentials;
  /** Requests in flight at most, 1 to 1,000; default 10. */
  readonly concurrency?: number;
  /** Requests a second, or `auto` (default) to learn the account's quota. */
  readonly rate?: number | "auto";
  /** Endpoints in a request, 1 to 100; default 100. */
  readonly batchSize?: number;
  /** Tries per batch for 5xx and network faults, 1 to 100; default 8. */
  readonly maxAttempts?: number;
  /** Milliseconds that a request may take; default 30,000. */
  readonly requestTimeoutMs?: number;
  /** File for rejected rows; default: beside the input, `NAME.rejects-<run id>.csv` or `.jsonl`. */
  readonly rejects?: string;
  /** The run stops once more rows are rejected: a number, or a share such as `"5%"` that counts after 1,000 rows. */
  readonly maxRejects?: number | string;
  /** The run stops, and can be resumed, after so many milliseconds; default never. */
  readonly maxDurationMs?: number;
  /**
   * Goes on with the interrupted run of the same inputs, mapping and application, as `stateDir` knows it; without one it
   * begins with the first row, and warns. A dry run always does.
   */
  readonly resume?: boolean;
  /**
   * Sends only endpoints that differ from what this target accepted before, as far as `stateDir` knows. Once something is
   * known of a target, every run into it is remembered, with this option or without.
   */
  readonly changedOnly?: boolean;
  /** Sends everything, whatever is known, and remembers what was accepted; goes before `changedOnly`. */
  readonly full?: boolean;
  /**
   * Milliseconds after which a batch leaves that is not full, where the input comes slowly; default 5,000.
   */
  readonly flushAfterMs?: number;
  /** Waits until another run of the same job has ended, instead of stopping; default false. */
  readonly wait?: boolean;
  /** Rows to read, and rows to pass over before; default all and none. */
  readonly limit?: number;
  readonly skip?: number;
  /** Directory that keeps checkpoints, learned rates and fingerprints; default: nothing is kept, and no run can be resumed. */
  readonly stateDir?: string;
  /** File for the run report: `.json` for programs, or `.html`, one page without any other file, for people. */
  readonly report?: string;
  /** Whether the page may hold the values of rejected rows; default false: letters and digits are masked. */
  readonly showValues?: boolean;
  /** File for the outcome in Prometheus' text format, `.prom`, as node_exporter's textfile collector takes it. */
  readonly metrics?: string;
  /** What the page names as the command that was run. */
  readonly command?: string;
  /** What the page names as the step after a run that need not be gone on with. */
  readonly nextStep?: (report: ImportReport) => NextStep | undefined;
  /** What the report of a stopped run names as the command that goes on. */
  readonly resumeCommand?: string;
  /** The same for a run that left nothing to go on with: the command that begins anew. */
  readonly restartCommand?: string;
  /** What `-` reads; default `process.stdin`. */
  readonly stdin?: Readable;
  /** Ends the run: requests in flight finish, everything is flushed, and the report says `stopped`. */
  readonly signal?: AbortSignal;
  /** Called after each chunk of rows and each request that was answered or failed, some hundred times a second at most. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Called for what belongs into a log. Events hold no addresses and no values. */
  readonly onEvent?: (event: ImportEvent) => void;
}

/** The options as the run works with them: checked, with defaults. */
export interface Options extends Omit<ImportOptions, "maxRejects"> {
  readonly dryRun: boolean;
  readonly changedOnly: boolean;
  readonly full: boolean;
  readonly concurrency: number;
  readonly rate: number | "auto";
  readonly batchSize: number;
  readonly maxAttempts: number;
  readonly requestTimeoutMs: number;
  readonly maxRejects: RejectLimit;
  readonly flushAfterMs: number;
  readonly limit: number;
  readonly skip: number;
  readonly showValues: boolean;
}

export interface RejectLimit {
  readonly rows: number;
  /** Share of the rows read, from 0 to 1; it counts once `SHARE_COUNTS_AFTER_ROWS` rows were read. */
  readonly share: number;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "a text");
const object: Check = (value) => (typeof value === "object" && value !== null ? undefined : "an object");
const fn: Check = (value) => (typeof value === "function" ? undefined : "a function");
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : values.join(", ");
const whole =
  (from: number, to = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to
      ? undefined
      : `a whole number ${to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`}`;

const CHECKS: { readonly [Name in keyof Required<ImportOptions>]: Check } = {
  inputs: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((path) => !text(path))
      ? undefined
      : "at least one path",
  mapping: (value) =>
    text(value) && object(value) ? "a path, a definition or a compiled mapping" : undefined,
  applicationId: text,
  dryRun: oneOf(true, false),
  format: oneOf("auto", "csv", "jsonl", "json"),
  delimiter: text,
  encoding: text,
  select: text,
  maxRecordBytes: whole(1_024, 256 * 1024 * 1024),
  region: text,
  profile: text,
  endpointUrl: text,
  credentials: (value) => {
    const { accessKeyId, secretAccessKey } = (value ?? {}) as Record<string, unknown>;
    return text(accessKeyId) || text(secretAccessKey) ? "an accessKeyId and a secretAccessKey" : undefined;
  },
  concurrency: whole(1, 1_000),
  rate: (value) =>
    value === "auto" || (typeof value === "number" && value > 0 && value <= 100_000)
      ? undefined
      : "auto or a number of requests a second above 0",
  batchSize: whole(1, 100),
  maxAttempts: whole(1, 100),
  requestTimeoutMs: whole(1),
  rejects: text,
  maxRejects: (value) =>
    toRejectLimit(value) === undefined ? "a number of rows such as 100, or a share such as 5%" : undefined,
  maxDurationMs: whole(1),
  resume: oneOf(true, false),
  changedOnly: oneOf(true, false),
  full: oneOf(true, false),
  flushAfterMs: whole(1),
  wait: oneOf(true, false),
  limit: whole(0),
  skip: whole(0),
  stateDir: text,
  report: (value) =>
    typeof value === "string" && /\.(json|html)$/.test(value)
      ? undefined
      : "a file name that ends in .json or .html",
  showValues: oneOf(true, false),
  metrics: (value) =>
    typeof value === "string" && value.endsWith(".prom") ? undefined : "a file name that ends in .prom",
  command: text,
  nextStep: fn,
  resumeCommand: text,
  restartCommand: text,
  stdin: object,
  signal: object,
  onProgress: fn,
  onEvent: fn,
};

/** Checks all options and fills in defaults. Throws one `ConfigurationError` that names every mistake. */
export function normalizeOptions(raw: ImportOptions): Options {
  const given = Object.entries(raw).filter(([, value]) => value !== undefined);
  const mistakes = given.flatMap(([name, value]) => {
    if (!Object.hasOwn(CHECKS, name))
      return [`there is no option ${name}.${didYouMean(name, Object.keys(CHECKS))}`];
    const takes = CHECKS[name as keyof ImportOptions](value);
    return takes === undefined ? [] : [`${toFlag(name)} is ${show(name, value)}; it takes ${takes}`];
  });
  if (raw.inputs === undefined)
    mistakes.push("inputs are missing; name at least one file, or - for standard input");
  if (raw.applicationId === undefined && (raw.dryRun !== true || raw.changedOnly === true)) {
    mistakes.push(
      "--application-id is missing (or PINPOINT_APPLICATION_ID): the id of the Pinpoint project to import into",
    );
  }
  for (const name of ["resume", "changedOnly", "full"] as const) {
    if (raw[name] === true && raw.dryRun !== true && raw.stateDir === undefined)
      mistakes.push(`${toFlag(name)} needs a state directory: nothing is known of earlier runs without one`);
  }
  if (Array.isArray(raw.inputs) && raw.inputs.filter((input) => input === "-").length > 1)
    mistakes.push("standard input (-) can be read only once");
  if (mistakes.length > 0) throw new ConfigurationError("option_invalid", mistakes.join("\n"));
  return {
    ...(Object.fromEntries(given) as unknown as ImportOptions),
    dryRun: raw.dryRun ?? false,
    changedOnly: raw.changedOnly ?? false,
    full: raw.full ?? false,
    concurrency: raw.concurrency ?? 10,
    rate: raw.rate ?? "auto",
    batchSize: raw.batchSize ?? 100,
    maxAttempts: raw.maxAttempts ?? 8,
    requestTimeoutMs: raw.requestTimeoutMs ?? 30_000,
    maxRejects: toRejectLimit(raw.maxRejects) ?? { rows: Number.POSITIVE_INFINITY, share: 1 },
    flushAfterMs: raw.flushAfterMs ?? 5_000,
    limit: raw.limit ?? Number.POSITIVE_INFINITY,
    skip: raw.skip ?? 0,
    showValues: raw.showValues ?? false,
  };
}

function show(name: string, value: unknown): string {
  if (name === "credentials") return "not usable";
  return typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** `batchSize` → `--batch-size`: messages name options as the command line does. */
function toFlag(name: string): string {
  if (name === "inputs") return "the list of inputs";
  return `--${name
    .replace("maxRecordBytes", "maxRecordSize")
    .replace("maxDurationMs", "maxDuration")
    .replace("flushAfterMs", "flushAfter")
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function toRejectLimit(value: unknown): RejectLimit | undefined {
  const [, amount, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(value)) ?? [];
  const number = Number(amount);
  if (percent === "%")
    return number <= 100 ? { rows: Number.POSITIVE_INFINITY, share: number / 100 } : undefined;
  return Number.isInteger(number) ? { rows: number, share: 1 } : undefined;
}

/** The named members that are there: an option that was not given is left to whoever has the default. */
export function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  ) as Pick<T, K>;
}
