import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const LIST = fileURLToPath(new URL("../fixtures/list-builtin-modules.js", import.meta.url));

/** What tells of a heavy part: the sandbox and the SDK are servers and clients, the logger has a worker, gzip is zlib. */
const HEAVY = ["http", "https", "worker_threads", "zlib", "readline"];

/** Which of them a command loads, beside a file of contacts as text and compressed. */
async function listHeavy(...args: readonly string[]): Promise<string[]> {
  const cwd = await temporaryDirectory();
  const csv = contactsCsv(10);
  await writeFile(join(cwd, "contacts.csv"), csv);
  await writeFile(join(cwd, "contacts.csv.gz"), gzipSync(csv));
  const modules = join(cwd, "modules.json");
  const { code, stderr } = await runCli(args, {
    cwd,
    env: { NODE_OPTIONS: `--import ${LIST}`, MODULES_FILE: modules },
  });
  expect([code, stderr]).toEqual([0, ""]);
  const loaded: string[] = JSON.parse(await readFile(modules, "utf8"));
  return HEAVY.filter((name) => loaded.includes(`NativeModule ${name}`));
}

test.each([
  ["the help", ["--help"], []],
  ["a check", ["check", "--quiet", "contacts.csv"], []],
  ["a check of compressed rows", ["check", "--quiet", "contacts.csv.gz"], ["zlib"]],
  ["a run into the sandbox", ["run", "--quiet", "--sandbox", "contacts.csv"], ["http", "https", "zlib"]],
])("%s loads no more than it needs", async (_, args, expected) => {
  expect(await listHeavy(...args)).toEqual(expected);
});
