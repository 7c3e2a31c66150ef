import type { ImportReport, NextStep } from "../index.js";
import { toShell } from "./print.js";
import { type Argument, leaveOut, NOT_WITH_SANDBOX, pickOut, toWords } from "./split-arguments.js";

/** To be replaced by whoever pastes the command. */
const PROJECT = "APPLICATION_ID";
const NAME_PROJECT = `Import it, with your project's Id in the place of ${PROJECT}:`;

/** What `preview` takes as well. */
const OPTIONS_OF_PREVIEW = [
  "--mapping",
  "--format",
  "--select",
  "--delimiter",
  "--encoding",
  "--max-record-size",
];

/** What belongs to the rows of the first import, and not to those that it rejected. */
const OPTIONS_OF_FIRST_IMPORT = ["--rejects", "--resume", "--skip", "--limit", "--report", "--metrics"];

/**
 * What a person does when a run is complete, with the command for it; undefined where there is nothing to do.
 *
 * @param parts Arguments behind the name of the command.
 * @param hasProject Whether it is known without them into which project to import.
 */
export function toNextStep(
  report: ImportReport,
  parts: readonly Argument[],
  hasProject: boolean,
): NextStep | undefined {
  if (report.status !== "complete") return undefined;
  const { rejected } = report.rows;
  if (report.plan !== undefined)
    return rejected > 0 ? toLook(report, parts) : toImport(report.plan.requests, parts, hasProject);
  if (rejected > 0) return toRepair(report, parts);
  return has(parts, "--sandbox") ? toRealImport(report, parts, hasProject) : undefined;
}

/** After a check that turned rows away. */
function toLook({ rejectsByReason }: ImportReport, parts: readonly Argument[]): NextStep {
  const first = rejectsByReason[0]?.first;
  if (first === undefined || isPiped(parts))
    return { words: "Mend the mapping or the rows, and check again." };
  const kept = pickOut(parts, OPTIONS_OF_PREVIEW);
  return {
    words: "Look at such a row, and mend the mapping or the rows; run imports the others as they are:",
    command: toShell(["preview", ...toWords(kept), "--row", String(first.row), first.input]),
  };
}

/** After a check in which all is well. */
function toImport(requests: number, parts: readonly Argument[], hasProject: boolean): NextStep | undefined {
  if (requests === 0) return undefined;
  const again = isPiped(parts) ? "Pipe the same input in again, and " : "";
  const toStep = (words: string, command: string): NextStep => ({
    words: again === "" ? words : again + words.charAt(0).toLowerCase() + words.slice(1),
    command,
  });
  if (has(parts, "--limit") || has(parts, "--skip")) {
    const kept = leaveOut(parts, "--limit", "--skip", "--dry-run");
    return toStep("Check all of it:", toShell(["check", ...toWords(kept)]));
  }
  const kept = toWords(leaveOut(parts, "--dry-run"));
  if (hasProject || has(parts, "--sandbox")) return toStep("Import it:", toShell(["run", ...kept]));
  if (pickOut(parts, NOT_WITH_SANDBOX).length === 0)
    return toStep("Try the import, which needs no AWS account:", toShell(["run", "--sandbox", ...kept]));
  return toStep(NAME_PROJECT, toShell(["run", "--application-id", PROJECT, ...kept]));
}

/** After an import that left rejects. */
function toRepair(
  { rejectsFile, rejectsByCode, rows, source }: ImportReport,
  parts: readonly Argument[],
): NextStep | undefined {
  if (rejectsFile === null) return undefined;
  // Of a JSON document one object a line is left.
  const isDocument = source.format?.split("+").includes("json") === true;
  const kept = leaveOut(
    parts,
    "--",
    ...OPTIONS_OF_FIRST_IMPORT,
    ...(isDocument ? ["--format", "--select"] : []),
  );
  const options = toWords(kept.filter(({ option }) => option !== undefined));
  const format = isDocument ? ["--format", "jsonl"] : [];
  return {
    words:
      rejectsByCode.service_failed === rows.rejected
        ? "Nothing is wrong with these rows. Send them again:"
        : "Mend the rows in that file, or the mapping, and import it:",
    command: toShell(["run", ...options, ...format, rejectsFile]),
  };
}

/** After an import into a sandbox that took everything. */
function toRealImport(
  { rows }: ImportReport,
  parts: readonly Argument[],
  hasProject: boolean,
): NextStep | undefined {
  if (rows.accepted === 0) return undefined;
  const kept = toWords(leaveOut(parts, "--sandbox"));
  const words = `That was a sandbox. ${hasProject ? "Import it into your project:" : NAME_PROJECT}`;
  return {
    words,
    command: toShell(["run", ...(hasProject ? [] : ["--application-id", PROJECT]), ...kept]),
  };
}

function has(parts: readonly Argument[], name: string): boolean {
  return parts.some(({ option }) => option === name);
}

/** Whether an input can be read once only. */
function isPiped(parts: readonly Argument[]): boolean {
  const inputs = parts.filter(({ option }) => option === undefined).flatMap(({ words }) => words);
  return inputs.length === 0 || inputs.includes("-");
}
