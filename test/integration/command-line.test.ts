import { once } from "node:events";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { collect, runCli, startCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

test.each([
  [[]],
  [["suggest"]],
  [["preview"]],
  [["run"]],
  [["check"]],
  [["sandbox"]],
  [["state"]],
  [["state", "clear"]],
  [["completion"]],
])("help of %j goes to stdout, fits 80 columns and has examples", async (command) => {
  const cwd = await temporaryDirectory();
  const { code, stdout, stderr } = await runCli([...command, "--help"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toBe("");
  const [, examples = ""] = stdout.split("Examples:\n");
  expect(examples.match(/^ {4}.*pinpoint-import /gm)?.length).toBeGreaterThanOrEqual(3);
  expect(stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("    "))).toEqual([]);
});

test("the help lists every option", async () => {
  const cwd = await temporaryDirectory();
  const options =
    "mapping application-id format select delimiter encoding max-record-size region profile endpoint-url sandbox concurrency rate batch-size max-attempts rejects max-rejects resume changed-only full max-duration flush-after wait limit skip state-dir report show-values metrics quiet summary progress log-level log-format";
  for (const command of ["run", "check"]) {
    const { stdout } = await runCli([command, "--help"], { cwd });
    for (const option of options.split(" ")) expect(stdout).toMatch(new RegExp(`--${option}\\s`));
  }
});

test("--version prints the version of the package", async () => {
  const cwd = await temporaryDirectory();
  const { code, stdout } = await runCli(["--version"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ["an option with a typing mistake", ["run", "--batchsize", "3", "in.csv"], "--batch-size"],
  ["a command with a typing mistake", ["chekc", "in.csv"], "check"],
  ["an option without its value", ["run", "in.csv", "--mapping"], "--mapping"],
  ["a number that is none", ["run", "in.csv", "--concurrency", "many"], "--concurrency"],
  ["a number out of range", ["check", "in.csv", "--batch-size", "101"], "from 1 to 100"],
  ["a choice that is none", ["check", "in.csv", "--format", "xml"], "jsonl"],
  ["a report of another kind", ["check", "in.csv", "--report", "run.txt"], ".html"],
  ["a delimiter of two characters", ["check", "in.csv", "--delimiter", ";;"], "delimiter"],
  ["an encoding that does not exist", ["check", "in.csv", "--encoding", "utf-9"], "utf-8"],
  ["no application", ["run", "in.csv"], "--application-id"],
  ["two targets", ["run", "in.csv", "--sandbox", "--endpoint-url", "http://127.0.0.1:1"], "--endpoint-url"],
  ["rejects of the other format", ["check", "in.csv", "--rejects", "r.jsonl"], ".csv"],
  ["rejects to nowhere", ["check", "in.csv", "--rejects", "-"], "--rejects"],
  [
    "a report in the place of the input",
    ["check", "in.csv", "--format", "csv", "--report", "./in.json", "in.json"],
    "--report",
  ],
  ["no command", [], "Usage"],
])("%s: exit code 2, and the message says what to do", async (_, args, hint) => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  await writeFile(join(cwd, "in.json"), contactsCsv(1));
  const { code, stdout, stderr } = await runCli(args, { cwd });
  expect(await readFile(join(cwd, "in.json"), "utf8")).toBe(contactsCsv(1));
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("several mistakes are reported at once", async () => {
  const cwd = await temporaryDirectory();
  const { stderr } = await runCli(["run", "in.csv", "--batch-size", "0", "--concurrency", "0"], { cwd });
  expect(stderr).toContain("--batch-size is 0");
  expect(stderr).toContain("--concurrency is 0");
  expect(stderr).toContain("--application-id");
});

test("addresses and values stay out of the log, whatever goes wrong", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(
    join(cwd, "in.csv"),
    `${contactsCsv(3)}c9,EMAIL,secret(at)example.com,Secret\n"c10,EMAIL,secret2@example.com\n`,
  );
  const { stderr } = await runCli(["run", "--sandbox", "in.csv", "--log-level", "debug"], { cwd });
  expect(stderr).toContain("started");
  expect(stderr).not.toMatch(/secret|example\.com|Music/i);
});

test("logs are JSON off a terminal, one object a line with the run's id, and pretty on request", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  const json = await runCli(["check", "in.csv"], { cwd });
  expect(JSON.parse(json.stderr.split("\n")[0] ?? "")).toMatchObject({
    level: "info",
    msg: "started",
    runId: expect.any(String),
  });
  const pretty = await runCli(["check", "in.csv", "--log-format", "pretty"], { cwd });
  expect(pretty.stderr).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: started/);
  const silent = await runCli(["check", "in.csv", "--log-level", "silent"], { cwd });
  expect(silent.stderr).toBe("");
});

test("--progress always draws on stderr, and leaves stdout alone", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(2_000));
  const { stdout, stderr } = await runCli(["check", "in.csv", "--progress", "always", "--summary", "json"], {
    cwd,
  });
  expect(stderr).toContain("accepted");
  expect(() => JSON.parse(stdout)).not.toThrow();
});

test("a stack trace is there for those who ask for it", async () => {
  const cwd = await temporaryDirectory();
  const { stderr } = await runCli(["check", ".", "--log-level", "debug"], { cwd });
  expect(stderr).toContain('"stack"');
});

test("a full disk behind stdout is no stack trace, and no success", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  const full = await open("/dev/full", "w");
  onTestFinished(() => full.close());
  const { code, stderr } = await collect(startCli(["check", "in.csv"], { cwd, stdout: full.fd }));
  expect(code).toBe(3);
  expect(stderr).toContain("stdout cannot be written (ENOSPC)");
  expect(stderr).not.toMatch(/\n\s+at /);
});

test("a profile that does not exist is named", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const { code, stderr } = await runCli(["run", "in.csv", "-a", "demo", "--profile", "nope"], { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toContain('the profile "nope"');
});

test("a missing column shows what the header was read as, delimiter included", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), "Email;City\na@example.com;Rome\n");
  await writeFile(
    join(cwd, "m.json"),
    '{"endpoints":[{"fields":{"ChannelType":{"value":"EMAIL"},"Address":"Email"}}]}',
  );
  const { code, stderr } = await runCli(["check", "in.csv", "-m", "m.json", "--delimiter", ","], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('the header of in.csv, with "," as delimiter, is: "Email;City"');
});

test("sandbox: says where it listens, takes requests, counts them, and stops on SIGTERM", async () => {
  const cwd = await temporaryDirectory();
  const child = startCli(["sandbox", "--port", "0", "--requests-per-second", "1"], { cwd });
  const result = collect(child);
  const [first] = await once(child.stdout ?? child, "data");
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(first))?.[1];
  const put = () =>
    fetch(`${url}/v1/apps/demo/endpoints`, {
      method: "PUT",
      body: '{"Item":[{"Id":"1","ChannelType":"EMAIL","Address":"a@example.com"}]}',
    });
  expect((await put()).status).toBe(202);
  expect((await put()).status).toBe(429);
  const stats = await (await fetch(`${url}/_sandbox/stats`)).json();
  expect(stats).toMatchObject({
    requests: { byOperation: { UpdateEndpointsBatch: { "202": 1, "429": 1 } } },
  });
  child.kill("SIGTERM");
  expect((await result).code).toBe(0);
  expect((await result).stderr).toContain("429 PUT /v1/apps/demo/endpoints UpdateEndpointsBatch");
});

test("sandbox: a port that is taken is no stack trace", async () => {
  const cwd = await temporaryDirectory();
  const child = startCli(["sandbox", "--port", "0", "--quiet"], { cwd });
  const [first] = await once(child.stdout ?? child, "data");
  const port = /:(\d+)\n/.exec(String(first))?.[1] ?? "";
  const second = await runCli(["sandbox", "--port", port], { cwd });
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(port);
  expect(second.stderr).not.toMatch(/\n\s+at /);
});
