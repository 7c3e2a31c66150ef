import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ImportReport } from "../../src/index.js";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  readonly stdin?: string | Buffer;
  /** Added to an environment that holds nothing of AWS but dummy keys. A value of undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Runs as another user. */
  /** A file descriptor in the place of the pipe. */
  readonly stdout?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built program; it ends with the test at the latest. */
export function startCli(
  args: readonly string[],
  { cwd, env = {}, stdout, ...user }: CliOptions,
): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    ...user,
    stdio: ["pipe", stdout ?? "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
      ...env,
    },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** Runs the built program to its end. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { stdin = "", ...rest } = options;
  const child = startCli(args, rest);
  child.stdin?.on("error", () => {});
  child.stdin?.end(stdin);
  return collect(child);
}

export async function collect(child: ChildProcess): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** The report that `--summary json` printed; fails where stdout holds anything else. */
export function reportOf({ stdout }: CliResult): ImportReport {
  return JSON.parse(stdout);
}
