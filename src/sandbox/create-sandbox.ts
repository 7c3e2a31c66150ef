import type { Sandbox } from "./make-sandbox.js";
import type { SandboxOptions } from "./sandbox-options.js";

export type { SandboxBehaviors } from "./behaviors.js";
export type { RefusalPredicate } from "./endpoint-operations.js";
export type { ScriptedAnswer } from "./faults.js";
export type { Sandbox } from "./make-sandbox.js";
export type { SandboxStats } from "./request-stats.js";
export type { RequestLogEntry, SandboxOptions } from "./sandbox-options.js";
export type { EndpointResponse } from "./stored-endpoint.js";

/**
 * Starts a sandbox. It keeps everything in memory, talks to nobody and verifies no signature.
 *
 * @throws TypeError for a wrong option; the system's error (EADDRINUSE, EACCES …) if it cannot listen
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  // An import into Pinpoint needs none of it.
  const { makeSandbox } = await import("./make-sandbox.js");
  return makeSandbox(options);
}
