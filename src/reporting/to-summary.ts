import type { RejectGroup } from "../domain.js";
import { type ImportReport, isDoneAllTheSame } from "./report.js";
import { toDuration } from "./to-duration.js";
import { toPlanWords } from "./to-plan-words.js";

/** What to do next, in words that lead to the command, and the command where there is one. */
export interface NextStep {
  readonly words: string;
  readonly command?: string;
}

/** Reasons for rejects that are told one by one, the most frequent ones. */
const MAX_REASONS = 8;

/**
 * The end of a run for a person: what happened in five lines, why rows were rejected, and what to do next. No colours, at most 80
 * columns except for paths, messages and commands.
 *
 * @param next What comes after a run that need not be gone on with; default: what to do with the rejects.
 */
export function toSummary(report: ImportReport, next = toRepair(report)): string {
  const { rows, resumed, warnings, stopReason } = report;
  const lines = [fold("", toHeadline(report), / (?=\()/)];
  if (resumed !== null && resumed.rows > 0)
    lines.push(`Resumed    behind row ${number(resumed.rows)}; the counts are those of the whole job`);
  if (stopReason === null || rows.read > 0) {
    lines.push(
      fold("Rows       ", toRowsLine(report)),
      fold("Endpoints  ", toEndpointsLine(report)),
      fold(
        report.plan === undefined ? "Requests   " : "Plan       ",
        toRequestsLine(report),
        /(?<=,) | (?=\()/,
      ),
    );
  }
  lines.push(...toRejectLines(report));
  for (const warning of warnings) lines.push(`Warning    ${warning}`);
  if (stopReason !== null)
    lines.push(`${isDoneAllTheSame(report) ? "Warning    " : "Stopped    "}${stopReason.message}`);
  const step = toResumption(report) ?? next;
  if (step !== undefined) {
    lines.push(fold("Next       ", step.words, " "));
    if (step.command !== undefined) lines.push(`${INDENT}${step.command}`);
  }
  return `${lines.join("\n")}\n`;
}

function toResumption({ source, resumeCommand }: ImportReport): NextStep | undefined {
  if (resumeCommand === null) return undefined;
  const words = source.inputs.includes("-") ? "Pipe the same input in again, and go on with:" : "Go on with:";
  return { words, command: resumeCommand };
}

function toRepair({ rejectsFile }: ImportReport): NextStep | undefined {
  if (rejectsFile === null) return undefined;
  return { words: "Mend the rows in that file, and import it with the same mapping." };
}

function toRequestsLine({ plan, requests }: ImportReport): string {
  if (plan === undefined) {
    const { sent, accepted, throttled, retried } = requests;
    return `${number(sent)} sent, ${number(accepted)} accepted, ${number(throttled)} throttled, ${number(retried)} retried`;
  }
  return toPlanWords(plan);
}

function toHeadline(report: ImportReport): string {
  const { status, plan, durationMs, rows, resumed, target } = report;
  const what = plan === undefined ? `import into ${target.applicationId}` : "check";
  const took = toDuration(durationMs);
  const speed =
    durationMs < 1000
      ? ""
      : `, ${number(Math.round(((rows.read - rows.pending - (resumed?.rows ?? 0)) / durationMs) * 1000))} rows/s`;
  return status === "complete" || isDoneAllTheSame(report)
    ? `The ${what} is complete (${took}${speed}).`
    : `The ${what} STOPPED before the end (${took}${speed}).`;
}

function toRowsLine({ rows, plan }: ImportReport): string {
  const accepted = plan === undefined ? "accepted" : "would be accepted";
  const parts = [`${number(rows.read)} read`, `${number(rows.accepted)} ${accepted}`];
  if (rows.unchanged > 0) parts.push(`${number(rows.unchanged)} unchanged`);
  if (rows.filtered > 0) parts.push(`${number(rows.filtered)} filtered out`);
  if (rows.pending > 0) parts.push(`${number(rows.pending)} pending`);
  return `${[...parts, `${number(rows.rejected)} rejected`].join(", ")}`;
}

function toEndpointsLine({ endpoints, plan }: ImportReport): string {
  const accepted = plan === undefined ? "accepted" : "would be accepted";
  const parts = [`${number(endpoints.mapped)} mapped`, `${number(endpoints.accepted)} ${accepted}`];
  if (endpoints.unchanged > 0) parts.push(`${number(endpoints.unchanged)} unchanged`);
  return `${[...parts, `${number(endpoints.rejected)} rejected`].join(", ")}`;
}

/** Where the rejects are, how many there are for each reason, and a row to look at. */
function toRejectLines({ rejectsFile, rejectsByReason, source }: ImportReport): readonly string[] {
  if (rejectsFile === null) return [];
  const shown = rejectsByReason.slice(0, MAX_REASONS);
  const others = rejectsByReason.slice(MAX_REASONS);
  const reasons = shown.map((group): readonly [number, string] => {
    return [group.rows, `${group.reason} (${toExample(group, source.inputs.length > 1)})`];
  });
  const more = others.reduce((sum, { rows }) => sum + rows, 0);
  if (more > 0)
    reasons.push([more, `for ${others.length} more ${others.length === 1 ? "reason" : "reasons"}`]);
  const width = Math.max(...reasons.map(([rows]) => number(rows).length));
  const lines = reasons.map(([rows, words]) => {
    return fold(`${INDENT}${number(rows).padStart(width)}  `, words, " ");
  });
  return [`Rejects    ${rejectsFile}`, ...lines];
}

function toExample({ rows, first }: RejectGroup, hasSeveralInputs: boolean): string {
  const row = `row ${number(first.row)}${hasSeveralInputs ? ` of ${first.input}` : ""}`;
  return rows === 1 ? row : `such as ${row}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

const MAX_COLUMNS = 80;
const INDENT = " ".repeat("Endpoints  ".length);

/** Breaks a text that is too wide where `at` says; what follows stands under its beginning. */
function fold(label: string, text: string, at: string | RegExp = /(?<=,) /): string {
  const lines: string[] = [];
  for (const part of text.split(at)) {
    const last = lines.pop();
    const longer = last === undefined ? label + part : `${last} ${part}`;
    if (last === undefined || longer.length <= MAX_COLUMNS) lines.push(longer);
    else lines.push(last, " ".repeat(label.length || INDENT.length) + part);
  }
  return lines.join("\n");
}
