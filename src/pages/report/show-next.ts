import type { ReportPageData } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { showCommand } from "./show-command.js";
import { toCount } from "./to-words.js";

/** What there is to do now; undefined where all is well. */
export function showNext({ report, next }: ReportPageData): HTMLElement | undefined {
  const { rows, source, rejectsFile, resumeCommand } = report;
  const steps: HTMLElement[] = [];
  if (resumeCommand !== null) {
    const how = source.inputs.includes("-") ? "Pipe the same input in again, and go on with:" : "Go on with:";
    steps.push(element("li", {}, how, showCommand(resumeCommand)));
  }
  if (rejectsFile !== null) {
    const what = `${toCount(rows.rejected, "rejected row")} ${rows.rejected === 1 ? "stands" : "stand"} in `;
    steps.push(element("li", {}, what, element("code", {}, rejectsFile), toAdvice(resumeCommand, next)));
  }
  if (next !== null && resumeCommand === null)
    steps.push(
      element("li", {}, next.words, ...(next.command === undefined ? [] : [showCommand(next.command)])),
    );
  if (steps.length === 0) return undefined;
  return element("section", { class: "next" }, element("h2", {}, "What next"), element("ul", {}, ...steps));
}

function toAdvice(resumeCommand: string | null, next: ReportPageData["next"]): string {
  // While the job goes on, so does the file.
  if (resumeCommand !== null) return ". It grows while the job goes on: mend it when the job is done.";
  const advice = next === null ? " Mend the rows there and import that file with the same mapping." : "";
  return `.${advice} What was added to the rows is ignored when they are imported again.`;
}
