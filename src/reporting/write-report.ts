import { writeFileAtomically } from "../write-file-atomically.js";
import { toOutputFault } from "./check-output-path.js";
import type { ImportReport } from "./report.js";
import type { ReportPageData } from "./report-page-data.js";
import { toReportPage } from "./to-report-page.js";

/**
 * Writes the report as JSON, or as a page where there is data for one.
 *
 * @throws RunStoppedError `report_unwritable`.
 */
export async function writeReport(
  path: string,
  report: ImportReport,
  toPageData?: (report: ImportReport) => ReportPageData,
): Promise<void> {
  const data = toPageData?.(report);
  const text = data === undefined ? `${JSON.stringify(report, null, 2)}\n` : await toReportPage(data);
  // People's data is for the eyes of whoever asked for it.
  const mode = data?.showsValues ? 0o600 : undefined;
  await writeFileAtomically(path, text, mode).catch((cause: unknown) => {
    throw toOutputFault("report", path, cause);
  });
}
