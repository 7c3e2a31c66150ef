import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createSandbox, type Sandbox } from "../../src/index.js";
import { type CliResult, collect } from "../helpers/run-cli.js";
import { PROJECT } from "./read-document.js";

/** Stands in for the id of a project in all examples. */
const APPLICATION_ID = "0123456789abcdef0123456789abcdef";

/** The port that examples use; it may be taken where tests run. */
const EXAMPLE_PORT = /\b8080\b/g;

/** One call of the program, or of a sandbox that was started. */
export interface Call {
  readonly code: number;
  readonly args: string;
}

export interface ShellResult extends CliResult {
  readonly calls: readonly Call[];
}

/** A directory in which the examples of a document run, one after the other, as somebody would type them. */
export interface Workspace {
  readonly directory: string;
  readonly sandbox: Sandbox;
  write(name: string, text: string): Promise<void>;
  run(command: string, args: readonly string[]): Promise<ShellResult>;
  runScript(script: string): Promise<ShellResult>;
  close(): Promise<void>;
}

/**
 * `pinpoint-import` as the examples call it. A sandbox goes on in the background until the next one is started, as its terminal
 * would; every other call is written down with its exit code.
 */
const PROGRAM = `#!/usr/bin/env bash
if [ "$1" = sandbox ] && [ "$2" != --help ]; then
  if [ -f "$WORKSPACE/.sandbox" ]; then kill "$(cat "$WORKSPACE/.sandbox")"; fi
  node "$MAIN" "$@" >"$WORKSPACE/.listening" 2>/dev/null </dev/null &
  echo $! >"$WORKSPACE/.sandbox"
  for _ in $(seq 200); do grep -q listening "$WORKSPACE/.listening" && break; sleep 0.05; done
  cat "$WORKSPACE/.listening"
  grep -q listening "$WORKSPACE/.listening"
else
  node "$MAIN" "$@"
fi
code=$?
echo "$code $*" >>"$WORKSPACE/.calls"
exit $code
`;

export async function createWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), "pinpoint-import-docs-"));
  const sandbox = await createSandbox();
  const port = String(await findPort());
  const at = (name: string): string => join(directory, name);
  const toExample = (text: string): string => text.replaceAll(EXAMPLE_PORT, port);
  const toShown = (text: string): string => text.replaceAll(new RegExp(`\\b${port}\\b`, "g"), "8080");

  await mkdir(at("bin"));
  await writeFile(at("bin/pinpoint-import"), PROGRAM);
  await writeFile(at("bin/export-contacts"), `#!/bin/sh\ncat "$WORKSPACE/contacts.csv"\n`);
  for (const name of ["pinpoint-import", "export-contacts"]) await chmod(at(`bin/${name}`), 0o755);
  for (const name of ["dist", "mappings", "package.json"]) await symlink(join(PROJECT, name), at(name));
  await cp(join(PROJECT, "sample-data"), at("sample-data"), { recursive: true });
  // What a project of one's own has installed.
  await mkdir(at("node_modules/@types"), { recursive: true });
  await symlink(PROJECT, at("node_modules/pinpoint-import"));
  await symlink(join(PROJECT, "node_modules/@aws-sdk"), at("node_modules/@aws-sdk"));
  await symlink(join(PROJECT, "node_modules/@types/node"), at("node_modules/@types/node"));
  const contacts = await readFile(join(PROJECT, "test/fixtures/docs/contacts.csv"));
  await writeFile(at("contacts.csv"), contacts);
  await writeFile(at("export.csv.gz"), gzipSync(contacts));
  await cp(join(PROJECT, "mappings/hubspot-contacts.json"), at("mapping.json"));

  const env = {
    PATH: `${at("bin")}:${process.env.PATH}`,
    HOME: directory,
    WORKSPACE: directory,
    MAIN: join(PROJECT, "dist/cli/main.js"),
    XDG_STATE_HOME: at("state"),
    AWS_ENDPOINT_URL_PINPOINT: sandbox.url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "us-east-1",
    PINPOINT_APPLICATION_ID: APPLICATION_ID,
  };

  const run = async (command: string, args: readonly string[]): Promise<ShellResult> => {
    await writeFile(at(".calls"), "");
    const child = spawn(command, args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    const { code, stdout, stderr } = await collect(child);
    const calls = (await readFile(at(".calls"), "utf8")).split("\n").filter((line) => line !== "");
    return { code, stdout: toShown(stdout), stderr, calls: calls.map(toCall) };
  };

  return {
    directory,
    sandbox,
    run,
    write: (name, text) => writeFile(at(name), toExample(text)),
    runScript: (script) => run("bash", ["-c", toExample(script)]),
    async close() {
      const pid = await readFile(at(".sandbox"), "utf8").catch(() => undefined);
      if (pid !== undefined) stop(Number(pid));
      await sandbox.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A sandbox that could not start is gone already. */
function stop(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function toCall(line: string): Call {
  const [code, ...args] = line.split(" ");
  return { code: Number(code), args: args.join(" ") };
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
