import type { ReportPageData } from "../../reporting/report-page-data.js";
import type { Series } from "./chart.js";
import { drawChart } from "./draw-chart.js";
import { element } from "./element.js";
import { OUTCOMES, toOutcomeName } from "./show-outcome.js";
import { type Bin, toBins } from "./to-bins.js";
import { toNumber, toRate, toTook } from "./to-words.js";

/** How the run went in time; nothing of a run that was over before there was anything to see. */
export function showCharts({ report, history, rate, learnedRate }: ReportPageData): HTMLElement | undefined {
  const bins = toBins(history);
  const rows = withCounts(
    bins,
    OUTCOMES.map((outcome) => toRowSeries(outcome, report.plan !== undefined)),
  );
  if (rows.length === 0) return undefined;
  const requests = withCounts(bins, REQUESTS);
  return element(
    "section",
    { "aria-label": "The run in time" },
    drawChart({ title: "Rows decided a second", summary: toRowsSummary(bins), bins, series: rows }),
    requests.length === 0
      ? undefined
      : drawChart({
          title: "Requests a second",
          summary: toRequestsSummary(bins, rate, learnedRate),
          bins,
          series: requests,
          line: { name: "allowed by the pace", perSecond: (bin) => bin.ratePerSecond },
        }),
  );
}

const toRowSeries = (outcome: (typeof OUTCOMES)[number], isCheck: boolean): Series => ({
  name: toOutcomeName(outcome, isCheck),
  color: outcome,
  count: ({ rows }) => rows[outcome],
});

const REQUESTS: readonly Series[] = [
  { name: "accepted", color: "accepted", count: ({ batches }) => batches.accepted },
  { name: "refused or failed", color: "rejected", count: ({ batches }) => batches.failed },
  { name: "throttled (429)", color: "throttled", count: ({ batches }) => batches.throttled },
  {
    name: "single endpoints (own quota)",
    color: "filtered",
    count: ({ singles }) => singles.accepted + singles.throttled + singles.failed,
  },
];

/** Those of which there are any. */
function withCounts(bins: readonly Bin[], series: readonly Series[]): readonly Series[] {
  return series.filter(({ count }) => bins.some((bin) => count(bin) > 0));
}

function toRowsSummary(bins: readonly Bin[]): string {
  const counts = bins.map(({ rows, fromMs, toMs }) => ({
    rows: OUTCOMES.reduce((sum, outcome) => sum + rows[outcome], 0),
    seconds: (toMs - fromMs) / 1000,
  }));
  const all = counts.reduce((sum, { rows }) => sum + rows, 0);
  const seconds = counts.reduce((sum, bin) => sum + bin.seconds, 0);
  const most = Math.max(...counts.map((bin) => bin.rows / bin.seconds));
  return `${toRate(all / seconds)} a second on average over ${toTook(seconds * 1000)}, ${toRate(most)} at most.`;
}

function toRequestsSummary(
  bins: readonly Bin[],
  rate: ReportPageData["rate"],
  learnedRate: number | null,
): string {
  const throttled = bins.reduce(
    (sum, { batches, singles }) => sum + batches.throttled + singles.throttled,
    0,
  );
  const answers = throttled === 0 ? "None met a 429." : `${toNumber(throttled)} met a 429.`;
  if (rate !== "auto") return `At most ${toRate(rate ?? 0)} a second were asked for. ${answers}`;
  return learnedRate === null
    ? `The quota of the account was not met. ${answers}`
    : `The quota that was learned is ${toRate(learnedRate)} a second. ${answers}`;
}
