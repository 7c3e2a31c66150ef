import { type ImportReport, isDoneAllTheSame } from "./report.js";

/** What is to be known of a run that was no full success, in one line; undefined where all is well. */
export function toLine(report: ImportReport): string | undefined {
  const { rows, rejectsFile, stopReason, resumeCommand, warnings } = report;
  const parts: string[] = [];
  if (stopReason !== null) parts.push(`${isDoneAllTheSame(report) ? "" : "stopped: "}${stopReason.message}`);
  // An export that is empty every night is not well.
  else if (rows.read === 0) parts.push(["no row was read", ...warnings].join("; "));
  // What stopped it says how many.
  if (rows.rejected > 0 && stopReason?.code !== "too_many_rejects") {
    const count = `${rows.rejected.toLocaleString("en-US")} of ${rows.read.toLocaleString("en-US")} rows`;
    parts.push(`${count} were rejected and stand in ${rejectsFile}`);
  }
  if (resumeCommand !== null) parts.push(`go on with: ${resumeCommand}`);
  return parts.length === 0 ? undefined : parts.join("; ").replaceAll("\n", " ");
}
