import type { ImportReport, RowCounts } from "../../reporting/report.js";
import { toPlanWords } from "../../reporting/to-plan-words.js";
import { element } from "./element.js";
import { toOutcome } from "./to-outcome.js";
import { toCount, toInputName, toMoment, toNumber, toShare, toTook } from "./to-words.js";

const SIGNS = { good: "✓", mixed: "!", bad: "✕" } as const;

/** Whether it worked, and what became of the rows. */
export function showOutcome(report: ImportReport): HTMLElement {
  const { tone, headline, detail } = toOutcome(report);
  const { source, target, startedAt, durationMs, resumed, plan } = report;
  const [first = "", ...others] = source.inputs;
  const name = toInputName(first, source.inputs);
  const inputs = others.length === 0 ? name : `${name} and ${toCount(others.length, "other input")}`;
  const into = plan === undefined && target.applicationId !== null ? ` into ${target.applicationId}` : "";
  return element(
    "header",
    { class: tone },
    element(
      "div",
      { class: "verdict" },
      element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[tone]),
      element("h1", {}, headline),
    ),
    detail === undefined ? undefined : element("p", { class: "detail" }, detail),
    element("p", { class: "what" }, `${inputs}${into}, ${toMoment(startedAt)}, ${toTook(durationMs)}`),
    resumed === null || resumed.rows === 0
      ? undefined
      : element(
          "p",
          {},
          `It went on with run ${resumed.runId} behind row ${toNumber(resumed.rows)}: the counts of rows and endpoints are those of the whole job; times, requests, charts and sample rows are those of this run.`,
        ),
    showRows(report),
    showCounts(report),
  );
}

/** What can become of a row, in the words and the colour of all charts. */
export const OUTCOMES = ["accepted", "unchanged", "filtered", "rejected"] as const;

export function toOutcomeName(outcome: keyof RowCounts, isCheck: boolean): string {
  if (outcome === "filtered") return "filtered out";
  return isCheck && outcome === "accepted" ? "would be accepted" : outcome;
}

/** The rows as tiles, and their shares as a bar. */
function showRows({ rows, plan }: ImportReport): HTMLElement {
  const outcomes = ([...OUTCOMES, "pending"] as const).filter(
    (name) => rows[name] > 0 || name === "accepted" || name === "rejected",
  );
  const name = (outcome: keyof RowCounts): string => toOutcomeName(outcome, plan !== undefined);
  const said = outcomes.map((outcome) => `${toShare(rows[outcome], rows.read)} ${name(outcome)}`).join(", ");
  const tile = (outcome: keyof RowCounts, label: string, note: string): HTMLElement =>
    element(
      "div",
      { class: "tile", style: `--color: var(--${outcome})` },
      element("dt", {}, label, " ", element("small", {}, note)),
      element("dd", {}, figure(`rows.${outcome}`, rows[outcome])),
    );
  return element(
    "section",
    { "aria-label": "Rows" },
    element(
      "dl",
      { class: "tiles" },
      tile("read", "rows read", ""),
      ...outcomes.map((outcome) => tile(outcome, name(outcome), toShare(rows[outcome], rows.read))),
    ),
    rows.read === 0
      ? undefined
      : element(
          "div",
          { class: "shares", role: "img", "aria-label": said },
          ...outcomes.map((outcome) =>
            element("span", { style: `--color: var(--${outcome}); flex-grow: ${rows[outcome]}` }),
          ),
        ),
  );
}

function showCounts({ endpoints, requests, plan }: ImportReport): HTMLElement {
  const isCheck = plan !== undefined;
  const counts = (of: string, values: Readonly<Record<string, number>>): (Node | string)[] =>
    Object.entries(values).flatMap(([name, count], index) => [
      index === 0 ? "" : ", ",
      figure(`${of}.${name}`, count),
      ` ${isCheck && name === "accepted" ? "would be accepted" : name}`,
    ]);
  const { ratePerSecond, ...sent } = requests;
  return element(
    "dl",
    { class: "counts" },
    element("dt", {}, "Endpoints"),
    element("dd", {}, ...counts("endpoints", { ...endpoints })),
    element("dt", {}, isCheck ? "Plan" : "Requests"),
    isCheck
      ? element("dd", {}, toPlanWords(plan))
      : element(
          "dd",
          {},
          ...counts("requests", sent),
          `; ${toNumber(ratePerSecond)} accepted a second on average`,
        ),
  );
}

/** A number of the report; `path` says which. */
function figure(path: string, value: number): HTMLElement {
  return element("span", { class: "figure", "data-figure": path }, toNumber(value));
}
