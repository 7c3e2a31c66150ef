import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../../src/pages/build-page.js";
import { CHROMIUM, openBrowser, watchErrors } from "../helpers/open-browser.js";

describe("a page", () => {
  it.each(["report", "sandbox"] as const)("%s is one text that names no other file", async (name) => {
    const page = await buildPage(name);
    const withoutScripts = page.replaceAll(/<script>.*?<\/script>/gs, "");
    expect(withoutScripts).not.toMatch(/<link(?! rel="icon" href="data:)|<script[^>]* src=|url\(|@import/);
    expect(page).toMatch(/script-src 'sha256-[\w+/]{43}='/);
  });

  it.skipIf(CHROMIUM === undefined)("runs its own script, and no other one", async () => {
    const html = await buildPage("report");
    const page = await browser.newPage();
    const errors = watchErrors(page);
    await page.setContent(html);
    await page.waitForSelector("html[data-ready]");
    expect(errors).toEqual([]);

    const other = await browser.newPage();
    const refusals = watchErrors(other);
    await other.setContent(html.replace("<main>", '<main><script>document.title = "another one"</script>'));
    await other.waitForSelector("html[data-ready]");
    expect(await other.title()).toBe("Import report");
    expect(refusals).toEqual([expect.stringContaining("Content Security Policy")]);
  });

  let browser: Browser;
  beforeAll(async () => {
    if (CHROMIUM !== undefined) browser = await openBrowser();
  });
  afterAll(() => browser?.close());
});
