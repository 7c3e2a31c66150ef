import { axisX, axisY, gridY, lineY, plot, pointerX, rectY, ruleY, tip } from "@observablehq/plot";
import { element } from "./element.js";
import type { Bin } from "./to-bins.js";
import { toTicks } from "./to-ticks.js";
import { toClock, toNumber, toRate } from "./to-words.js";

/** Counts over time, one upon the other. */
export interface Chart {
  readonly title: string;
  /** What the whole of it says, for whoever does not see it. */
  readonly summary: string;
  readonly bins: readonly Bin[];
  readonly series: readonly Series[];
  /** A rate to compare the counts with. */
  readonly line?: Line | undefined;
}

export interface Series {
  readonly name: string;
  /** Of a custom property in the style. */
  readonly color: string;
  readonly count: (bin: Bin) => number;
}

export interface Line {
  readonly name: string;
  readonly perSecond: (bin: Bin) => number;
}

const HEIGHT = 220;
const PIXELS_A_TICK = 90;

/** A line that is far above what there is to compare would make it flat: it leaves the picture then. */
const LINE_ROOM = 1.5;

/** The chart, with its figures as a table for whoever wants or needs them. */
export function drawChart(chart: Chart): HTMLElement {
  const picture = element("div", { class: "picture" });
  let drawnAt = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width === 0 || width === drawnAt) return;
    drawnAt = width;
    picture.replaceChildren(toPicture(chart, width));
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

function toPicture({ title, summary, bins, series, line }: Chart, width: number): Element {
  const bars = bins.flatMap((bin) => toBars(bin, series));
  const highest = Math.max(0, ...bars.map(({ top }) => top));
  const steps = line === undefined ? [] : bins.flatMap((bin) => toStep(bin, line));
  const lineTop = Math.min(Math.max(0, ...steps.map(({ y }) => y)), LINE_ROOM * highest);
  const from = (bins[0]?.fromMs ?? 0) / 1000;
  const to = (bins.at(-1)?.toMs ?? 0) / 1000;
  const picture = plot({
    width,
    height: HEIGHT,
    marginLeft: 52,
    marginRight: 12,
    marginBottom: 28,
    style: { fontSize: "12px" },
    x: { domain: [from, to] },
    y: { domain: [0, 1.05 * Math.max(highest, lineTop) || 1] },
    marks: [
      gridY({ ticks: 4 }),
      axisY({ ticks: 4, label: null, tickFormat: toRate }),
      axisX({ ticks: [...toTicks(from, to, width / PIXELS_A_TICK)], label: null, tickFormat: toClock }),
      rectY(
        bars.filter(({ bottom, top }) => top > bottom),
        {
          x1: "from",
          x2: "to",
          y1: "bottom",
          y2: "top",
          fill: "color",
          insetLeft: 0.5,
          insetRight: 0.5,
        },
      ),
      lineY(steps, {
        x: "x",
        y: "y",
        stroke: "var(--line)",
        strokeWidth: 2,
        strokeDasharray: "5 3",
        clip: true,
      }),
      ruleY([0]),
      tip(
        bins,
        pointerX({
          // Wherever the pointer is, it is over one of the bars.
          maxRadius: Number.POSITIVE_INFINITY,
          x: (bin: Bin) => (bin.fromMs + bin.toMs) / 2000,
          y: (bin: Bin) => toBars(bin, series).at(-1)?.top ?? 0,
          title: (bin: Bin) => toTip(bin, series, line),
        }),
      ),
    ],
  });
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${title}. ${summary}`);
  return picture;
}

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly bottom: number;
  readonly top: number;
  readonly color: string;
}

function toBars(bin: Bin, series: readonly Series[]): readonly Bar[] {
  const seconds = toSeconds(bin);
  let top = 0;
  return series.map(({ color, count }) => {
    const bottom = top;
    top += count(bin) / seconds;
    return { from: bin.fromMs / 1000, to: bin.toMs / 1000, bottom, top, color: `var(--${color})` };
  });
}

function toStep(bin: Bin, { perSecond }: Line): { readonly x: number; readonly y: number }[] {
  const y = perSecond(bin);
  return [bin.fromMs, bin.toMs].map((ms) => ({ x: ms / 1000, y }));
}

function toTip(bin: Bin, series: readonly Series[], line: Line | undefined): string {
  const seconds = toSeconds(bin);
  return [
    toSpan(bin),
    ...series.map(
      ({ name, count }) => `${name}: ${toNumber(count(bin))} (${toRate(count(bin) / seconds)}/s)`,
    ),
    ...(line === undefined ? [] : [`${line.name}: ${toRate(line.perSecond(bin))}/s`]),
  ].join("\n");
}

function toSeconds({ fromMs, toMs }: Bin): number {
  return (toMs - fromMs) / 1000;
}

function toSpan({ fromMs, toMs }: Bin): string {
  return `${toClock(fromMs / 1000)} – ${toClock(toMs / 1000)}`;
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
      element("th", { scope: "row" }, toSpan(bin)),
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
