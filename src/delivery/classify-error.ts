import { RunStoppedError } from "../errors.js";

/**
 * What a failed request calls for:
 * - `retry`: try again later, up to the limit of tries;
 * - `throttle`: slow the whole run down and send the batch again, for as long as it takes;
 * - `split`: the batch is too large as a whole;
 * - `isolate`: something in the batch is wrong;
 * - `stop`: no request can succeed until a person has changed something.
 */
export type Action = "retry" | "throttle" | "split" | "isolate" | "stop";

export interface Verdict {
  readonly action: Action;
  /** For the log and the rejects file: what the service said, or what happened to the connection. */
  readonly reason: string;
  /** The HTTP status, where it matters for what a person has to change. */
  readonly status?: number;
  /** How long the service asks to wait. Pinpoint documents no such header; a proxy may send one. */
  readonly retryAfterMs?: number;
  /** No connection came about: nothing listens, the name is unknown, or the other side speaks no TLS. */
  readonly unreachable?: boolean;
}

/** Error names that mean throttling with whatever status (the SDK's retry module lists more, of other services). */
const THROTTLING_NAMES =
  /^(TooManyRequests|Throttling|Throttled|RequestThrottled|SlowDown|RequestLimitExceeded)/;

/** Node's codes for a connection that never came about. */
const UNREACHABLE_CODES = new Set(["ECONNREFUSED", "ENOTFOUND", "EPROTO", "EHOSTUNREACH", "ENETUNREACH"]);

/** TLS alerts and certificate mistakes: neither time nor another try heals them. */
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** What AWS front ends call credentials that do not hold, whatever the status they send with it. */
const CREDENTIALS_NAMES =
  /^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|IncompleteSignature|MissingAuthenticationToken|RequestExpired)/;

/** Statuses at which the service, or what stands in front of it, may answer well the next time. */
const TRANSIENT_STATUSES = new Set([408, 500, 502, 503, 504]);

/** The members of an SDK or Node error that the decision rests on. */
interface FailedRequest {
  readonly name?: string;
  /** A text, unless the service sent something else under that name. */
  readonly message?: unknown;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * Decides by status first: the SDK throws a `SyntaxError` for an HTML body, and the names that the front end of the
 * service uses for 403 are not documented. Only an error without a status is judged by name and code.
 */
export function classifyError(error: unknown): Verdict {
  // Not the service's fault: something here, without which no request may be made.
  if (error instanceof RunStoppedError) return { action: "stop", reason: error.message };
  const failed = (error ?? {}) as FailedRequest;
  const status = failed.$metadata?.httpStatusCode;
  const name = failed.name ?? "";
  if (status === 429 || THROTTLING_NAMES.test(name)) {
    const retryAfterMs = toRetryAfterMs(failed.$response?.headers);
    const verdict = {
      action: "throttle",
      reason: describe(failed, status),
    } as const;
    return retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs };
  }
  if (status === undefined) return classifyConnectionError(failed);
  const reason = describe(failed, status);
  // The SDK has learned by how much this machine's clock is wrong, and signs the next request with the right time.
  if (failed.$metadata?.clockSkewCorrected) return { action: "retry", reason };
  if (CREDENTIALS_NAMES.test(name)) return { action: "stop", reason, status };
  if (status === 413) return { action: "split", reason };
  if (status === 400) return { action: "isolate", reason };
  if (TRANSIENT_STATUSES.has(status) || status > 504) return { action: "retry", reason };
  // A success that the SDK could not read may have been cut short. The rest is about the request as such: credentials,
  // permissions, application, a redirect to elsewhere.
  return status < 300 ? { action: "retry", reason } : { action: "stop", reason, status };
}

function classifyConnectionError(failed: FailedRequest): Verdict {
  const code = failed.code ?? "";
  if (failed.name === "AbortError") return { action: "retry", reason: "the request timed out" };
  // OpenSSL and the SDK go on for lines; the first one says it.
  const message = String(failed.message ?? "").split("\n")[0] ?? "";
  const reason =
    code === "" || message.includes(code) ? message || (failed.name ?? "") : `${code}: ${message}`;
  if (/Credentials|Token(Provider)?Error|ExpiredToken/.test(failed.name ?? ""))
    return { action: "stop", reason };
  if (TLS_CODES.test(code)) return { action: "stop", reason };
  return UNREACHABLE_CODES.has(code)
    ? { action: "retry", reason, unreachable: true }
    : { action: "retry", reason };
}

function describe({ name, message }: FailedRequest, status: number | undefined): string {
  const html = name === "SyntaxError";
  if (html) return `HTTP ${status} with a body that is not JSON`;
  const named = name === undefined || name === "" || name === "Unknown" ? "" : `${name}: `;
  const said =
    message === undefined || message === "UnknownError" ? "no message" : String(message).split("\n")[0];
  return `HTTP ${status} ${named}${said}`;
}

/** However long a proxy asks for: a run that pauses for a day looks like one that hangs. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** `Retry-After` in seconds or as a date, `x-amz-retry-after` in milliseconds. */
function toRetryAfterMs(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const amz = Number(headers?.["x-amz-retry-after"]);
  if (amz > 0) return Math.min(amz, LONGEST_RETRY_AFTER_MS);
  const after = headers?.["retry-after"];
  if (after === undefined) return undefined;
  const ms = Number.isNaN(Number(after)) ? Date.parse(after) - Date.now() : Number(after) * 1000;
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined;
}
