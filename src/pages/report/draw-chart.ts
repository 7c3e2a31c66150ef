import type { Chart, Series } from "./chart.js";
import { drawPicture } from "./draw-picture.js";
import { element } from "./element.js";
import type { Bin } from "./to-bins.js";
import { toNumber, toRate, toSpan } from "./to-words.js";

/** The chart, with its figures as a table for whoever wants or needs them. */
export function drawChart(chart: Chart): HTMLElement {
  const picture = element("div", {
    class: "picture",
    role: "img",
    "aria-label": `${chart.title}. ${chart.summary}`,
  });
  let drawnAt = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width === 0 || width === drawnAt) return;
    drawnAt = width;
    picture.replaceChildren(drawPicture(chart, width));
  }).observe(picture);
  return element(
    "figure",
    {},
    element("figcaption", {}, element("h2", {}, chart.title), element("p", {}, chart.summary)),
    toLegend(chart),
    picture,
    element("details", {}, element("summary", {}, `${chart.title} in figures`), toTable(chart)),
  );
}

function toLegend({ series, line }: Chart): HTMLElement {
  const toItem = (name: string, kind: string, color: string): HTMLElement =>
    element("li", {}, element("span", { class: `swatch ${kind}`, style: `--color: var(--${color})` }), name);
  const items = series.map(({ name, color }) => toItem(name, "bar", color));
  return element("ul", { class: "legend" }, ...items, line && toItem(line.name, "dashes", "line"));
}

/** The counts of each bin, and below them those of the whole run. */
function toTable({ title, bins, series, line }: Chart): HTMLElement {
  const head = [
    "Time",
    ...series.map(({ name }) => name),
    ...(line === undefined ? [] : [`${line.name}, a second`]),
  ];
  const toRow = (bin: Bin): HTMLElement =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, toSpan(bin.fromMs, bin.toMs)),
      ...series.map(({ count }) => element("td", {}, toNumber(count(bin)))),
      line && element("td", {}, toRate(line.perSecond(bin))),
    );
  const total = (count: Series["count"]): number => bins.reduce((sum, bin) => sum + count(bin), 0);
  return element(
    "div",
    { class: "scrolls", tabindex: "0", role: "region", "aria-label": `${title} in figures` },
    element(
      "table",
      { class: "numbers" },
      element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...bins.map(toRow)),
      element(
        "tfoot",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "row" }, "All"),
          ...series.map(({ count }) => element("td", {}, toNumber(total(count)))),
          line && element("td", {}),
        ),
      ),
    ),
  );
}
