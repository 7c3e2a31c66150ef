import type { ProgressView } from "./create-progress-watch.js";
import { toNumberText } from "./to-number-text.js";

const SHORTEST_BAR = 10;
const LONGEST_BAR = 60;
const GAP = "  ";

/** The bar keeps its length whatever stands beside it. */
const WORDS_BESIDE_BAR = `${GAP}100 %${GAP}100,000 rows/s${GAP}12 h 05 min left`.length;

/** Nothing happened for so long: worth a word. */
const QUIET_MS = 10_000;

/** Progress in two lines that are no wider than `columns`: what fits, the most important things first. */
export function toProgressLines(view: ProgressView, columns: number): readonly string[] {
  if (view.rowsRead === 0) return [takeFitting([toBeginning(view)], "", columns)];
  const how = [toSpeed(view), toWhen(view)];
  const counts = takeFitting(toCounts(view), ", ", columns);
  if (view.share === undefined)
    return [takeFitting([`${toNumberText(view.rowsRead)} rows read`, ...how], ", ", columns), counts];
  const bar = toBar(view.share, columns - WORDS_BESIDE_BAR);
  const percent =
    bar === "" ? toPercent(view.share) : bar + GAP + toPercent(view.share).padStart("100 %".length);
  // The time left is worth more than the speed.
  const line = [how, how.slice(1), []]
    .map((words) => [percent, ...words.filter((word) => word !== undefined)].join(GAP))
    .find((text) => text.length <= columns);
  return [line ?? "", counts];
}

/** The same in one line, for a log. */
export function toProgressWords(view: ProgressView): string {
  if (view.rowsRead === 0) return toBeginning(view);
  const share = view.share === undefined ? `${toNumberText(view.rowsRead)} rows read` : toPercent(view.share);
  const words = [share, toWhen(view), toSpeed(view), ...toCounts(view)];
  return words.filter((word) => word !== undefined).join(", ");
}

/** The same for programs that read a log. */
export function toProgressFields({ msLeft, quietMs, elapsedMs, ...view }: ProgressView): object {
  return {
    ...view,
    share: round(view.share, 4),
    rowsPerSecond: round(view.rowsPerSecond, 0),
    requestsPerSecond: round(view.requestsPerSecond, 2),
    ratePerSecond: round(view.ratePerSecond, 2),
    quotaPerSecond: round(view.quotaPerSecond, 2),
    secondsLeft: msLeft === undefined ? undefined : Math.ceil(msLeft / 1000),
  };
}

function toBeginning({ elapsedMs }: ProgressView): string {
  return `waiting for the first row, ${toTime(Math.floor(elapsedMs / 1000))} so far`;
}

function toCounts(view: ProgressView): readonly (string | undefined)[] {
  const { rowsAccepted, rowsUnchanged, rowsRejected, requestsRetried } = view;
  return [
    `${toNumberText(rowsAccepted)} accepted`,
    `${toNumberText(rowsRejected)} rejected`,
    toRate(view),
    requestsRetried === 0
      ? undefined
      : `${toNumberText(requestsRetried)} ${requestsRetried === 1 ? "retry" : "retries"}`,
    rowsUnchanged === 0 ? undefined : `${toNumberText(rowsUnchanged)} unchanged`,
  ];
}

function toSpeed({ rowsPerSecond }: ProgressView): string | undefined {
  return rowsPerSecond === undefined ? undefined : `${toNumberText(rowsPerSecond)} rows/s`;
}

/** `1.9 of 2.0 req/s`; without a quota that is known yet `12 req/s`. */
function toRate({ requestsPerSecond, quotaPerSecond, ratePerSecond }: ProgressView): string | undefined {
  // A check sends nothing.
  if (ratePerSecond === 0 || requestsPerSecond === undefined) return undefined;
  if (quotaPerSecond === undefined) return `${rate(requestsPerSecond)} req/s`;
  return `${rate(requestsPerSecond)} of ${rate(quotaPerSecond)} req/s`;
}

function toWhen({ msLeft, quietMs, elapsedMs, share }: ProgressView): string | undefined {
  if (quietMs >= QUIET_MS) return `waiting for ${toTime(Math.floor(quietMs / 1000))}`;
  if (share === undefined) return `${toTime(Math.floor(elapsedMs / 1000))} so far`;
  return msLeft === undefined || share === 1 ? undefined : `${toTime(Math.ceil(msLeft / 1000))} left`;
}

/** Takes what fits, in this order. */
function takeFitting(words: readonly (string | undefined)[], separator: string, columns: number): string {
  return words.reduce<string>((line, word) => {
    if (word === undefined) return line;
    const longer = line === "" ? word : line + separator + word;
    return longer.length <= columns ? longer : line;
  }, "");
}

function toBar(share: number, columns: number): string {
  const length = Math.min(columns, LONGEST_BAR);
  if (length < SHORTEST_BAR) return "";
  const done = Math.floor(share * length);
  return "=".repeat(done) + "-".repeat(length - done);
}

/** 100 % is said of what is complete. */
function toPercent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

/** `48 s`, `12 min`, `2 h 05 min`: seconds as long as they count. */
function toTime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function round(value: number | undefined, digits: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}

function rate(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
