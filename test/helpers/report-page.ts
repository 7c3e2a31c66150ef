import { readFile } from "node:fs/promises";
import type { ReportPageData } from "../../src/reporting/report-page-data.js";
import { makeReport } from "./reporting-report.js";

/** What the page at `path` shows, as it stands in it. */
export async function readPageData(path: string): Promise<ReportPageData> {
  const [, json = ""] =
    /<script id="data" type="application\/json">([^<]*)<\/script>/.exec(await readFile(path, "utf8")) ?? [];
  return JSON.parse(json);
}

/** Data of a run in which there was little to see; what differs is given. */
export function makePageData(different: Partial<ReportPageData> = {}): ReportPageData {
  return {
    report: makeReport(),
    command: null,
    next: null,
    rate: "auto",
    learnedRate: null,
    history: [],
    slowestBatches: [],
    samples: [],
    showsValues: false,
    ...different,
  };
}
