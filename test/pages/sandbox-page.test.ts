import { PassThrough } from "node:stream";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createSandbox, runImport, type Sandbox, type SandboxStats } from "../../src/index.js";
import { CHROMIUM, openBrowser, watchErrors } from "../helpers/open-browser.js";
import { startSandbox } from "../helpers/sandbox.js";

describe.skipIf(CHROMIUM === undefined)("the sandbox's page, looked at in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  /** The page of a sandbox, at a place. What goes wrong in it fails the test, but for what is expected to. */
  async function openPage(sandbox: Sandbox, hash = "", width = 1280, expected?: RegExp): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const errors = watchErrors(page);
    onTestFinished(async () => {
      await context.close();
      expect(errors.filter((error) => expected === undefined || !expected.test(error))).toEqual([]);
    });
    await page.goto(`${sandbox.url}/${hash}`);
    await page.waitForSelector("html[data-ready]");
    return page;
  }

  it("shows the figures of GET /_sandbox/stats", async () => {
    const sandbox = await startSandbox({ requestsPerSecond: 2, now: () => 0 });
    await put(sandbox, "demo", email("a"), email("b"), email("c"));
    await put(sandbox, "7", email("a"));
    await put(sandbox, "demo", email("d"));
    await fetch(`${sandbox.url}/v1/apps/demo/endpoints/a`);
    await fetch(`${sandbox.url}/v1/nothing`);
    const page = await openPage(sandbox);
    const stats = (await (await fetch(`${sandbox.url}/_sandbox/stats`)).json()) as SandboxStats;

    expect(stats.requests.total).toBe(5);
    const figure = async (id: string) => Number(await page.textContent(`#${id}`));
    expect(await figure("endpoint-count")).toBe(stats.endpoints.total);
    expect(await figure("request-count")).toBe(stats.requests.total);
    expect(await figure("application-count")).toBe(2);
    expect(await figure("throttled-count")).toBe(1);
    expect(await figure("error-count")).toBe(1);
    const applications = await readRows(page, "applications");
    expect(Object.fromEntries(applications.map(([id, , count]) => [id, Number(count)]))).toEqual(
      stats.endpoints.byApplication,
    );
    const byOperation: Record<string, Record<string, number>> = {};
    for (const [operation = "", status = "", count] of await readRows(page, "counts")) {
      byOperation[operation] = { ...byOperation[operation], [status]: Number(count) };
    }
    expect(byOperation).toEqual(stats.requests.byOperation);
  });

  it("searches endpoints, and shows one in full", async () => {
    const sandbox = await startSandbox();
    const ada = email("ada-1", {
      Attributes: { Interests: ["Music", "Chess"] },
      Metrics: { Spent: 12.5 },
      User: { UserId: "member-ada", UserAttributes: { Plan: ["Gold"] } },
    });
    await put(sandbox, "demo", ada, email("bob-2", { Address: "robert@example.net" }), email("cyd-3"));
    const page = await openPage(sandbox);
    expect(await idsOf(page)).toEqual(["ada-1", "bob-2", "cyd-3"]);

    const search = async (text: string, field: string) => {
      await page.getByLabel("in", { exact: true }).selectOption(field);
      await page.getByLabel("Search for").fill(text);
      await page.getByRole("button", { name: "Search" }).click();
    };
    for (const [text, field, id] of [
      ["B-2", "id", "bob-2"],
      ["member", "user", "ada-1"],
      ["robert", "address", "bob-2"],
      ["chess", "attribute", "ada-1"],
    ] as const) {
      await search(text, field);
      await see(() => idsOf(page), [id]);
      await see(() => page.textContent("#found"), "1 found among 3.");
    }
    await search("nobody", "id");
    await see(() => page.textContent("#found"), "Nothing found among 3.");
    expect(await idsOf(page)).toEqual([]);

    await search("ada", "id");
    await page.getByRole("link", { name: "ada-1" }).click();
    await page.waitForSelector("#endpoint:not([hidden])");
    const members = await page.locator("#members dt, #members dd").allTextContents();
    const expected = ["EMAIL", "ada-1@example.com", "Interests", "Music", "Chess", "12.5", "Plan", "Gold"];
    expect(members).toEqual(expect.arrayContaining(expected));
    expect(JSON.parse((await page.textContent("#json")) ?? "")).toEqual(sandbox.endpoints("demo")[0]);
    // Whoever uses a keyboard or a small screen is taken to it.
    await see(() => page.evaluate("document.activeElement.id"), "endpoint-title");

    await page.getByRole("link", { name: "All endpoints of its user" }).click();
    await see(() => page.inputValue("#text"), "member-ada");
    await page.getByRole("link", { name: "Close" }).click();
    await page.waitForSelector("#endpoint", { state: "hidden" });
    await page.goBack();
    await page.waitForSelector("#endpoint:not([hidden])");
  });

  it("shows at once what a link names", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "first", email("other"));
    await put(sandbox, "a & b", email("x#1"), email("x#2"), email("y"));
    const place = { application: "a & b", q: "x#", in: "id", endpoint: "X#2" };
    const page = await openPage(sandbox, `#${new URLSearchParams(place)}`);
    expect(await idsOf(page)).toEqual(["x#1", "x#2"]);
    expect(await page.inputValue("#text")).toBe("x#");
    expect(await page.inputValue("#field")).toBe("id");
    expect(await page.textContent("#endpoint-title")).toBe("Endpoint x#2");
    expect(await page.textContent("#endpoints tr[aria-current] th")).toBe("x#2");
    expect(await page.textContent("#applications tr[aria-current] th")).toBe("a & b");
  });

  it("says what it cannot find", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "demo", email("a"));
    const page = await openPage(sandbox, "#application=demo&endpoint=gone", 1280, /404/);
    expect(await page.textContent("#no-endpoint")).toContain('"gone"');
    const other = await openPage(sandbox, "#application=other&endpoint=a");
    expect(await other.textContent("#found")).toBe('There is no application "other" yet.');
    await put(sandbox, "other", email("a"));
    await see(() => other.textContent("#endpoint-title"), "Endpoint a");
  });

  it("pages through many endpoints", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "demo", ...Array.from({ length: 60 }, (_, index) => email(`e${index}`)));
    const page = await openPage(sandbox);
    const go = async (name: string, text: string) => {
      await page.getByRole("link", { name, exact: true }).click();
      await see(() => page.textContent("#found"), text);
    };
    await go("Next", "26 to 50 of 60, in order of creation");
    await go("Last", "51 to 60 of 60, in order of creation");
    expect(await page.getByRole("link", { name: "Next", exact: true }).count()).toBe(0);
    await go("Previous", "26 to 50 of 60, in order of creation");
    await go("First", "1 to 25 of 60, in order of creation");
    const text = page.getByLabel("Search for");
    for (const typed of ["exam", "example"]) {
      await text.fill(typed);
      await see(() => page.evaluate("location.hash"), `#application=demo&q=${typed}`);
    }
    await see(() => page.textContent("#found"), "25 found among the first 25 of 60 endpoints. Next goes on.");
    await go("Next", "25 more found among the first 50 of 60 endpoints. Next goes on.");
    await go("Next", "10 more found among 60.");
    // What was typed is one step, and the field follows.
    for (const after of ["&after=25", ""]) {
      await page.goBack();
      await see(() => page.evaluate("location.hash"), `#application=demo&q=example${after}`);
    }
    await page.goBack();
    await see(() => page.inputValue("#text"), "");
  });

  it("takes nothing that is stored for HTML", async () => {
    const sandbox = await startSandbox();
    const hostile = `<img src=x onerror="document.title='hostile'">`;
    await put(sandbox, hostile, {
      Id: hostile,
      ChannelType: "CUSTOM",
      Address: hostile,
      Attributes: { "<b>name<b>": [hostile] },
      User: { UserId: hostile, UserAttributes: { "<i>user<i>": ["<script>document.title=1</script>"] } },
    });
    await put(sandbox, "demo", { Id: hostile, ChannelType: "CUSTOM", Attributes: { [`<b>${hostile}`]: [] } });
    const page = await openPage(sandbox, `#${new URLSearchParams({ q: hostile, endpoint: hostile })}`);
    expect(await idsOf(page)).toEqual([hostile]);
    expect(await page.textContent("#members")).toContain(`<b>name<b>${hostile}`);
    expect(await page.textContent("#members")).toContain("<i>user<i><script>document.title=1</script>");
    expect(await page.locator("img, b, i, main script").count()).toBe(0);
    expect(await page.title()).toBe("Pinpoint sandbox");
  });

  it("follows an import while it runs", async () => {
    const sandbox = await startSandbox();
    const page = await openPage(sandbox);
    expect(await page.textContent("#example")).toContain(`--endpoint-url ${sandbox.url} `);
    const stdin = new PassThrough();
    const write = (from: number, to: number) => {
      for (let index = from; index < to; index += 1) stdin.write(`${JSON.stringify(email(`e${index}`))}\n`);
    };
    let isRunning = true;
    const importing = runImport({
      inputs: ["-"],
      stdin,
      format: "jsonl",
      mapping: "pinpoint",
      applicationId: "demo",
      endpointUrl: sandbox.url,
      region: "us-east-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
      flushAfterMs: 50,
    }).finally(() => {
      isRunning = false;
    });
    write(0, 300);
    await see(() => page.textContent("#endpoint-count"), "300");
    await see(() => page.textContent("#found"), "1 to 25 of 300, in order of creation");
    expect(isRunning).toBe(true);
    write(300, 1_200);
    await see(() => page.textContent("#endpoint-count"), "1,200");
    await see(() => page.textContent("#found"), "1 to 25 of 1,200, in order of creation");
    expect(isRunning).toBe(true);
    stdin.end();
    expect((await importing).rows).toMatchObject({ read: 1_200, accepted: 1_200 });

    const { total } = sandbox.stats().requests;
    await see(async () => (await readRows(page, "requests")).length, total);
    const requests = await readRows(page, "requests");
    expect(new Set(requests.map(([, status, operation]) => `${status} ${operation}`))).toEqual(
      new Set(["202 UpdateEndpointsBatch"]),
    );
    expect(requests.reduce((sum, [, , , items]) => sum + Number(items), 0)).toBe(1_200);
  });

  it("shows the latest requests with what went wrong, the newest first", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "demo", email("a"));
    await put(sandbox, "demo", { Id: "b", ChannelType: "FAX" });
    const page = await openPage(sandbox);
    const [refused, accepted] = await readRows(page, "requests");
    expect(refused?.slice(1, 4)).toEqual(["400", "UpdateEndpointsBatch", ""]);
    expect(refused?.at(5)).toBe("PUT /v1/apps/demo/endpoints");
    expect(refused?.at(6)).toContain("ChannelType: expected one of");
    expect(accepted?.slice(1, 4)).toEqual(["202", "UpdateEndpointsBatch", "1"]);
    await page.getByLabel("Only those that were not accepted").check();
    expect((await readRows(page, "requests")).map(([, status]) => status)).toEqual(["400"]);
  });

  it("keeps focus where it is while rows come and go", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "demo", email("a"), email("b"), email("c"));
    const page = await openPage(sandbox);
    await page.getByRole("link", { name: "b", exact: true }).focus();
    await fetch(`${sandbox.url}/v1/apps/demo/endpoints/a`, { method: "DELETE" });
    await put(sandbox, "demo", email("d"), email("b", { OptOut: "ALL" }));
    await see(
      async () => (await readRows(page, "endpoints")).map(([id, , , , , optOut]) => [id, optOut]),
      [
        ["b", "ALL"],
        ["c", "NONE"],
        ["d", "NONE"],
      ],
    );
    expect(await page.evaluate("document.activeElement.textContent")).toBe("b");
  });

  it("asks nothing while it is paused or hidden", async () => {
    const sandbox = await startSandbox();
    const page = await openPage(sandbox);
    let asked = 0;
    let answered = 0;
    page.on("request", () => {
      asked += 1;
    });
    page.on("requestfinished", () => {
      answered += 1;
    });
    /** Where there are no applications, there are three questions at a time. */
    const isAtRest = () => answered === asked && asked % 3 === 0;
    const asksNothing = async () => {
      await see(isAtRest, true);
      const before = asked;
      await page.clock.runFor(10_000);
      expect(asked).toBe(before);
    };
    // From here on the page's clock goes on as told, so that nobody has to wait.
    await page.clock.install();
    await page.getByRole("button", { name: "Pause" }).click();
    await see(() => page.textContent("#connection"), "Paused");
    await asksNothing();

    await page.getByRole("button", { name: "Pause" }).click();
    await see(() => page.textContent("#connection"), "Up to date, asked every second");
    await see(isAtRest, true);
    const before = asked;
    await page.clock.runFor(1_100);
    await see(() => asked > before, true);

    const setVisibility = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));`,
      );
    await setVisibility("hidden");
    await asksNothing();
    await put(sandbox, "demo", email("a"));
    await setVisibility("visible");
    await see(() => page.textContent("#endpoint-count"), "1");
  });

  it("says when the sandbox is gone, and goes on with the next one at that address", async () => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const first = await createSandbox();
    await put(first, "demo", email("a"), email("b"));
    await page.goto(first.url);
    await see(() => page.textContent("#endpoint-count"), "2");
    await first.close();
    await see(
      () => page.textContent("#connection"),
      "The sandbox does not answer. Asked again every second.",
    );
    const second = await startSandbox({ port: first.port });
    await put(second, "other", email("z"));
    await see(() => page.textContent("#endpoint-count"), "1");
    await see(() => idsOf(page), ["z"]);
    expect(await readRows(page, "requests")).toHaveLength(1);
  });

  it.each(["light", "dark"] as const)("is accessible and fits a small screen, %s", async (colorScheme) => {
    const sandbox = await startSandbox();
    const long = "x".repeat(200);
    await put(sandbox, "0123456789abcdef0123456789abcdef", {
      Id: long.slice(0, 100),
      ChannelType: "EMAIL",
      Address: `${long}@example.com`,
      OptOut: "ALL",
      Attributes: { ["n".repeat(50)]: ["v".repeat(100)] },
      User: { UserId: long.slice(0, 50) },
    });
    await put(sandbox, "demo", { Id: "b", ChannelType: "FAX" });
    sandbox.failNext({ status: 429 });
    await put(sandbox, "demo", email("a"));
    const page = await openPage(sandbox, `#endpoint=${long.slice(0, 100)}`, 400);
    await page.emulateMedia({ colorScheme });
    expect(await readRows(page, "requests")).toHaveLength(3);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<axe.AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
  });

  it("can be used by keyboard", async () => {
    const sandbox = await startSandbox();
    await put(sandbox, "demo", email("a"), email("b"));
    const page = await openPage(sandbox);
    const visited: unknown[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await page.keyboard.press("Tab");
      visited.push(await page.evaluate("document.activeElement.id || document.activeElement.textContent"));
    }
    expect(visited).toEqual(["pause", "demo", "text", "field", "Search", "a", "b", "only-errors"]);
    await page.getByLabel("Search for").focus();
    await page.keyboard.type("b");
    await page.keyboard.press("Enter");
    await see(() => idsOf(page), ["b"]);
    await page.getByRole("link", { name: "b", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("#endpoint:not([hidden])");
  });
});

function email(id: string, more: object = {}) {
  return { Id: id, ChannelType: "EMAIL", Address: `${id}@example.com`, ...more };
}

async function put({ url }: Sandbox, application: string, ...items: unknown[]): Promise<void> {
  const path = `/v1/apps/${encodeURIComponent(application)}/endpoints`;
  await fetch(url + path, { method: "PUT", body: JSON.stringify({ Item: items }) });
}

/** Waits until the page shows something. */
async function see<T>(look: () => T | Promise<T>, expected: NoInfer<T>): Promise<void> {
  await expect.poll(look, { timeout: 15_000 }).toEqual(expected);
}

/** The cells of a table, header of the row included. */
async function readRows(page: Page, table: string): Promise<string[][]> {
  return page.evaluate<string[][]>(
    `[...document.querySelectorAll("#${table} tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
  );
}

async function idsOf(page: Page): Promise<(string | undefined)[]> {
  return (await readRows(page, "endpoints")).map(([id]) => id);
}
