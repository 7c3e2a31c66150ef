import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigurationError, RunStoppedError } from "../errors.js";
import { writeFileAtomically } from "../write-file-atomically.js";
import type { ImportReport } from "./report.js";

/** Checks before the run what would be a pity to find out after it. The report takes the place of none of `ownFiles`. */
export async function checkReportPath(path: string, ownFiles: readonly string[]): Promise<void> {
  const target = await toRealPath(path);
  for (const file of ownFiles) {
    if ((await toRealPath(file)) !== target) continue;
    throw new ConfigurationError(
      "report_name",
      `--report is "${path}", which this run reads or writes as something else; name another file`,
    );
  }
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw toFault(path, cause);
  });
}

export async function writeReport(path: string, report: ImportReport): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(report, null, 2)}\n`).catch((cause: unknown) => {
    throw toFault(path, cause);
  });
}

/** A file that is not there yet has no other name than its own. */
async function toRealPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

function toFault(path: string, cause: unknown): RunStoppedError {
  const { code } = cause as NodeJS.ErrnoException;
  return new RunStoppedError(
    "report_unwritable",
    `the report ${path} cannot be written (${code}); name another file with --report`,
    { cause },
  );
}
