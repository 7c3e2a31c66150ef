import type { ReportPageData, RowPlace, SlowBatch } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { toClock, toInputName, toNumber, toTook } from "./to-words.js";

/** The batches that took longest from the first request to the last answer. */
export function showSlowest({ report, slowestBatches }: ReportPageData): HTMLElement | undefined {
  if (slowestBatches.length === 0) return undefined;
  const { inputs } = report.source;
  const toPlace = ({ input, row }: RowPlace): string =>
    inputs.length === 1 ? toNumber(row) : `${toNumber(row)} of ${toInputName(inputs[input] ?? "", inputs)}`;
  const toRows = ({ from, to }: SlowBatch): string => {
    if (from.input === to.input && from.row === to.row) return toPlace(to);
    return from.input === to.input
      ? `${toNumber(from.row)} to ${toPlace(to)}`
      : `${toPlace(from)} to ${toPlace(to)}`;
  };
  const toRow = (batch: SlowBatch): HTMLElement => {
    const { tookMs, startedAtMs, items, tries, throttled, outcome } = batch;
    const answers =
      throttled > 0 && tries > 1 ? `${toNumber(tries)}, ${toNumber(throttled)} throttled` : toNumber(tries);
    const cells = [toClock(startedAtMs / 1000), toRows(batch), toNumber(items), answers, outcome];
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, toTook(tookMs)),
      ...cells.map((cell) => element("td", {}, cell)),
    );
  };
  const head = ["Took", "Began at", "Rows", "Endpoints", "Tries", "Last answer"];
  return element(
    "section",
    {},
    element("h2", {}, "Slowest batches"),
    element(
      "p",
      {},
      "From the first request to the last answer, pauses and waiting for the pace between tries included.",
    ),
    element(
      "div",
      { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Slowest batches" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, ...slowestBatches.map(toRow)),
      ),
    ),
  );
}
