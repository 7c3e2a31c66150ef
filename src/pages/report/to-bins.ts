import type { AnswerCounts, HistoryPoint, RowsDecided } from "../../reporting/report-page-data.js";

/** What happened from one moment to another. */
export interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: RowsDecided;
  readonly batches: AnswerCounts;
  readonly singles: AnswerCounts;
  /** The pace at its end. */
  readonly ratePerSecond: number;
}

/** More of them are too thin to be seen on a phone, or read in a table. */
const MOST_BINS = 60;

/** At two requests a second, fewer than some seconds would show nothing but that requests are whole. */
const LEAST_MS = 2_000;

/** Also a short run is shown in some of them. */
const SHORT_RUN_BINS = 10;

/** Joins points until enough time lies between them. Nothing is lost: the bins add up to what happened between the first point and the last. */
export function toBins(points: readonly HistoryPoint[]): readonly Bin[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first.atMs === last.atMs) return [];
  const durationMs = last.atMs - first.atMs;
  const leastMs = Math.max(durationMs / MOST_BINS, Math.min(LEAST_MS, durationMs / SHORT_RUN_BINS));
  const edges = [first];
  for (const point of points) {
    if (point.atMs - (edges.at(-1) as HistoryPoint).atMs >= leastMs) edges.push(point);
  }
  // What is left at the end is no bin of its own.
  if (edges.length > 1) edges.pop();
  edges.push(last);
  return edges.slice(1).map((to, index) => toBin(edges[index] as HistoryPoint, to));
}

function toBin(from: HistoryPoint, to: HistoryPoint): Bin {
  return {
    fromMs: from.atMs,
    toMs: to.atMs,
    rows: subtract(to.rows, from.rows),
    batches: subtract(to.batches, from.batches),
    singles: subtract(to.singles, from.singles),
    ratePerSecond: to.ratePerSecond,
  };
}

function subtract<T extends Readonly<Record<keyof T, number>>>(to: T, from: T): T {
  const names = Object.keys(to) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, to[name] - from[name]])) as T;
}
