import { spawn, spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { Preview } from "../../src/index.js";
import { contactsCsv } from "../helpers/contacts.js";
import { collect, runCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const MAPPING = JSON.stringify({
  endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, Address: "Mail" } }],
});

async function prepare(
  csv = "Mail,Notes\nann@example.com,likes tea\nnobody,\nbob@example.com,\n",
): Promise<string> {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "contacts.csv"), csv);
  await writeFile(join(cwd, "mapping.json"), MAPPING);
  return cwd;
}

test("a preview is text on stdout, without colours, and ends with the command that comes next", async () => {
  const cwd = await prepare();
  const args = ["preview", "-m", "mapping.json", "--rows=2", "contacts.csv"];
  const { code, stdout, stderr } = await runCli(args, { cwd, env: { FORCE_COLOR: "1" } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/Mail +ann@example\.com +→ Address +ann@example\.com\n/);
  expect(stdout).toContain("Row 2, line 3: rejected\n");
  expect(stdout).not.toContain("Row 3");
  expect(stdout).toMatch(
    /\nUnused columns: Notes\n\nNext: pinpoint-import check -m mapping\.json contacts\.csv\n$/,
  );
  expect(stdout).not.toContain("\u001B");
  expect(await readdir(cwd)).toEqual(["contacts.csv", "mapping.json"]);
});

test("--json prints one object, from a pipe and for one row too", async () => {
  const cwd = await prepare();
  const stdin = "Mail;Notes\r\nann@example.com;tea\r\nbob@example.com;no\r\n";
  const args = ["preview", "-m", "mapping.json", "--row", "2", "--json"];
  const { code, stdout, stderr } = await runCli(args, { cwd, stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const preview: Preview = JSON.parse(stdout);
  expect(preview).toMatchObject({
    input: "stdin",
    delimiter: ";",
    mapping: "mapping.json",
    rows: [{ row: 2, line: 3, endpoints: [{ item: { Address: "bob@example.com" } }] }],
    unusedColumns: ["Notes"],
  });
});

test("the options of an input are those of check, and a shape that is Pinpoint's own needs no mapping", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(
    join(cwd, "in.txt"),
    contactsCsv(1).replaceAll(",", "|").replace("Music", "B\u00FCcher"),
    "latin1",
  );
  const args = ["preview", "in.txt", "--format", "csv", "--delimiter", "|", "--encoding", "windows-1252"];
  const { code, stdout } = await runCli([...args, "--max-record-size", "64k"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('(CSV, "|" as delimiter, windows-1252) by the mapping pinpoint');
  expect(stdout).toContain("B\u00FCcher");
});

test.each([
  ["two ways to choose rows", ["--row", "1", "--rows", "2"], 2, "--rows"],
  ["a row that is not there", ["--row", "9"], 2, "it has 3 rows"],
  ["no rows", ["--rows", "0"], 2, "from 1"],
  ["a number that is none", ["--rows", "many"], 2, "whole number"],
  [
    "a mapping that is not there",
    ["-m", "other.json"],
    2,
    "pinpoint-import suggest contacts.csv -o other.json",
  ],
  ["two inputs", ["more.csv"], 2, "too many arguments"],
])("%s: the exit code is that of wrong usage", async (_, args, code, hint) => {
  const cwd = await prepare();
  const result = await runCli(["preview", "contacts.csv", "-m", "mapping.json", ...args], { cwd });
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toContain(hint);
  expect(result.stderr).not.toMatch(/\n\s+at /);
});

test("an input that cannot be read has exit code 3, and the file that was meant is named", async () => {
  const cwd = await prepare();
  const { code, stdout, stderr } = await runCli(["preview", "contcats.csv", "-m", "mapping.json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain('Did you mean "contacts.csv"?');
  expect(stderr).toContain("    pinpoint-import preview contacts.csv -m mapping.json\n");
});

test.skipIf(spawnSync("script", ["--version"]).status !== 0)(
  "a terminal gets colours and its whole width, but no colours with NO_COLOR (skipped where there is no script(1))",
  async () => {
    const address = `${"a".repeat(30)}@example.com`;
    const cwd = await prepare(`Mail\n${address}\n`);
    const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    const show = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const command = `stty cols 140; "${process.execPath}" "${main}" preview -m mapping.json contacts.csv`;
      const child = spawn("script", ["-qec", command, "/dev/null"], {
        cwd,
        env: { PATH: process.env.PATH, TERM: "xterm-256color", ...env },
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      child.stdin.end();
      return (await collect(child)).stdout;
    };
    const coloured = await show({});
    expect(coloured).toContain("\u001B[32m1 endpoint");
    expect(coloured.split(address)).toHaveLength(3);
    const plain = await show({ NO_COLOR: "1" });
    expect(plain).toContain(": 1 endpoint");
    expect(plain).not.toContain("\u001B");
  },
);

test("what was noticed before a failure is told with it", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "export.json"), '{"data":{"rows":[{"Mail":"ann@example.com"}]}}');
  const { code, stdout, stderr } = await runCli(["preview", "export.json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/give --select data\.rows\n(.|\n)*needs a mapping/);
});

test("a row that is nested as deep as can be is shown, and has no JSON text", async () => {
  const cwd = await temporaryDirectory();
  const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
  await writeFile(join(cwd, "in.jsonl"), `{"Mail":"ann@example.com","x":${deep}}\n`);
  const rest = { rest: true };
  const fields = { ChannelType: { value: "EMAIL" }, Address: "Mail", "User.UserAttributes.*": rest };
  await writeFile(join(cwd, "mapping.json"), JSON.stringify({ endpoints: [{ fields }] }));
  const shown = await runCli(["preview", "-m", "mapping.json", "in.jsonl"], { cwd });
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("{…}");
  const json = await runCli(["preview", "-m", "mapping.json", "--json", "in.jsonl"], { cwd });
  expect(json).toMatchObject({ code: 2, stdout: "" });
  expect(json.stderr).toContain("leave out --json");
});
