import type { SandboxStats } from "./request-stats.js";
import type { RequestLogEntry } from "./sandbox-options.js";
import type { EndpointResponse } from "./stored-endpoint.js";

/**
 * What the sandbox tells about itself below `/_sandbox/`, for its page and for scripts. Every answer is bounded, none is counted
 * as a request, and no fault, quota or delay concerns them.
 */
export interface Inspection {
  /** Counts since the start. */
  readonly "/_sandbox/stats": SandboxStats;
  /** In order of creation. There are at most 100. */
  readonly "/_sandbox/applications": { readonly applications: readonly ApplicationEntry[] };
  /** `application=ID`, and optional `q=TEXT`, `in=id|address|user|attribute`, `after=N`, `limit=N`. */
  readonly "/_sandbox/endpoints": EndpointPage;
  /** `application=ID&id=ID`: one endpoint as GetEndpoint answers, but with every accepted write, whatever the read delay. */
  readonly "/_sandbox/endpoint": EndpointResponse;
  /** Optional `after=N` and `limit=N`. */
  readonly "/_sandbox/requests": RequestPage;
}

export interface ApplicationEntry {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly creationDate: string;
  /** How many it holds. */
  readonly endpoints: number;
}

/** Some endpoints of an application, in order of creation. */
export interface EndpointPage {
  readonly application: string;
  /** How many the application holds, whether they were searched for or not. */
  readonly total: number;
  readonly endpoints: readonly EndpointResponse[];
  /** `after` for the rest; null where there is none. Endpoints that are deleted meanwhile shift it. */
  readonly next: number | null;
  /** Whether the search took too long and stopped before it had found `limit` endpoints: `next` goes on with it. */
  readonly capped: boolean;
}

/** The latest of the requests that are remembered, the oldest first. */
export interface RequestPage {
  /** ISO 8601. Numbers begin again where it is another one. */
  readonly startedAt: string;
  /** The number of the latest request, 0 before the first: `after` for what comes then. */
  readonly last: number;
  readonly requests: readonly RecentRequest[];
}

/** A request that was answered, and what a developer wants to know of it. */
export interface RecentRequest extends RequestLogEntry {
  /** From 1 on, in the order of the answers. */
  readonly number: number;
  /** When it was answered: ISO 8601. */
  readonly time: string;
  /** How many endpoints it wrote; null for requests that write none, were refused or went wrong. */
  readonly items: number | null;
  /** Why it was refused; null where it was not, or nothing was said. */
  readonly message: string | null;
}

/** Where a search looks. */
export const SEARCH_FIELDS = ["id", "address", "user", "attribute"] as const;

export type SearchField = (typeof SEARCH_FIELDS)[number];

/** Most endpoints or requests in one answer. */
export const MAX_PAGE = 100;
