import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What one process took. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Resident, at its peak. */
  readonly peakMegabytes: number;
  readonly seconds: number;
}

export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const REPORT_USAGE = fileURLToPath(new URL("report-usage.js", import.meta.url));

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs a program of Node in a directory and says what it took. */
export function measureNode(args: readonly string[], cwd: string): Promise<Usage> {
  return measureProcess(process.execPath, ["--import", REPORT_USAGE, ...args], cwd);
}

/** Runs a program that writes what it took to the file that USAGE_FILE names. Throws where it fails. */
export async function measureProcess(command: string, args: readonly string[], cwd: string): Promise<Usage> {
  const usageFile = join(cwd, "usage.json");
  await rm(usageFile, { force: true });
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      USAGE_FILE: usageFile,
    },
  });
  children.add(child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  children.delete(child);
  const seconds = (performance.now() - startedAt) / 1000;
  // Rows that were rejected are no failure here.
  if (code !== 0 && !(code === 1 && args.includes(MAIN)))
    throw new Error(`${args.join(" ")} ended with ${code}: ${said}`);
  return { ...JSON.parse(await readFile(usageFile, "utf8")), seconds };
}
