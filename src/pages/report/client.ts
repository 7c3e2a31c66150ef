import type { ReportPageData } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { showCharts } from "./show-charts.js";
import { showNext } from "./show-next.js";
import { showOutcome } from "./show-outcome.js";
import { showRejects } from "./show-rejects.js";
import { showRun } from "./show-run.js";
import { showSlowest } from "./show-slowest.js";
import { toOutcome } from "./to-outcome.js";

const text = document.querySelector("#data")?.textContent ?? "";
if (text !== "") show(JSON.parse(text));
// Paper has no way to open what is closed.
addEventListener("beforeprint", () => openSamples(true));
addEventListener("afterprint", () => openSamples(false));
document.documentElement.dataset.ready = "true";

function openSamples(open: boolean): void {
  for (const samples of document.querySelectorAll<HTMLDetailsElement>(".samples")) samples.open = open;
}

/** Everything is shown by way of the DOM: nothing in the data is ever taken for HTML. */
function show(data: ReportPageData): void {
  const { report } = data;
  document.title = `${toOutcome(report).headline} (${report.runId})`;
  const sections = [
    showOutcome(report),
    showNext(data),
    showWarnings(report.warnings),
    showRejects(data),
    showCharts(data),
    showSlowest(data),
    showRun(data),
  ];
  document.querySelector("main")?.replaceChildren(...sections.filter((section) => section !== undefined));
}

function showWarnings(warnings: readonly string[]): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  return element(
    "section",
    { class: "warnings" },
    element("h2", {}, "Warnings"),
    element("ul", {}, ...warnings.map((warning) => element("li", {}, warning))),
  );
}
