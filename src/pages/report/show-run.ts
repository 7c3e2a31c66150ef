import type { ReportPageData } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { showCommand } from "./show-command.js";
import { toMoment, toRate, toSize } from "./to-words.js";

/** What was run, when, with what. */
export function showRun({ report, command, rate }: ReportPageData): HTMLElement {
  const { runId, source, mapping, target, startedAt, finishedAt, exitCode, rejectsFile } = report;
  const pace = rate === "auto" ? "learns the account's quota" : `${toRate(rate ?? 0)} requests a second`;
  const facts: readonly (readonly [string, string | HTMLElement | null])[] = [
    ["Command", command === null ? null : showCommand(command)],
    ["Run", runId],
    ["Began", toMoment(startedAt)],
    ["Ended", toMoment(finishedAt)],
    ["Exit code", String(exitCode)],
    [source.inputs.length === 1 ? "Input" : "Inputs", toLines(source.inputs)],
    ["Format", source.format === null ? null : `${source.format}, ${toSize(source.bytes)} read`],
    ["Mapping", mapping],
    ["Application", target.applicationId],
    ["Region", target.region],
    ["Endpoint URL", target.endpointUrl],
    ["Pace", rate === null ? null : pace],
    ["Rejects file", rejectsFile],
  ];
  return element(
    "section",
    {},
    element("h2", {}, "The run"),
    element(
      "dl",
      { class: "facts" },
      ...facts.flatMap(([name, value]) =>
        value === null ? [] : [element("dt", {}, name), element("dd", {}, value)],
      ),
    ),
  );
}

function toLines(lines: readonly string[]): HTMLElement {
  return element("ul", {}, ...lines.map((line) => element("li", {}, line === "-" ? "standard input" : line)));
}
