import type { RejectGroup, RejectPlace } from "../../domain.js";
import type { RejectSample, ReportPageData } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { toCount, toInputName, toNumber, toShare } from "./to-words.js";

/** Why rows were rejected, the most frequent reason first, with some rows of each. */
export function showRejects({ report, samples, showsValues }: ReportPageData): HTMLElement | undefined {
  const { rows, rejectsByReason, source } = report;
  if (rejectsByReason.length === 0) return undefined;
  const samplesOf = (group: RejectGroup): readonly RejectSample[] =>
    // A stop leaves rejects behind that are not written, and do not count.
    samples.filter((sample) => toKey(sample) === toKey(group)).slice(0, group.rows);
  const toPlace = ({ input, row, line }: RejectPlace): string =>
    `row ${toNumber(row)} (line ${toNumber(line)}${source.inputs.length > 1 ? ` of ${toInputName(input, source.inputs)}` : ""})`;
  const showGroup = (group: RejectGroup): HTMLElement =>
    element(
      "li",
      {},
      element(
        "p",
        { class: "reason" },
        element("strong", {}, toNumber(group.rows)),
        element("span", {}, group.reason),
      ),
      element(
        "p",
        { class: "note" },
        element("code", {}, group.code),
        `, ${toShare(group.rows, rows.rejected)} of the rejected rows, the first is ${toPlace(group.first)}`,
      ),
      showSamples(samplesOf(group), toPlace, showsValues),
    );
  const masked = showsValues
    ? "The values of the sample rows are people's data: this file is readable by its owner alone."
    : "In sample rows letters are x and digits 9; --show-values shows the values, and so does the rejects file.";
  return element(
    "section",
    { class: "rejects" },
    element("h2", {}, "Rejected rows by reason"),
    samples.length === 0 ? undefined : element("p", { class: "note" }, masked),
    element("ol", {}, ...rejectsByReason.map(showGroup)),
  );
}

function toKey({ code, reason }: Pick<RejectGroup, "code" | "reason">): string {
  return `${code} ${reason}`;
}

function showSamples(
  samples: readonly RejectSample[],
  toPlace: (place: RejectPlace) => string,
  showsValues: boolean,
): HTMLElement | undefined {
  if (samples.length === 0) return undefined;
  const showSample = ({ place, reasons, cells, moreCells }: RejectSample): HTMLElement => {
    // Without values the first reason is that of all.
    const said = showsValues ? reasons : reasons.slice(1).map((reason) => `also: ${reason}`);
    return element(
      "div",
      { class: "sample" },
      element("h3", {}, toPlace(place)),
      ...said.map((reason) => element("p", {}, reason)),
      element(
        "dl",
        { class: "facts" },
        ...cells.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
      ),
      moreCells === 0 ? undefined : element("p", { class: "note" }, `and ${toCount(moreCells, "cell")} more`),
    );
  };
  return element(
    "details",
    { class: "samples" },
    element("summary", {}, samples.length === 1 ? "A sample row" : `${samples.length} sample rows`),
    ...samples.map(showSample),
  );
}
