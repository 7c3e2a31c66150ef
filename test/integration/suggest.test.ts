import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { reportOf, runCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const LIST =
  "Kundennr;E-Mail;Handy;Land;Newsletter;Geändert am;Passwort\n" +
  "1;ann@example.com;0176 04069011;Deutschland;Ja;31.01.2026 10:00;hunter2\n" +
  "2;bo@example.org;;Österreich;Nein;01.02.2026 11:30;letmein\n";

async function directoryWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const cwd = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
  return cwd;
}

test("the mapping goes to stdout, what was found out to stderr, and check takes it at once", async () => {
  const cwd = await directoryWith({ "list.csv": LIST });
  const { code, stdout, stderr } = await runCli(["suggest", "list.csv"], { cwd });
  expect(code).toBe(0);
  await writeFile(join(cwd, "mapping.json"), stdout);
  const check = await runCli(["check", "list.csv", "--mapping", "mapping.json", "--summary", "json"], {
    cwd,
  });
  expect(reportOf(check).rows).toMatchObject({ read: 2, accepted: 2, rejected: 0 });
  expect(stderr).toContain('list.csv: CSV with ";", utf-8, 7 columns; 2 rows looked at, all of them\n');
  expect(stderr).toMatch(/email Address +"E-Mail"/);
  expect(stderr).toMatch(/email OptOut +"Newsletter"/);
  expect(stderr).toContain('Left out: "Passwort" (a secret');
  expect(stderr).toContain("Of these rows 2 would be accepted, 0 rejected, 0 filtered out.\n");
});

test("addresses and values stay off stderr and out of the mapping; the answers of a consent column are needed", async () => {
  const cwd = await directoryWith({ "list.csv": LIST });
  const { stdout, stderr } = await runCli(["suggest", "list.csv"], { cwd });
  for (const value of ["ann@", "example", "04069011", "Deutschland", "hunter2", "31.01"])
    expect(stdout + stderr).not.toContain(value);
  expect(stdout).toContain('"values": { "Ja": "NONE", "Nein": "ALL" }');
});

test("-o writes the file and names the commands that come next", async () => {
  const cwd = await directoryWith({ "my list.csv": LIST });
  const { code, stdout, stderr } = await runCli(["suggest", "my list.csv", "-o", "mapping.json"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe("");
  expect(await readFile(join(cwd, "mapping.json"), "utf8")).toContain('"endpoints"');
  expect(stderr).toContain("pinpoint-import preview --mapping mapping.json 'my list.csv'\n");
  expect(stderr).toContain("pinpoint-import check --mapping mapping.json 'my list.csv'\n");
});

test("an option without which the input is read as something else is named in the mapping", async () => {
  const cwd = await directoryWith({ "crm.json": '{\n"data": [{ "id": 1, "email": "ann@example.com" }]\n}' });
  const without = await runCli(["suggest", "crm.json"], { cwd });
  expect(without.code).toBe(2);
  expect(without.stderr).toContain("--select data");
  await runCli(["suggest", "crm.json", "--select", "data", "-o", "mapping.json"], { cwd });
  const check = await runCli(["check", "crm.json", "--mapping", "mapping.json", "--summary", "json"], {
    cwd,
  });
  expect(reportOf(check).rows.accepted).toBe(1);
});

test("standard input is read where nothing or - is named", async () => {
  const cwd = await temporaryDirectory();
  for (const args of [["suggest"], ["suggest", "-"]]) {
    const { code, stdout, stderr } = await runCli(args, { cwd, stdin: LIST });
    expect(code).toBe(0);
    expect(stdout).toContain('"E-Mail"');
    expect(stderr).toContain("stdin: CSV");
  }
});

test("a disk that is full leaves no part of a mapping behind, which would stand in the way of the next try", async () => {
  const cwd = await directoryWith({ "list.csv": LIST });
  const main = join(import.meta.dirname, "../../dist/cli/main.js");
  // A limit on the size of files takes the place of a full disk.
  const { stdout } = await promisify(execFile)(
    "bash",
    ["-c", 'ulimit -f 1; "$@" 2>&1; echo "exit $?"', "bash", process.execPath, main].concat([
      "suggest",
      "list.csv",
      "-o",
      "mapping.json",
    ]),
    { cwd, env: { PATH: process.env.PATH, HOME: cwd } },
  );
  expect(stdout).toContain("mapping.json cannot be written (EFBIG)");
  expect(stdout).toContain("exit 2");
  expect(await readdir(cwd)).toEqual(["list.csv"]);
});

test("a file that is there already is not overwritten", async () => {
  const cwd = await directoryWith({ "list.csv": LIST, "mapping.json": "mine" });
  const { code, stderr } = await runCli(["suggest", "list.csv", "-o", "mapping.json"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("mapping.json is there already");
  expect(await readFile(join(cwd, "mapping.json"), "utf8")).toBe("mine");
});

test.each([
  ["a file that is not there", ["suggest", "none.csv"], 3, "none.csv"],
  ["an empty file", ["suggest", "empty.csv"], 3, "holds no rows"],
  ["a file without addresses", ["suggest", "towns.csv"], 2, '"Town"'],
  ["a file without a header", ["suggest", "bare.csv"], 2, "no header"],
  ["Pinpoint's own format", ["suggest", "own.csv"], 2, "needs no mapping"],
  ["an output that cannot be written", ["suggest", "list.csv", "-o", "no/where.json"], 2, "ENOENT"],
  ["a format that is none", ["suggest", "list.csv", "--format", "xml"], 2, "jsonl"],
  ["an option with a typing mistake", ["suggest", "list.csv", "--delimeter", ";"], 2, "--delimiter"],
  ["an encoding that does not exist", ["suggest", "list.csv", "--encoding", "utf-9"], 2, "utf-8"],
])("%s: the exit code and the message say so", async (_, args, expected, hint) => {
  const cwd = await directoryWith({
    "list.csv": LIST,
    "empty.csv": "",
    "towns.csv": "Name,Town\nAnn,Leeds\n",
    "bare.csv": "1,ann@example.com\n",
    "own.csv": "Id,ChannelType,Address\n1,EMAIL,ann@example.com\n",
  });
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect(code).toBe(expected);
  expect(stdout).toBe("");
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/\n\s+at |ann@/);
});
