import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and others have it; `CHROMIUM` names another place. */
const PATHS = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Undefined where there is no Chromium: a test that needs it skips itself, and says so. */
export const CHROMIUM = PATHS.find((path) => path !== undefined && existsSync(path));

if (CHROMIUM === undefined) console.warn("No Chromium is installed here: nobody looks at the pages.");

/** A headless browser; whoever opens it closes it. */
export function openBrowser(): Promise<Browser> {
  // Chromium's own sandbox does not work for root, as whom containers run.
  return chromium.launch({ executablePath: CHROMIUM ?? "chromium", args: ["--no-sandbox"] });
}

/** What a page says went wrong in it; to be taken before it is opened. */
export function watchErrors(page: import("playwright-core").Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("requestfailed", (request) => {
    // What a page itself does not want to know any more is no failure.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") errors.push(`${request.url()} failed: ${reason}`);
  });
  return errors;
}
