import type { Endpoint } from "../domain.js";

/**
 * Where endpoints go: the calls that delivery depends on. Pinpoint is the only target today; another one has to bring
 * these and errors that `classifyError` understands.
 */
export interface Target {
  /** What the report shows of the target. */
  readonly description: TargetDescription;
  /** Sends up to 100 endpoints in one request. Resolves when they were accepted, throws what the service answered. */
  send(endpoints: readonly Endpoint[]): Promise<void>;
  /** Sends one endpoint by an operation with a quota of its own, to learn whether it is good. Settles as `send` does. */
  sendOne(endpoint: Endpoint): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

export interface TargetDescription {
  readonly applicationId: string;
  readonly region: string;
  /** Null means the region's own endpoint. */
  readonly endpointUrl: string | null;
}
