import type { HistoryPoint } from "./report-page-data.js";

/** How often a run is looked at in its beginning, so that one of half a second has a history too. */
const FIRST_INTERVAL_MS = 25;

/** Points that are kept: when there are more, every second one goes, and the run is looked at half as often. */
const MAX_POINTS = 600;

/** Looks at a run from time to time. */
export interface History {
  /** All points from the beginning to this moment. */
  take(): readonly HistoryPoint[];
  /** Ends the looking. */
  close(): void;
}

/**
 * @param startedAt When the run began, by the monotonic clock.
 * @param look What is to be seen at this moment.
 */
export function createHistory(startedAt: number, look: () => Omit<HistoryPoint, "atMs">): History {
  let points: HistoryPoint[] = [];
  let intervalMs = FIRST_INTERVAL_MS;
  let timer: NodeJS.Timeout | undefined;

  const toPoint = (): HistoryPoint => ({ atMs: Math.round(performance.now() - startedAt), ...look() });

  const add = (): void => {
    points.push(toPoint());
    if (points.length > MAX_POINTS) {
      // Counts since the beginning: what a point said that goes is in the one behind it.
      points = points.filter((_, index) => index % 2 === 0);
      intervalMs *= 2;
    }
    timer = setTimeout(add, intervalMs).unref();
  };

  add();
  return {
    take: () => [...points, toPoint()],
    close: () => clearTimeout(timer),
  };
}
