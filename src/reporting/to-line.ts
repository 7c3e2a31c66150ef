import type { ImportReport } from "./report.js";

/** What is to be known of a run that was no full success, in one line; undefined where all is well. */
export function toLine({ rows, rejectsFile, stopReason, resumeCommand }: ImportReport): string | undefined {
  const parts: string[] = [];
  if (stopReason !== null) parts.push(`stopped: ${stopReason.message}`);
  // What stopped it says how many.
  if (rows.rejected > 0 && stopReason?.code !== "too_many_rejects") {
    const count = `${rows.rejected.toLocaleString("en-US")} of ${rows.read.toLocaleString("en-US")} rows`;
    parts.push(`${count} were rejected and stand in ${rejectsFile}`);
  }
  if (resumeCommand !== null) parts.push(`go on with: ${resumeCommand}`);
  return parts.length === 0 ? undefined : parts.join("; ").replaceAll("\n", " ");
}
