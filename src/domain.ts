/**
 * The words that all stages share. A source **row** becomes one or more **endpoints**, endpoints travel in
 * **batches**, and whatever cannot go on is a **reject** with a code and a reason.
 */

/** A JSON object as it was read: its keys are data, `__proto__` included. */
export type JsonObject = { readonly [key: string]: unknown };

/** A JSON object of which the values stand by position (`alike-object.ts`). */
export interface ObjectByPosition {
  toObject(): JsonObject;
}

/** The values of a row: the cells of a CSV record in header order, or the object of a JSON record. */
export type RowValues = readonly string[] | JsonObject | ObjectByPosition;

/** How a row's values are addressed: by the position of a name in the CSV header, or by key in an object. */
export type SourceColumns =
  | { readonly kind: "csv"; readonly names: readonly string[] }
  | { readonly kind: "json"; readonly sample: readonly JsonObject[] };

/** What an account has unless it was raised: 2 UpdateEndpointsBatch requests a second (Pinpoint quotas). */
export const DEFAULT_QUOTA_PER_SECOND = 2;

/** The same for UpdateEndpoint, which takes one endpoint: 10 a second. */
export const DEFAULT_SINGLE_QUOTA_PER_SECOND = 10;

/** Why a row or an endpoint was turned away; the codes of the rejects file and of `rejectsByCode`. */
export const REJECT_CODES = [
  "row_unparsable",
  "encoding_invalid",
  "record_too_long",
  "mapping_failed",
  "endpoint_invalid",
  "endpoint_too_large",
  "endpoint_refused",
  "service_failed",
] as const;

export type RejectCode = (typeof REJECT_CODES)[number];

/** One reason for a reject, in words that the owner of the data understands. */
export interface RejectReason {
  readonly code: RejectCode;
  readonly reason: string;
}

/** What Pinpoint knows of the fields with a fixed choice (Endpoints API reference). */
export const CHANNEL_TYPES: readonly string[] = [
  "PUSH",
  "GCM",
  "APNS",
  "APNS_SANDBOX",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "ADM",
  "SMS",
  "VOICE",
  "EMAIL",
  "BAIDU",
  "CUSTOM",
  "IN_APP",
];
export const OPT_OUTS: readonly string[] = ["ALL", "NONE"];
export const ENDPOINT_STATUSES: readonly string[] = ["ACTIVE", "INACTIVE"];

/** A record that could be read. */
export interface SourceRow {
  readonly kind: "row";
  /** Data row within its input, from 1. */
  readonly row: number;
  /** Physical line where the record begins, from 1. */
  readonly line: number;
  readonly values: RowValues;
  /** The record as it stood in the input. */
  readonly text: string;
}

/** What is kept of a row while its endpoints are on their way: its values can be read again from its text. */
export type HeldRow = Omit<SourceRow, "values">;

/** A record that could not be read: it is counted, rejected and never mapped. */
export interface UnreadableRow extends RejectReason {
  readonly kind: "unreadable";
  readonly row: number;
  readonly line: number;
  /** The record as it stood in the input; invalid bytes as `\xNN`, an overlong record cut with a mark. */
  readonly raw: string;
}

export type SourceRecord = SourceRow | UnreadableRow;

/** A place between two records of an input, where a later run can begin to read. */
export interface SourceMark {
  /** Bytes of the file before it. */
  readonly offset: number;
  /** Data rows before it. */
  readonly row: number;
  /** Physical line that begins there, from 1. */
  readonly line: number;
}

/** What tells that an input is the same as it was before. */
export interface SourceIdentity {
  /** Absolute path; `-` for standard input. */
  readonly path: string;
  /** Bytes on disk; absent for standard input and pipes, like the next one. */
  readonly size?: number;
  /** When the file was last changed, in milliseconds since 1970. */
  readonly modifiedMs?: number;
  /** SHA-256 (hex) of the first two lines: of a pipe they are there from the start, however slowly it comes. */
  readonly linesSha256: string;
  /** How much of the beginning `headSha256` is about, in decompressed bytes. */
  readonly headBytes: number;
  /** SHA-256 (hex) of those bytes. */
  readonly headSha256: string;
}

/** What one entry of a mapping made of a row: an endpoint that is not validated yet. */
export interface MappedEndpoint {
  readonly entry: string;
  readonly item: JsonObject;
  /** What could not be mapped; the item then lacks those fields and cannot be sent. */
  readonly reasons?: readonly string[] | undefined;
  /** Fields that say when or by which run, and that the mapping sets without looking at the row. */
  readonly madeUp?: readonly string[] | undefined;
  /** The names in the item and in its maps stand in their order, whatever the row. */
  readonly isSorted?: true | undefined;
}

/**
 * What makes two endpoints depend on the order in which they are sent: hashes of Id, user and address, 0 where it has none. Two
 * that are alike by chance wait for each other, and no more.
 */
export type OrderKeys = readonly [id: number, user: number, address: number];

/**
 * The `EndpointBatchItem` as JSON text in UTF-8, from `start` to `end` of a buffer that holds others too. Where another one
 * follows, a comma stands between. As a string it would be copied about by the garbage collector for as long as its request
 * takes.
 */
export interface EndpointJson {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** An endpoint that passed validation, in the form in which it travels. */
export interface Endpoint extends EndpointJson {
  /** Pinpoint compares Ids without regard to case (Endpoints API reference). */
  readonly id: string;
  readonly orderKeys: OrderKeys;
  /** Only where it is remembered what was accepted. */
  readonly fingerprint?: Fingerprint;
}

/** What tells whether an endpoint was accepted before as it is: keyed hashes, one character a byte, which give away nothing of it. */
export interface Fingerprint {
  /** Of the Id, without regard to case. */
  readonly id: string;
  /** Of all that would be sent, and of what its row makes of its user. */
  readonly content: string;
  /** What it shares with others, which change it when they are sent: the address, and the attributes of the user. */
  readonly shared: readonly SharedState[];
}

export interface SharedState {
  /** Of the user or address. */
  readonly key: string;
  /** Of what this endpoint makes of it; empty for an address, which belongs to one endpoint alone. */
  readonly state: string;
}

/** Rows and endpoints that were decided, by what became of them. */
export interface Tally {
  readonly rows: { accepted: number; unchanged: number; filtered: number; rejected: number };
  readonly endpoints: { mapped: number; accepted: number; unchanged: number; rejected: number };
}

export function createTally(): Tally {
  return {
    rows: { accepted: 0, unchanged: 0, filtered: 0, rejected: 0 },
    endpoints: { mapped: 0, accepted: 0, unchanged: 0, rejected: 0 },
  };
}

/** Rows that are decided. */
export function countDecided({ accepted, unchanged, filtered, rejected }: Tally["rows"]): number {
  return accepted + unchanged + filtered + rejected;
}

/** A rejected row as it will stand in the rejects file, line end included, with the first of its reasons. */
export interface RejectLine extends RejectReason {
  readonly text: string;
  readonly place: RejectPlace;
}

/** Where a rejected row stands. */
export interface RejectPlace {
  /** As its input was named. */
  readonly input: string;
  /** Data row and physical line within that input, from 1. */
  readonly row: number;
  readonly line: number;
}

/** Rejected rows with the same first reason. */
export interface RejectGroup {
  readonly code: RejectCode;
  /** With `…` in the place of what only its row has: it holds no person's data. */
  readonly reason: string;
  readonly rows: number;
  /** The first of them. */
  readonly first: RejectPlace;
}

/** A rejects file as it stands at some moment. */
export interface RejectsSnapshot {
  readonly path: string;
  /** Device and inode, which tell it from another file of that name; null as long as it is not there. */
  readonly file: string | null;
  readonly bytes: number;
  /** SHA-256 (hex) of those bytes. */
  readonly sha256: string;
  readonly byReason: readonly RejectGroup[];
}

/** Tells later whether the file is still as a run left it. */
export interface RejectsState extends RejectsSnapshot {
  /** When it stood so, in milliseconds since 1970. */
  readonly atMs: number;
  /** The run wrote nothing more to it. */
  readonly isFinal: boolean;
}

/** Counts of requests; a refused batch that is sent again in halves counts each time. */
export interface RequestCounts {
  sent: number;
  accepted: number;
  throttled: number;
  retried: number;
  refused: number;
}

export function createRequestCounts(): RequestCounts {
  return { sent: 0, accepted: 0, throttled: 0, retried: 0, refused: 0 };
}

/** What a person may want to know of delivery while it happens; never an address or a value. */
export type DeliveryEvent =
  | {
      readonly kind: "retry";
      readonly reason: string;
      readonly attempt: number;
      readonly maxAttempts: number;
    }
  | { readonly kind: "throttled"; readonly ratePerSecond: number }
  | { readonly kind: "refused"; readonly items: number; readonly reason: string };

/** What the rejects file adds begins with this: one key in JSON, columns such as `_reject_row` in CSV. */
export const REJECT_KEY = "_reject";

/** Whether a column or key belongs to the rejects file; as a source it is ignored when that file is imported again. */
export function isRejectName(name: string): boolean {
  return name.trimStart().startsWith(REJECT_KEY);
}
