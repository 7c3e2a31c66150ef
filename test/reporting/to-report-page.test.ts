import { expect, it } from "vitest";
import { toReportPage } from "../../src/reporting/to-report-page.js";
import { makePageData } from "../helpers/report-page.js";

it("holds the data whole, and nothing in it ends it or begins anything else", async () => {
  const command = `</script><script>alert(1)</script><!-- <script> ]]> $& $' \u2028 "'\\`;
  const data = makePageData({ command });
  const page = await toReportPage(data);
  const empty = await toReportPage(makePageData());
  const [, json = ""] = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  expect(json).not.toContain("<");
  expect(JSON.parse(json)).toEqual(data);
  // But for the data it is the same page.
  const [, other = ""] = /<script id="data" type="application\/json">(.*?)<\/script>/s.exec(empty) ?? [];
  expect(page.replace(json, () => other)).toBe(empty);
});
