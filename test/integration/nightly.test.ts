import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import type { ImportReport } from "../../src/index.js";
import { contactsCsv } from "../helpers/contacts.js";
import { collect, reportOf, runCli, startCli } from "../helpers/run-cli.js";
import { startSandbox, targetArgs } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

async function setUp(files: Record<string, string> = { "in.csv": contactsCsv(250) }) {
  const cwd = await temporaryDirectory();
  const sandbox = await startSandbox();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const args = [...targetArgs(sandbox), "--state-dir", "state", "--rate", "1000"];
  const run = (...more: string[]) => runCli(["run", ...args, ...more], { cwd });
  return { cwd, sandbox, args, run };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await pause(5);
};

test("--quiet prints nothing where all is well", async () => {
  const { run } = await setUp();
  for (const more of [
    [],
    ["--changed-only"],
    ["--changed-only", "--summary", "json", "--progress", "always"],
  ])
    expect(await run("in.csv", "--quiet", ...more)).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("--quiet prints one line where it is not", async () => {
  const { cwd, run } = await setUp({
    "in.csv": `${contactsCsv(5)}c6,FAX,x,y\n`,
    "m.json": '{ "endpoints": [{ "fields": { "Id": "nope", "Address": "none" } }] }',
  });
  const rejected = await run("in.csv", "--quiet", "--rejects", "r.csv");
  expect(rejected).toEqual({
    code: 1,
    stdout: "",
    stderr: "pinpoint-import: 1 of 6 rows were rejected and stand in r.csv\n",
  });
  const missing = await run("missing.csv", "--quiet");
  expect([missing.code, missing.stdout]).toEqual([3, ""]);
  expect(missing.stderr).toMatch(/^pinpoint-import: stopped: .*missing\.csv.*\n$/);
  const wrong = await run("in.csv", "--quiet", "--mapping", "m.json");
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/^pinpoint-import: .*nope.*none.*\n$/);
  const full = await runCli(["run", "in.csv", "--sandbox", "--quiet", "--state-dir", "in.csv"], { cwd });
  expect(full.stderr.split("\n")).toHaveLength(2);
});

test("overlapping runs of one job: the second one refuses, or waits with --wait", async () => {
  const { cwd, sandbox, args } = await setUp({ "in.csv": contactsCsv(1_000) });
  const first = startCli(["run", "in.csv", ...args, "--rate", "5", "--summary", "json"], { cwd });
  first.stdin?.end();
  const ended = collect(first);
  await until(() => sandbox.endpoints("demo").length > 0);
  // It stands still until the others have met it.
  first.kill("SIGSTOP");
  const second = await runCli(["run", "in.csv", ...args, "--log-level", "error"], { cwd });
  expect(second.code).toBe(3);
  expect(second.stderr).toContain(`another run does this job already: process ${first.pid}`);
  expect(second.stderr).toContain("\n    pinpoint-import run --wait in.csv ");

  const waiting = startCli(["run", "in.csv", ...args, "--wait", "--changed-only", "--summary", "json"], {
    cwd,
  });
  waiting.stdin?.end();
  const waited = collect(waiting);
  let said = "";
  waiting.stderr?.on("data", (text) => {
    said += text;
  });
  await until(() => said.includes("This one waits for it"));
  const impatient = await runCli(
    ["run", "in.csv", ...args, "--wait", "--max-duration", "0.3s", "--summary", "json"],
    { cwd },
  );
  expect(reportOf(impatient)).toMatchObject({ exitCode: 3, stopReason: { code: "deadline" } });
  expect(first.exitCode).toBeNull();
  first.kill("SIGCONT");
  expect((await ended).code).toBe(0);
  const result = await waited;
  expect(result.stderr).toContain("This one waits for it");
  expect(reportOf(result)).toMatchObject({ exitCode: 0, rows: { read: 1_000, pending: 0 } });
});

test("logs are JSON with the run's id, from the plan to the end", async () => {
  const { run } = await setUp();
  const { stderr, stdout } = await run("in.csv", "--summary", "json");
  const { runId }: ImportReport = JSON.parse(stdout);
  const lines = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.runId)).toEqual([runId, runId, runId]);
  expect(lines.map(({ msg }) => msg.split(":")[0])).toEqual(["started", "plan", "complete"]);
  expect(lines[1]).toMatchObject({ requests: 3, ratePerSecond: 1_000, seconds: 0.003 });
  expect(lines[2]).toMatchObject({ rows: { accepted: 250 } });
});

test("--metrics and --report are written, also by a run that stops", async () => {
  const { cwd, sandbox, run } = await setUp();
  const outputs = ["--metrics", "nightly.prom", "--report", "last.json", "--quiet"];
  expect((await run("in.csv", ...outputs)).code).toBe(0);
  const metric = async (name: string) =>
    new RegExp(`^${name}\\{[^}]*\\} (.*)$`, "m").exec(await readFile(join(cwd, "nightly.prom"), "utf8"))?.[1];
  const success = await metric("pinpoint_import_last_success_timestamp_seconds");
  expect(Number(success)).toBeGreaterThan(1.7e9);
  sandbox.failNext({ status: 403 });
  expect((await run("in.csv", ...outputs)).code).toBe(3);
  expect(await metric("pinpoint_import_exit_code")).toBe("3");
  expect(await metric("pinpoint_import_last_success_timestamp_seconds")).toBe(success);
  expect(JSON.parse(await readFile(join(cwd, "last.json"), "utf8"))).toMatchObject({ exitCode: 3 });
  expect((await run("in.csv", "--metrics", "nightly.txt")).code).toBe(2);
  expect((await run("in.csv", "--metrics", "none/nightly.prom")).code).toBe(3);
});

/** A pipe whose writer we are. */
async function startPipe(...more: string[]) {
  const { cwd, sandbox, args } = await setUp();
  const child = startCli(["run", "-", ...args, "--summary", "json", ...more], { cwd });
  const ended = collect(child);
  const stdin = child.stdin as NonNullable<typeof child.stdin>;
  stdin.on("error", () => {});
  return { sandbox, child, stdin, ended };
}

test("rows that trickle in leave in a partial batch, and the run ends cleanly when its producer does", async () => {
  const { sandbox, stdin, ended } = await startPipe("--flush-after", "0.2s", "--changed-only");
  const [header = "", ...rows] = contactsCsv(6).split("\n");
  stdin.write(`${header}\n${rows[0]}\n${rows[1]}\n`);
  await until(() => sandbox.endpoints("demo").length === 2);
  stdin.write(`${rows[2]}\n`);
  await until(() => sandbox.endpoints("demo").length === 3);
  // The producer dies in the middle of a row that is a whole one by chance.
  stdin.end(rows[3]);
  const report = reportOf(await ended);
  expect(report).toMatchObject({ exitCode: 0, rows: { read: 4, accepted: 4 }, requests: { sent: 3 } });
});

test("rows that come at once are sent in full batches", async () => {
  const { stdin, ended } = await startPipe("--flush-after", "5s");
  stdin.end(contactsCsv(1_000));
  expect(reportOf(await ended).requests.sent).toBe(10);
});

test("a silent pipe keeps no run from stopping", async () => {
  const { sandbox, stdin, ended } = await startPipe("--flush-after", "0.1s");
  sandbox.failNext({ status: 403, times: Number.POSITIVE_INFINITY });
  stdin.write(contactsCsv(3));
  expect(reportOf(await ended)).toMatchObject({
    exitCode: 3,
    stopReason: { code: "access_denied" },
    rows: { pending: 3 },
  });
});

test("the producer waits while the service does", async () => {
  const { child, stdin, sandbox } = await startPipe("--rate", "5");
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let written = 0;
  let rows = 1;
  stdin.write(contactsCsv(1));
  while (stdin.writableNeedDrain === false || sandbox.endpoints("demo").length < 300) {
    const text = contactsCsv(1_000, rows).split("\n").slice(1).join("\n");
    rows += 1_000;
    written += text.length;
    if (!stdin.write(text))
      await Promise.race([once(stdin, "drain"), until(() => sandbox.endpoints("demo").length >= 300)]);
  }
  // 23 batches are under way at most; what a pipe and its two ends hold comes on top.
  expect(written).toBeLessThan(2_000_000);
});

test("the plan of a long file is an estimate by its first rows, and of a pipe there is none", async () => {
  const { cwd, args, run } = await setUp({ "long.csv": contactsCsv(40_000) });
  const planOf = ({ stderr }: { stderr: string }) =>
    stderr
      .split("\n")
      .filter((line) => line.includes('"plan'))
      .map((line) => JSON.parse(line))[0];
  const long = planOf(await run("long.csv"));
  expect(long.sampledRows).toBeGreaterThanOrEqual(5_000);
  expect(long.sampledRows).toBeLessThan(10_000);
  expect(long.requests).toBeGreaterThan(370);
  expect(long.requests).toBeLessThan(430);
  expect(long.msg).toContain("about");
  await writeFile(join(cwd, "long.csv.gz"), gzipSync(contactsCsv(40_000)));
  const packed = planOf(await run("long.csv.gz"));
  expect(packed.requests).toBeGreaterThan(370);
  expect(packed.requests).toBeLessThan(430);
  const part = planOf(await run("long.csv", "--skip", "100", "--limit", "15000"));
  expect(Math.abs(part.requests - 150)).toBeLessThanOrEqual(1);
  // All rows are of one length, and the first one that counts lies within a piece that is read.
  await writeFile(join(cwd, "even.csv"), contactsCsv(40_000, 100_000));
  const rest = planOf(await run("even.csv", "--skip", "3100"));
  expect(Math.abs(rest.requests - 369)).toBeLessThanOrEqual(3);
  const piped = await runCli(["run", "-", ...args], { cwd, stdin: contactsCsv(3) });
  expect(planOf(piped).msg).toContain("unknown");
});

test("the plan counts with the rate that was learned, and with what did not change", async () => {
  const { cwd, run } = await setUp();
  const target = (await run("in.csv", "--changed-only", "--summary", "json")).stdout;
  const { endpointUrl } = (JSON.parse(target) as ImportReport).target;
  const key = `${endpointUrl} demo UpdateEndpointsBatch`;
  await writeFile(
    join(cwd, "state", "rates.json"),
    JSON.stringify({ [key]: { ratePerSecond: 50, learnedAt: "" } }),
  );
  const check = [
    "check",
    "in.csv",
    "-a",
    "demo",
    "--endpoint-url",
    String(endpointUrl),
    "--state-dir",
    "state",
  ];
  const all = await runCli([...check, "--summary", "json"], { cwd });
  expect(reportOf(all).plan).toEqual({
    requests: 3,
    secondsAtDefaultQuota: 1.5,
    ratePerSecond: 50,
    seconds: 0.06,
  });
  const changed = await runCli([...check, "--changed-only", "--summary", "json"], { cwd });
  expect(reportOf(changed).plan?.requests).toBe(0);
});

test("state lists what is kept, and forgets what it is told to", async () => {
  const { cwd, sandbox, args, run } = await setUp();
  const state = (...more: string[]) => runCli(["state", ...more, "--state-dir", "state"], { cwd });
  expect(await state()).toMatchObject({ code: 0, stdout: "Nothing is kept in state.\n" });
  await run("in.csv", "--changed-only");
  const child = startCli(
    ["run", "in.csv", ...args, "--full", "--rate", "2", "--batch-size", "10", "-a", "other"],
    { cwd },
  );
  child.stdin?.end();
  await until(() => sandbox.endpoints("other").length > 0);
  const active = await state();
  expect(active.stdout).toContain("at work now");
  const [runId = ""] = /\d{8}-\d{6}-[0-9a-f]{4}/.exec(active.stdout) ?? [];
  expect((await state("clear", runId, "--yes")).code).toBe(3);
  child.kill("SIGINT");
  await once(child, "exit");

  const { stdout } = await state();
  expect(stdout).toMatch(
    / {2}demo {2}us-east-1 {2}http.*\n {6}250 endpoints, [\d.]+ MB\n {6}begun .* ago, last run ended .* ago/,
  );
  expect(stdout).toMatch(new RegExp(`${runId}\\n.*in\\.csv into other, \\d+ rows done, stopped`));
  expect(stdout).not.toMatch(/example\.com|person/);
  const refused = await state("clear", "demo");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--yes");
  expect((await state("clear", "dem", "--yes")).code).toBe(2);
  expect((await state("clear", "demo", "--yes", "--region", "eu-west-1")).code).toBe(2);
  expect((await state("clear", "demo", "--yes")).stdout).toContain("Forgot 250 endpoints of demo");
  expect((await state("clear", runId, "--yes")).stdout).toContain(runId);
  expect((await state()).stdout).not.toMatch(new RegExp(`demo|${runId}`));
  expect(reportOf(await run("in.csv", "--changed-only", "--summary", "json")).rows.accepted).toBe(250);
});

test("state clear asks which one is meant where there are several", async () => {
  const { cwd, run } = await setUp();
  await run("in.csv", "--changed-only");
  await run("in.csv", "--changed-only", "--region", "eu-west-1");
  const clear = (...more: string[]) =>
    runCli(["state", "clear", "demo", "--yes", "--state-dir", "state", ...more], { cwd });
  const several = await clear();
  expect(several.code).toBe(2);
  expect(several.stderr).toContain("eu-west-1");
  expect((await clear("--region", "eu-west-1")).code).toBe(0);
  expect((await clear()).code).toBe(0);
});
