/*!
 * Holds Observable Plot, Copyright 2020-2025 Observable, Inc., and D3, Copyright 2010-2026 Mike Bostock.
 *
 * Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
 * provided that the above copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
 * IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
 * INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
 * THIS SOFTWARE.
 */

import { axisX, axisY, dot, gridY, lineY, plot, pointerX, rectY, ruleY, tip } from "@observablehq/plot";
import type { Chart, Line, Series } from "./chart.js";
import type { Bin } from "./to-bins.js";
import { toTicks } from "./to-ticks.js";
import { toClock, toNumber, toRate, toSpan } from "./to-words.js";

const HEIGHT = 220;
const MARGIN_TOP = 20;
const MARGIN_BOTTOM = 28;
const PIXELS_A_TICK = 90;

/** A line that is far above what there is to compare would make it flat: it leaves the picture then. */
const LINE_ROOM = 1.5;

/** Room above the highest bar for what stands above it. */
const HEADROOM = 1.1;

/** A bar that is lower can hardly be seen. */
const LEAST_PIXELS = 2;

/** The chart as an SVG, so wide. */
export function drawPicture({ bins, series, line }: Chart, width: number): Element {
  const bars = bins.flatMap((bin) => toBars(bin, series));
  const steps = line === undefined ? [] : bins.flatMap((bin) => toStep(bin, line));
  const highest = Math.max(0, ...bars.map(({ top }) => top));
  const lineTop = Math.min(Math.max(0, ...steps.map(({ y }) => y)), LINE_ROOM * highest);
  const yMost = HEADROOM * Math.max(highest, lineTop) || 1;
  const from = (bins[0]?.fromMs ?? 0) / 1000;
  const to = (bins.at(-1)?.toMs ?? 0) / 1000;
  const picture = plot({
    width,
    height: HEIGHT,
    marginTop: MARGIN_TOP,
    marginLeft: 52,
    marginRight: 12,
    marginBottom: MARGIN_BOTTOM,
    style: { fontSize: "12px" },
    x: { domain: [from, to] },
    y: { domain: [0, yMost] },
    marks: [
      gridY({ ticks: 4 }),
      axisY({ ticks: 4, label: null, tickFormat: toRate }),
      axisX({ ticks: [...toTicks(from, to, width / PIXELS_A_TICK)], label: null, tickFormat: toClock }),
      rectY(bars, {
        x1: "from",
        x2: "to",
        y1: "bottom",
        y2: "top",
        fill: "color",
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      lineY(steps, {
        x: "x",
        y: "y",
        stroke: "var(--line)",
        strokeWidth: 2,
        strokeDasharray: "5 3",
        clip: true,
      }),
      dot(
        bins.flatMap((bin) => toMarks(toBars(bin, series), yMost / (HEIGHT - MARGIN_TOP - MARGIN_BOTTOM))),
        { x: "x", y: "y", r: 3, fill: "color", stroke: "var(--background)" },
      ),
      ruleY([0]),
      tip(
        bins,
        pointerX({
          // Wherever the pointer is, it is over one of the bars.
          maxRadius: Number.POSITIVE_INFINITY,
          lineWidth: 40,
          x: toMiddle,
          y: (bin: Bin) => toBars(bin, series).at(-1)?.top ?? 0,
          title: (bin: Bin) => toTip(bin, series, line),
        }),
      ),
    ],
  });
  // Its parts have names that only a program understands; what holds it says what it shows.
  picture.setAttribute("aria-hidden", "true");
  return picture;
}

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly bottom: number;
  readonly top: number;
  readonly color: string;
}

/** Those of a bin that are not empty, from the ground up. */
function toBars(bin: Bin, series: readonly Series[]): readonly Bar[] {
  const seconds = toSeconds(bin);
  let top = 0;
  return series.flatMap(({ color, count }) => {
    if (count(bin) === 0) return [];
    const bottom = top;
    top += count(bin) / seconds;
    return [{ from: bin.fromMs / 1000, to: bin.toMs / 1000, bottom, top, color: `var(--${color})` }];
  });
}

/** Marks above the bars of a bin for those that are too thin: a single 429 in an hour has to be seen. */
function toMarks(bars: readonly Bar[], aPixel: number): { x: number; y: number; color: string }[] {
  const top = bars.at(-1)?.top ?? 0;
  return bars
    .filter((bar) => bar.top - bar.bottom < LEAST_PIXELS * aPixel)
    .map(({ from, to, color }, index) => ({ x: (from + to) / 2, y: top + (6 + 8 * index) * aPixel, color }));
}

function toStep(bin: Bin, { perSecond }: Line): { readonly x: number; readonly y: number }[] {
  const y = perSecond(bin);
  return [bin.fromMs, bin.toMs].map((ms) => ({ x: ms / 1000, y }));
}

function toTip(bin: Bin, series: readonly Series[], line: Line | undefined): string {
  const seconds = toSeconds(bin);
  return [
    toSpan(bin.fromMs, bin.toMs),
    ...series
      .filter(({ count }) => count(bin) > 0)
      .map(({ name, count }) => `${name}: ${toNumber(count(bin))} (${toRate(count(bin) / seconds)}/s)`),
    ...(line === undefined ? [] : [`${line.name}: ${toRate(line.perSecond(bin))}/s`]),
  ].join("\n");
}

function toSeconds({ fromMs, toMs }: Bin): number {
  return (toMs - fromMs) / 1000;
}

function toMiddle({ fromMs, toMs }: Bin): number {
  return (fromMs + toMs) / 2000;
}
