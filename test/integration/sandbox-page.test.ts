import { once } from "node:events";
import { expect, test } from "vitest";
import { buildPage } from "../../src/pages/build-page.js";
import { collect, startCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

test("the built sandbox has its page with it, and does not log who looks", async () => {
  const child = startCli(["sandbox", "--port", "0"], { cwd: await temporaryDirectory() });
  const result = collect(child);
  const [first] = await once(child.stdout ?? child, "data");
  const url = String(first).trim().replace("listening on ", "");
  const page = await fetch(url, { headers: { Accept: "text/html" } });
  expect(await page.text()).toBe(await buildPage("sandbox"));
  expect(await (await fetch(`${url}/_sandbox/applications`)).json()).toEqual({ applications: [] });
  child.kill("SIGTERM");
  expect((await result).stderr).toBe("");
});
