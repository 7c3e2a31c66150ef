import { onTestFinished } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/index.js";

/** A sandbox that ends with the test. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await createSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** What `run` needs to reach it. */
export function targetArgs({ url }: Sandbox): string[] {
  return ["--endpoint-url", url, "--application-id", "demo"];
}
