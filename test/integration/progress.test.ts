import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { SandboxOptions } from "../../src/index.js";
import { contactsCsv } from "../helpers/contacts.js";
import { collect, startCli } from "../helpers/run-cli.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";
import { createTerminal } from "../helpers/terminal.js";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** util-linux' `script` gives a program a terminal. */
const hasScript = spawnSync("script", ["--version"]).status === 0;
if (!hasScript) console.log("there is no script(1): progress on a terminal is not tested");

const CONTROL = /\p{Cc}/u;

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly rows?: number;
  readonly service?: SandboxOptions;
  /** Runs it as a job in the background of a shell. */
  readonly background?: boolean;
}

/** An import at two requests a second, in a terminal of its own. */
async function startInTerminal({ env, rows, service, background }: Setting = {}) {
  const cwd = await temporaryDirectory();
  const sandbox = await startSandbox(service);
  await writeFile(join(cwd, "in.csv"), contactsCsv(rows ?? 2_000));
  const args = ["run", "in.csv", "-a", "demo", "--endpoint-url", sandbox.url, "--rate", "2"];
  const program = `"${process.execPath}" "${MAIN}" ${args.join(" ")} --state-dir state`;
  const command = `stty cols 80 rows 24; ${background ? `set -m; ${program} & wait $!` : `exec ${program}`}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      TERM: "xterm",
      SHELL: "/bin/sh",
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
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return {
    child,
    output: () => output,
    /** What stands on the terminal. */
    screen() {
      const terminal = createTerminal();
      terminal.write(output);
      return terminal.lines.join("\n");
    },
    async until(words: string) {
      while (!output.includes(words)) await once(child.stdout, "data");
    },
  };
}

test.skipIf(!hasScript)("progress on a terminal is drawn below the log, and gone after Ctrl-C", async () => {
  const { child, output, screen, until } = await startInTerminal();
  await until("req/s");
  expect(screen()).toMatch(
    /plan: 20 requests.*\n=+-+ {4}\d % {2}\d+ rows\/s\n\d+ accepted, 0 rejected, \d\.\d of 2\.0 req\/s$/,
  );
  child.stdin.write("\u0003");
  const [code] = await once(child, "close");
  expect(code).toBe(130);
  // Nothing is hidden that only the program could show again.
  expect(output()).not.toContain("\u001B[?25");
  expect(screen()).toMatch(/stopping: requests in flight are waited for/);
  expect(screen()).toContain("\nThe import into demo STOPPED before the end");
  expect(screen()).not.toMatch(/---|req\/s/);
});

test.skipIf(!hasScript)("progress is gone after a second signal", async () => {
  const { child, screen, until } = await startInTerminal({ service: { latencyMs: 1_000 } });
  await until("accepted");
  child.stdin.write("\u0003");
  await until("stopping");
  child.stdin.write("\u0003");
  await once(child, "close");
  expect(screen()).toContain("ended at once");
  expect(screen()).not.toMatch(/---|\d accepted,/);
});

test.skipIf(!hasScript).each<[string, Setting]>([
  ["on a terminal without control characters", { env: { TERM: "dumb" } }],
  ["on that of a build server", { env: { CI: "true", NO_COLOR: "1" } }],
  ["by a job in the background", { background: true }],
])("nothing is drawn %s", async (_, setting) => {
  const { child, output } = await startInTerminal({ ...setting, rows: 300 });
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(output()).toContain("Rows       300 read, 300 accepted");
  expect(output().replaceAll(/[\r\n]/g, "")).not.toMatch(CONTROL);
  expect(output()).not.toContain("req/s");
});

test("a pipe gets no control characters, also when progress is asked for", async () => {
  const cwd = await temporaryDirectory();
  const sandbox = await startSandbox();
  await writeFile(join(cwd, "in.csv"), contactsCsv(300));
  const args = ["run", "in.csv", "-a", "demo", "--endpoint-url", sandbox.url, "--rate", "2", "--quiet"];
  const quiet = await collect(startCli([...args, "--progress", "always"], { cwd }));
  expect(quiet.stderr).toBe("");
  const { stderr } = await collect(startCli([...args.slice(0, -1), "--progress", "always"], { cwd }));
  expect(stderr).toMatch(/\n\d\d %.*\d00 accepted, .*req\/s\n/);
  expect(stderr.replaceAll("\n", "")).not.toMatch(CONTROL);
});
