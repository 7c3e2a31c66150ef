import type { ImportReport } from "./report.js";
import { toDuration } from "./to-duration.js";
import { toPlanWords } from "./to-plan-words.js";

/** The end of a run in a few lines for a person; no colours, at most 80 columns except for paths and messages. */
export function toSummary(report: ImportReport): string {
  const { rows, resumed, source, rejectsFile, warnings, stopReason, resumeCommand } = report;
  const lines = [fold(toHeadline(report), / (?=\()/)];
  if (resumed !== null && resumed.rows > 0)
    lines.push(`Resumed    behind row ${number(resumed.rows)}; the counts are those of the whole job`);
  if (stopReason === null || rows.read > 0) {
    lines.push(
      fold(toRowsLine(report)),
      ...toRejectLines(report),
      fold(toEndpointsLine(report)),
      fold(toRequestsLine(report), /(?<=,) | (?=\()/),
    );
  }
  for (const warning of warnings) lines.push(`Warning    ${warning}`);
  if (rejectsFile !== null) {
    lines.push(`Rejects    ${rejectsFile}`);
    // While the job goes on, so does the file.
    if (resumeCommand === null)
      lines.push("           Mend the rows there and import that file with the same mapping.");
  }
  if (stopReason !== null) lines.push(`Stopped    ${stopReason.message}`);
  if (resumeCommand !== null) {
    const how = source.inputs.includes("-") ? "Pipe the same input in again, and go on with:" : "Go on with:";
    lines.push(`Next       ${how}`, `           ${resumeCommand}`);
  }
  return `${lines.join("\n")}\n`;
}

function toRequestsLine({ plan, requests }: ImportReport): string {
  if (plan === undefined) {
    const { sent, accepted, throttled, retried } = requests;
    return `Requests   ${number(sent)} sent, ${number(accepted)} accepted, ${number(throttled)} throttled, ${number(retried)} retried`;
  }
  return `Plan       ${toPlanWords(plan)}`;
}

function toHeadline({ status, plan, durationMs, rows, resumed, target }: ImportReport): string {
  const what = plan === undefined ? `import into ${target.applicationId}` : "check";
  const took = toDuration(durationMs);
  const speed =
    durationMs < 1000
      ? ""
      : `, ${number(Math.round(((rows.read - rows.pending - (resumed?.rows ?? 0)) / durationMs) * 1000))} rows/s`;
  return status === "complete"
    ? `The ${what} is complete (${took}${speed}).`
    : `The ${what} STOPPED before the end (${took}${speed}).`;
}

function toRowsLine({ rows, plan }: ImportReport): string {
  const accepted = plan === undefined ? "accepted" : "would be accepted";
  const parts = [`${number(rows.read)} read`, `${number(rows.accepted)} ${accepted}`];
  if (rows.unchanged > 0) parts.push(`${number(rows.unchanged)} unchanged`);
  if (rows.filtered > 0) parts.push(`${number(rows.filtered)} filtered out`);
  if (rows.pending > 0) parts.push(`${number(rows.pending)} pending`);
  return `Rows       ${[...parts, `${number(rows.rejected)} rejected`].join(", ")}`;
}

function toRejectLines({ rejectsByCode }: ImportReport): string[] {
  return Object.entries(rejectsByCode).map(([code, count]) => `             ${number(count)} ${code}`);
}

function toEndpointsLine({ endpoints, plan }: ImportReport): string {
  const accepted = plan === undefined ? "accepted" : "would be accepted";
  const parts = [`${number(endpoints.mapped)} mapped`, `${number(endpoints.accepted)} ${accepted}`];
  if (endpoints.unchanged > 0) parts.push(`${number(endpoints.unchanged)} unchanged`);
  return `Endpoints  ${[...parts, `${number(endpoints.rejected)} rejected`].join(", ")}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

const MAX_COLUMNS = 80;

/** Breaks a line that is too wide where `at` says; what follows stands under what it belongs to. */
function fold(line: string, at = /(?<=,) /): string {
  const lines = [""];
  for (const part of line.split(at)) {
    const last = lines.at(-1) ?? "";
    if (last === "") lines.splice(-1, 1, part);
    else if (last.length + 1 + part.length <= MAX_COLUMNS) lines.splice(-1, 1, `${last} ${part}`);
    else lines.push(`           ${part}`);
  }
  return lines.join("\n");
}
