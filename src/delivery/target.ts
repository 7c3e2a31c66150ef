import type { Endpoint } from "../domain.js";

/**
 * Where endpoints go: the one call that delivery depends on. Pinpoint is the only target today; another one has to
 * bring this call and errors that `classifyError` understands.
 */
export interface Target {
  /** What the report shows of the target. */
  readonly description: TargetDescription;
  /** Sends up to 100 endpoints in one request. Resolves when they were accepted, throws what the service answered. */
  send(endpoints: readonly Endpoint[]): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

export interface TargetDescription {
  readonly applicationId: string;
  readonly region: string;
  /** Null means the region's own endpoint. */
  readonly endpointUrl: string | null;
}
