import { normalizeBehaviors, type SandboxBehaviors } from "./behaviors.js";

/** One finished request, for a request log. Holds no address, name or attribute value; `path` holds ids. */
export interface RequestLogEntry {
  readonly method: string;
  /** Raw path without the query. */
  readonly path: string;
  /** Operation name of the service model, "Options", or "Unknown" for what is no route. */
  readonly operation: string;
  /** HTTP status, or "dropped" for a connection ended without an answer. */
  readonly status: number | "dropped";
  /** Milliseconds from the last byte of the request head to the end of the answer, injected latency included. */
  readonly ms: number;
}

/** How a sandbox behaves. Everything is optional; unknown keys are errors. */
export interface SandboxOptions {
  /** TCP port; 0 picks a free one. Default 0. */
  port?: number;
  /** Interface to listen on. Default 127.0.0.1, so that nothing outside the machine reaches it. */
  host?: string;
  /** UpdateEndpointsBatch calls a second; a token bucket with a burst of the same size, at least 1. Default: no limit. */
  requestsPerSecond?: number;
  /** "default" limits every operation to its documented quota; requestsPerSecond wins for UpdateEndpointsBatch. Default "none". */
  quota?: "none" | "default";
  /** Share of the requests, 0 to 1, that are answered 500 and change nothing. */
  failRate?: number;
  /** Share of the requests, 0 to 1, whose connection ends without an answer; they change nothing. */
  dropRate?: number;
  /**
   * Milliseconds by which each answer is delayed, up to 2,147,483,647 (the longest delay of a Node timer), or a function
   * that is asked for them once for each answer, such as `() => Math.random() * 200`. What it returns is not checked;
   * 0 or less is no delay. Default 0.
   */
  latencyMs?: number | (() => number);
  /** Applications must be created by CreateApp; otherwise the first write creates one. Default false. */
  strictApps?: boolean;
  /** Milliseconds since 1970, for dates, token buckets and the read delay. Default Date.now. */
  now?: () => number;
  /** Numbers from 0 up to 1, for failRate and dropRate. Default Math.random. */
  random?: () => number;
  /** Called once for each finished API request. What it throws is passed over. */
  onRequest?: (entry: RequestLogEntry) => void;
  /** What the service's documentation leaves open. */
  behaviors?: Partial<SandboxBehaviors>;
}

/** {@link SandboxOptions} after the check, defaults filled in. */
export interface NormalizedSandboxOptions {
  readonly port: number;
  readonly host: string;
  readonly requestsPerSecond: number | undefined;
  readonly quota: "none" | "default";
  readonly failRate: number;
  readonly dropRate: number;
  readonly latencyMs: () => number;
  readonly strictApps: boolean;
  readonly now: () => number;
  readonly random: () => number;
  readonly onRequest: ((entry: RequestLogEntry) => void) | undefined;
  readonly behaviors: SandboxBehaviors;
}

const MAX_PORT = 65_535;
/** Longest delay a Node timer can hold. */
const MAX_DELAY_MS = 2_147_483_647;

const CHECKS: { readonly [K in keyof Required<SandboxOptions>]: readonly [(v: unknown) => boolean, string] } =
  {
    port: [(v) => Number.isInteger(v) && isBetween(v, 0, MAX_PORT), "a whole number from 0 to 65535"],
    host: [(v) => typeof v === "string" && v !== "", "a host name or address"],
    requestsPerSecond: [(v) => isBetween(v, Number.MIN_VALUE, Number.MAX_VALUE), "a number above 0"],
    quota: [(v) => v === "none" || v === "default", '"none" or "default"'],
    failRate: [(v) => isBetween(v, 0, 1), "a share from 0 to 1"],
    dropRate: [(v) => isBetween(v, 0, 1), "a share from 0 to 1"],
    latencyMs: [
      (v) => typeof v === "function" || isBetween(v, 0, MAX_DELAY_MS),
      "milliseconds, 0 or more, or a function that gives them",
    ],
    strictApps: [(v) => typeof v === "boolean", "true or false"],
    now: [(v) => typeof v === "function", "a function"],
    random: [(v) => typeof v === "function", "a function"],
    onRequest: [(v) => typeof v === "function", "a function"],
    behaviors: [(v) => typeof v === "object" && v !== null && !Array.isArray(v), "an object of switches"],
  };

function isBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && value >= low && value <= high;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError that names the option and what it may be.
 */
export function normalizeSandboxOptions(given: SandboxOptions = {}): NormalizedSandboxOptions {
  const checks = new Map(Object.entries(CHECKS));
  for (const [name, value] of Object.entries(given)) {
    const check = checks.get(name);
    if (check === undefined) {
      throw new TypeError(`Unknown sandbox option "${name}"; known: ${[...checks.keys()].join(", ")}`);
    }
    if (value !== undefined && !check[0](value))
      throw new TypeError(`Sandbox option ${name}: expected ${check[1]}`);
  }
  const failRate = given.failRate ?? 0;
  const dropRate = given.dropRate ?? 0;
  const latencyMs = given.latencyMs ?? 0;
  if (failRate + dropRate > 1)
    throw new TypeError("Sandbox options failRate and dropRate: together at most 1");
  return {
    port: given.port ?? 0,
    host: given.host ?? "127.0.0.1",
    requestsPerSecond: given.requestsPerSecond,
    quota: given.quota ?? "none",
    failRate,
    dropRate,
    latencyMs: typeof latencyMs === "function" ? latencyMs : () => latencyMs,
    strictApps: given.strictApps ?? false,
    now: given.now ?? Date.now,
    random: given.random ?? Math.random,
    onRequest: given.onRequest,
    behaviors: normalizeBehaviors(given.behaviors),
  };
}
