/** Who competes: the importer at a fixed rate and finding the quota, the SDK's two ways to retry, and p-retry alone. */
export type Contender = "fixed" | "auto" | "sdk-standard" | "sdk-adaptive" | "p-retry";

/** How finely the server counts in time. */
export const SLOTS_A_SECOND = 10;

/** What the server saw in the time of the measurement. */
export interface ServerCounts {
  /** Requests accepted, by slot of time since the first request. */
  readonly accepted: readonly number[];
  readonly throttled: number;
  /** Requests with any other outcome: there should be none. */
  readonly failed: number;
  /** Share of the time in which the event loop had work to do. */
  readonly busy: number;
}

/** What only the client knows. */
export interface ClientCounts {
  readonly givenUp: number;
  /** The longest time that a batch took from the first try to its end, or to the end of the measurement. */
  readonly longestWaitMs?: number;
  readonly busy: number;
}
