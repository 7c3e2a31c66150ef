import type { ImportReport } from "../../reporting/report.js";
import type { ReportPageData } from "../../reporting/report-page-data.js";
import { element } from "./element.js";
import { showCommand } from "./show-command.js";
import { toCount } from "./to-words.js";

/** What there is to do now; undefined where all is well. */
export function showNext({ report, command }: ReportPageData): HTMLElement | undefined {
  const { rows, source, rejectsFile, resumeCommand } = report;
  const steps: HTMLElement[] = [];
  if (resumeCommand !== null) {
    const how = source.inputs.includes("-") ? "Pipe the same input in again, and go on with:" : "Go on with:";
    steps.push(element("li", {}, how, showCommand(resumeCommand)));
  }
  if (rejectsFile !== null) {
    const what = `${toCount(rows.rejected, "rejected row")} ${rows.rejected === 1 ? "stands" : "stand"} in `;
    // While the job goes on, so does the file.
    const how =
      resumeCommand === null
        ? ". Mend the rows there and import that file with the same mapping: what was added to it is ignored."
        : ". It grows while the job goes on: mend it when the job is done.";
    steps.push(element("li", {}, what, element("code", {}, rejectsFile), how));
  }
  const importCommand = toImportCommand(report, command);
  if (importCommand !== undefined)
    steps.push(element("li", {}, "Nothing stands in the way of the import:", showCommand(importCommand)));
  if (steps.length === 0) return undefined;
  return element("section", { class: "next" }, element("h2", {}, "What next"), element("ul", {}, ...steps));
}

/** After a check that found nothing wrong: the same command, but for that it sends. */
function toImportCommand({ status, rows, plan }: ImportReport, command: string | null): string | undefined {
  if (plan === undefined || status !== "complete" || rows.rejected > 0 || rows.accepted === 0)
    return undefined;
  return command?.replace(/^pinpoint-import check\b/, "pinpoint-import run").replace(/ --dry-run\b/, "");
}
