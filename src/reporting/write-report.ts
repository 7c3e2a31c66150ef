import { constants } from "node:fs";
import { access, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { RunStoppedError } from "../errors.js";
import type { ImportReport } from "./report.js";

/** Checks before the run what would be a pity to find out after it. */
export async function checkReportPath(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw toFault(path, cause);
  });
}

/** Writes the report in one step: whoever reads the file sees the whole of the old one or of the new one. */
export async function writeReport(path: string, report: ImportReport): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(report, null, 2)}\n`);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw toFault(path, cause);
  }
}

function toFault(path: string, cause: unknown): RunStoppedError {
  const { code } = cause as NodeJS.ErrnoException;
  return new RunStoppedError(
    "report_unwritable",
    `the report ${path} cannot be written (${code}); name another file with --report`,
    { cause },
  );
}
