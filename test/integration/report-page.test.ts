import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { CHROMIUM, openBrowser, watchErrors } from "../helpers/open-browser.js";
import { readPageData } from "../helpers/report-page.js";
import { reportOf, runCli } from "../helpers/run-cli.js";
import { startSandbox, targetArgs } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** 250 good rows and one whose address is none, in `in.csv`. */
async function setUp() {
  const cwd = await temporaryDirectory();
  const sandbox = await startSandbox();
  await writeFile(join(cwd, "in.csv"), `${contactsCsv(250)}c251,EMAIL,zelda at example,Music\n`);
  const path = (name: string) => join(cwd, name);
  const run = (...more: string[]) =>
    runCli(["run", ...targetArgs(sandbox), "--rate", "1000", "--summary", "json", ...more, "in.csv"], {
      cwd,
    });
  return { cwd, sandbox, path, run };
}

test("--report FILE.html writes the same report as a page, with the command, and with rows masked", async () => {
  const { path, run, sandbox } = await setUp();
  const result = await run("--report", "run.html");
  const report = reportOf(result);
  expect(report).toMatchObject({ exitCode: 1, rows: { read: 251, accepted: 250, rejected: 1 } });
  const data = await readPageData(path("run.html"));
  expect({ ...data.report, finishedAt: "", durationMs: 0, requests: { sent: 3, accepted: 3 } }).toEqual({
    ...report,
    finishedAt: "",
    durationMs: 0,
    requests: { sent: 3, accepted: 3 },
  });
  expectBalance(data.report);
  expect(data).toMatchObject({
    command: `pinpoint-import run --endpoint-url ${sandbox.url} --application-id demo --rate 1000 --summary json --report run.html in.csv`,
    next: { command: expect.stringMatching(/^pinpoint-import run .* in\.rejects-\S+\.csv$/) },
    rate: 1_000,
    learnedRate: null,
    showsValues: false,
  });
  expect(data.samples).toMatchObject([{ place: { input: "in.csv", row: 251, line: 252 } }]);
  const page = await readFile(path("run.html"), "utf8");
  expect(page).not.toMatch(/zelda|person1@/);
  // The licence of the charts asks for it in every copy.
  expect(page).toContain("Observable Plot, Copyright");
  expect((await stat(path("run.html"))).mode & 0o044).toBe(0o044);
});

test("the history ends with what the report says, and batches are known by their rows", async () => {
  const { path, run, sandbox } = await setUp();
  sandbox.failNext({ status: 429 }, { status: 500 });
  const report = reportOf(await run("--report", "run.html"));
  const { history, slowestBatches } = await readPageData(path("run.html"));
  expect(history[0]).toMatchObject({ rows: { accepted: 0 }, batches: { accepted: 0, throttled: 0 } });
  expect(history.at(-1)).toMatchObject({
    rows: { accepted: 250, unchanged: 0, filtered: 0, rejected: 1 },
    batches: { accepted: 3, throttled: 1, failed: 1 },
    singles: { accepted: 0, throttled: 0, failed: 0 },
  });
  expect(report.requests).toMatchObject({ sent: 5, accepted: 3, throttled: 1, retried: 1 });
  const rows = slowestBatches.map(({ from, to, items }) => [from.row, to.row, items]);
  expect(rows.sort(([left = 0], [right = 0]) => left - right)).toEqual([
    [1, 100, 100],
    [101, 200, 100],
    [201, 250, 50],
  ]);
  expect(slowestBatches.reduce((sum, { tries }) => sum + tries, 0)).toBe(5);
  expect(slowestBatches.reduce((sum, { throttled }) => sum + throttled, 0)).toBe(1);
});

test("the pace and the quota that it rests on are in the history", async () => {
  const { cwd, sandbox, path } = await setUp();
  const key = `${sandbox.url} demo UpdateEndpointsBatch`;
  await mkdir(path("state"));
  const learned = { [key]: { ratePerSecond: 300, learnedAt: new Date().toISOString() } };
  await writeFile(path("state/rates.json"), JSON.stringify(learned));
  const args = [...targetArgs(sandbox), "--state-dir", "state", "--report", "run.html", "in.csv"];
  expect((await runCli(["run", ...args], { cwd })).code).toBe(1);
  const { rate, learnedRate, history } = await readPageData(path("run.html"));
  expect(rate).toBe("auto");
  expect(learnedRate).toBeCloseTo(300, -1);
  expect(history.map(({ ratePerSecond }) => Math.round(ratePerSecond / 50))).toEqual(history.map(() => 6));
});

test("--show-values puts values onto the page, which its owner alone can read", async () => {
  const { path, run } = await setUp();
  await run("--report", "run.html", "--show-values");
  const { samples, showsValues } = await readPageData(path("run.html"));
  expect(showsValues).toBe(true);
  expect(samples[0]?.cells).toContainEqual(["Address", "zelda at example"]);
  expect(samples[0]?.reasons[0]).toContain("zelda at example");
  expect((await stat(path("run.html"))).mode & 0o777).toBe(0o600);
});

test("--show-values without a page says that it has no effect", async () => {
  const { run } = await setUp();
  const { warnings } = reportOf(await run("--show-values", "--report", "run.json"));
  expect(warnings).toEqual([expect.stringContaining("--show-values has no effect")]);
});

test("a run that stops has a page, and so has the one that goes on; one that cannot begin has none", async () => {
  const { path, run, sandbox } = await setUp();
  const args = ["--state-dir", "state", "--concurrency", "1", "--report"];
  sandbox.failNext({ status: 202 }, { status: 403 });
  expect((await run(...args, "first.html")).code).toBe(3);
  const first = await readPageData(path("first.html"));
  expect(first.report).toMatchObject({
    status: "stopped",
    stopReason: { code: "access_denied" },
    resumeCommand: expect.stringContaining("run --resume"),
  });
  expectBalance(first.report);

  expect((await run(...args, "second.html", "--resume")).code).toBe(1);
  const second = await readPageData(path("second.html"));
  expect(second.report).toMatchObject({ status: "complete", resumed: { runId: first.report.runId } });
  expect(second.report.rows).toMatchObject({ accepted: 250, rejected: 1 });
  // What was decided before is no work of this run.
  expect(second.history[0]?.rows.accepted).toBe(100);
  expect(second.history.at(-1)?.rows).toMatchObject({ accepted: 250, rejected: 1 });

  expect((await run(...args, "none.html", "--mapping", "none.json")).code).toBe(2);
  expect(existsSync(path("none.html"))).toBe(false);
});

test("check writes a page without requests", async () => {
  const { cwd, path } = await setUp();
  expect((await runCli(["check", "in.csv", "--report", "check.html"], { cwd })).code).toBe(1);
  const data = await readPageData(path("check.html"));
  expect(data).toMatchObject({ rate: null, slowestBatches: [], report: { plan: { requests: 3 } } });
  expect(data.history.at(-1)).toMatchObject({ rows: { accepted: 250, rejected: 1 }, ratePerSecond: 0 });
});

test.skipIf(CHROMIUM === undefined)(
  "the page that the built program writes opens without a word",
  async () => {
    const { path, run } = await setUp();
    await run("--report", "run.html");
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const errors = watchErrors(page);
      await page.goto(pathToFileURL(path("run.html")).href);
      await page.locator("figure svg").first().waitFor();
      expect(await page.locator("h1").textContent()).toBe("Import complete, 1 of 251 rows rejected");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
