import { writeFileAtomically } from "../write-file-atomically.js";
import { toOutputFault } from "./check-output-path.js";
import type { ImportReport } from "./report.js";

/** @throws RunStoppedError `report_unwritable`. */
export async function writeReport(path: string, report: ImportReport): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`).catch((cause: unknown) => {
    throw toOutputFault("report", path, cause);
  });
}
