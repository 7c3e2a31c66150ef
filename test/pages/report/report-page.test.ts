import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportOptions, type ImportReport, runImport } from "../../../src/index.js";
import type { ReportPageData } from "../../../src/reporting/report-page-data.js";
import { toReportPage } from "../../../src/reporting/to-report-page.js";
import { CHROMIUM, openBrowser, watchErrors } from "../../helpers/open-browser.js";
import { makePageData, readPageData } from "../../helpers/report-page.js";
import { makeReport } from "../../helpers/reporting-report.js";
import { startSandbox } from "../../helpers/sandbox.js";
import { temporaryDirectory } from "../../helpers/temporary-directory.js";

const FIND_FAINT_SHAPES = await readFile(
  new URL("../../fixtures/find-faint-shapes.js", import.meta.url),
  "utf8",
);

interface Contrasts {
  readonly shapes: number;
  readonly faint: readonly string[];
  /** That of the text in a chart's tip. */
  readonly tip: number;
}

const HOSTILE = `</script><script>document.title = "theirs"</script><!--<img src="x" onerror="document.title = 'theirs'">`;

describe.skipIf(CHROMIUM === undefined)("the report as a page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  /** Opens a page; `problems` are errors, warnings and requests for anything but the page itself. */
  async function open(url: string, scheme: "light" | "dark" = "light") {
    const page = await browser.newPage({ colorScheme: scheme });
    const problems = watchErrors(page);
    page.on("request", (request) => {
      if (request.url() !== url) problems.push(`it asked for ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForSelector("html[data-ready]");
    return { page, problems };
  }

  async function show(different: Partial<ReportPageData>, scheme?: "light" | "dark") {
    const path = join(await temporaryDirectory(), "run.html");
    await writeFile(path, await toReportPage(makePageData(different)));
    return open(pathToFileURL(path).href, scheme);
  }

  /** An import with rejects of several kinds, two 429s and a refused endpoint; every twentieth row is bad. */
  async function importRows(more: Partial<ImportOptions> = {}) {
    const folder = await temporaryDirectory();
    const input = join(folder, "contacts.csv");
    const rows = Array.from({ length: 400 }, (_, index) => {
      const address = index % 20 === 3 ? `nobody ${index}` : `ann${index}@example.com`;
      return index === 100 ? `${address},EMAIL,too,many` : `${address},${index === 50 ? "FAX" : "EMAIL"}`;
    });
    await writeFile(input, `Address,ChannelType\n${rows.join("\n")}\n`);
    const sandbox = await startSandbox();
    sandbox.failNext({ status: 429 }, { status: 429 });
    const path = join(folder, "run.html");
    const report = await runImport({
      inputs: [input],
      applicationId: "demo",
      region: "us-east-1",
      endpointUrl: sandbox.url,
      credentials: { accessKeyId: "a", secretAccessKey: "s" },
      rate: 100,
      batchSize: 50,
      report: path,
      ...more,
    });
    return { path, report };
  }

  it("shows the figures of the report, in numbers, tables and charts, and asks for nothing", async () => {
    const { path, report } = await importRows();
    expect(report).toMatchObject({
      rows: { read: 400, accepted: 378, rejected: 22 },
      requests: { throttled: 2 },
    });
    const { report: held } = await readPageData(path);
    expect({
      ...held,
      finishedAt: "",
      durationMs: 0,
      requests: { ...held.requests, ratePerSecond: 0 },
    }).toEqual({
      ...report,
      finishedAt: "",
      durationMs: 0,
      requests: { ...report.requests, ratePerSecond: 0 },
    });

    const { page, problems } = await open(pathToFileURL(path).href);
    expect(await readFigures(page)).toEqual(toFigures(report));
    expect(await page.title()).toBe(`Import complete, 22 of 400 rows rejected (${report.runId})`);
    const reasons = await page.locator(".rejects ol > li").evaluateAll((items) =>
      items.map((item) => ({
        rows: Number(item.querySelector("strong")?.textContent),
        reason: item.querySelector(".reason span")?.textContent,
        code: item.querySelector("code")?.textContent,
      })),
    );
    expect(reasons).toEqual(report.rejectsByReason.map(({ rows, reason, code }) => ({ rows, reason, code })));

    expect(await page.locator(".picture[role=img] svg").count()).toBe(2);
    const { accepted, rejected } = report.rows;
    expect(await readTotals(page, 0)).toEqual({ accepted, rejected });
    const { throttled } = report.requests;
    expect(await readTotals(page, 1)).toMatchObject({
      accepted: report.requests.accepted,
      "throttled (429)": throttled,
    });
    expect(problems).toEqual([]);
  });

  it("draws bars as high as what they stand for, and the rate that was allowed", async () => {
    const rows = { accepted: 0, unchanged: 0, filtered: 0, rejected: 0 };
    const singles = { accepted: 0, throttled: 0, failed: 0 };
    const toPoint = (atMs: number, accepted: number, throttled: number, ratePerSecond: number) => ({
      atMs,
      rows: { ...rows, accepted: 100 * accepted },
      batches: { accepted, throttled, failed: 0 },
      singles,
      ratePerSecond,
    });
    const history = [
      toPoint(0, 0, 0, 0),
      toPoint(10_000, 10, 0, 2),
      toPoint(20_000, 40, 10, 4),
      toPoint(30_000, 200, 11, 4),
    ];
    const { page } = await show({ history, learnedRate: 4 });
    const requests = page.locator("figure").nth(1);
    await requests.locator("svg").waitFor();
    const [first, second, throttled] = await requests
      .locator("svg g[aria-label=rect] rect")
      .evaluateAll((rects) =>
        rects.map((rect) => ({
          color: rect.getAttribute("fill"),
          height: Number(rect.getAttribute("height")),
        })),
      );
    expect([first?.color, second?.color, throttled?.color]).toEqual([
      "var(--accepted)",
      "var(--accepted)",
      "var(--throttled)",
    ]);
    // The last one is too thin to be seen.
    const marks = requests.locator("svg g[aria-label=dot] circle");
    expect(await marks.count()).toBe(1);
    expect(await marks.getAttribute("fill")).toBe("var(--throttled)");
    // One a second, then three, and one that was throttled.
    expect((second?.height ?? 0) / (first?.height ?? 0)).toBeCloseTo(3, 1);
    expect((throttled?.height ?? 0) / (first?.height ?? 0)).toBeCloseTo(1, 1);
    const line = await requests.locator("svg g[aria-label=line] path").getAttribute("d");
    const [from, , to] =
      (line ?? "").match(/-?[\d.]+,-?[\d.]+/g)?.map((point) => Number(point.split(",")[1])) ?? [];
    const ground = 220 - 28;
    // The pace allowed two, then four.
    expect((ground - (to ?? 0)) / (ground - (from ?? 0))).toBeCloseTo(2, 1);
    expect(await requests.locator("figcaption").textContent()).toContain(
      "learned is 4 a second. 11 met a 429",
    );
  });

  it("shows hostile values as the text that they are", async () => {
    const { page, problems } = await show({
      report: makeReport({
        status: "stopped",
        exitCode: 3,
        stopReason: { code: "access_denied", message: HOSTILE },
        source: { inputs: [HOSTILE, "b.csv"], format: "csv", bytes: 1 },
        mapping: HOSTILE,
        target: { applicationId: HOSTILE, region: HOSTILE, endpointUrl: HOSTILE },
        warnings: [HOSTILE],
        rejectsFile: HOSTILE,
        resumeCommand: HOSTILE,
        rejectsByReason: [
          { code: "mapping_failed", reason: HOSTILE, rows: 1, first: { input: HOSTILE, row: 1, line: 2 } },
        ],
      }),
      command: HOSTILE,
      samples: [
        {
          code: "mapping_failed",
          reason: HOSTILE,
          place: { input: HOSTILE, row: 1, line: 2 },
          reasons: [HOSTILE],
          cells: [[HOSTILE, HOSTILE]],
          moreCells: 0,
        },
      ],
      showsValues: true,
    });
    expect(await page.title()).toContain("Import stopped before the end");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    await page.locator("summary").click();
    const text = await readText(page);
    expect(text.split(HOSTILE).length - 1).toBeGreaterThanOrEqual(12);
    expect(problems).toEqual([]);
  });

  it("says why a run stopped, how to go on, and which run it went on with", async () => {
    const { page } = await show({
      report: makeReport({
        status: "stopped",
        exitCode: 130,
        stopReason: { code: "interrupted", message: "the run was interrupted by SIGINT" },
        resumeCommand: "pinpoint-import run --resume contacts.csv",
        resumed: { runId: "20261120-120000-abcd", rows: 5_000 },
      }),
    });
    const text = await readText(page);
    expect(text).toContain("Import stopped before the end\n\nthe run was interrupted by SIGINT");
    expect(text).toContain("behind row 5,000");
    expect(await page.locator(".next code").textContent()).toBe("pinpoint-import run --resume contacts.csv");
  });

  it("shows nothing of requests for a check", async () => {
    const { path, report } = await importRows({ dryRun: true });
    const { page, problems } = await open(pathToFileURL(path).href);
    expect(await readFigures(page)).toEqual(toFigures(report));
    expect(await readTotals(page, 0)).toEqual({ "would be accepted": 378, rejected: 22 });
    const text = await readText(page);
    expect(text).toContain("Check complete, 22 of 400 rows rejected");
    expect(text).toMatch(/Plan\s+8 requests, .*4\.0 s at the default quota/);
    expect(text).not.toMatch(/throttled|Requests|Slowest|Pace/);
    expect(problems).toEqual([]);
  });

  it("names the step that comes next, and not beside the one that goes on", async () => {
    const next = { words: "Import it:", command: "pinpoint-import run -m 'my mapping.json' in.csv" };
    const { page } = await show({ report: makeReport(), next });
    expect(await page.locator(".next").textContent()).toContain(next.words);
    expect(await page.locator(".next code").textContent()).toBe(next.command);

    const rows = { ...makeReport().rows, accepted: 9, rejected: 1 };
    const report = makeReport({ rows, rejectsFile: "r.csv" });
    const { page: mending } = await show({ report, next: { words: "Mend the rows." } });
    expect(await mending.locator(".next").textContent()).toMatch(
      /1 rejected row stands in r\.csv.*Mend the rows\./,
    );
    expect(await mending.locator(".next .command").count()).toBe(0);

    const { page: stopped } = await show({ report: { ...report, resumeCommand: "go on" }, next });
    expect(await stopped.locator(".next code").allTextContents()).toEqual(["go on", "r.csv"]);
  });

  it.each(["light", "dark"] as const)("is accessible on a %s ground", async (scheme) => {
    const { path } = await importRows({ showValues: true });
    const { page } = await open(pathToFileURL(path).href, scheme);
    for (const summary of await page.locator("summary").all()) await summary.click();
    const ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(ground).toBe(scheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 23, 27)");
    await page.locator("figure svg").first().hover();
    await page.locator("figure g[aria-label=tip] path").waitFor();
    const { shapes, faint, tip } = await page.evaluate<Contrasts>(FIND_FAINT_SHAPES);
    expect(shapes).toBeGreaterThan(5);
    expect(faint).toEqual([]);
    expect(tip).toBeGreaterThan(4.5);
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<axe.AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
  });

  it("can be used with the keyboard alone", async () => {
    const { path } = await importRows({ command: "pinpoint-import run contacts.csv" });
    const { page } = await open(pathToFileURL(path).href);
    await page.keyboard.press("Tab");
    const focusable: string[] = [];
    for (;;) {
      const focused = await page.evaluate<string>("document.activeElement.tagName");
      if (focused === "BODY") break;
      focusable.push(focused);
      if (focused === "SUMMARY") await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
    }
    expect(await page.locator("details:not([open])").count()).toBe(0);
    expect(focusable).toContain("BUTTON");
    expect(await page.locator(".picture:not([role=img][aria-label])").count()).toBe(0);
  });

  it("fits a phone, and shows its sample rows on paper", async () => {
    const { path } = await importRows();
    const { page } = await open(pathToFileURL(path).href);
    await page.setViewportSize({ width: 360, height: 700 });
    await page.waitForFunction("document.querySelector('svg')?.getAttribute('width') < 360");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await page.locator(".samples[open]").count()).toBe(0);
    await page.evaluate(
      "addEventListener('beforeprint', () => { document.title = document.querySelectorAll('.samples[open]').length; })",
    );
    await page.pdf();
    expect(await page.title()).toBe("3");
    expect(await page.locator(".samples[open]").count()).toBe(0);
  });
});

async function readText(page: Page): Promise<string> {
  return (await page.locator("main").allInnerTexts()).join();
}

/** The numbers that name what they are. */
async function readFigures(page: Page): Promise<Record<string, number>> {
  const figures = await page
    .locator("[data-figure]")
    .evaluateAll((elements) =>
      elements.map((found) => [found.getAttribute("data-figure"), found.textContent?.replaceAll(",", "")]),
    );
  return Object.fromEntries(figures.map(([name, text]) => [name, Number(text)]));
}

/** What they have to be: zeros of rows are not worth a tile, unless they say that all is well. */
function toFigures({ rows, endpoints, requests, plan }: ImportReport): Record<string, number> {
  const { ratePerSecond, ...counts } = requests;
  const always = ["read", "accepted", "rejected"];
  const shown = Object.entries(rows).filter(([name, count]) => always.includes(name) || count > 0);
  return {
    ...prefix("rows", Object.fromEntries(shown)),
    ...prefix("endpoints", endpoints),
    ...(plan === undefined ? prefix("requests", counts) : {}),
  };
}

function prefix(of: string, counts: object): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${of}.${name}`, count]));
}

/** The last line of the table of a chart. */
async function readTotals(page: Page, chart: number): Promise<Record<string, number>> {
  const table = page.locator("figure").nth(chart).locator("table");
  const names = await table.locator("thead th").allTextContents();
  const totals = await table.locator("tfoot th, tfoot td").allTextContents();
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const text = totals[index]?.replaceAll(",", "") ?? "";
      return /^\d+$/.test(text) ? [[name, Number(text)]] : [];
    }),
  );
}
