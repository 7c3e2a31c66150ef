import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigurationError, RunStoppedError } from "../errors.js";

/** What is written at the end of a run, by the option that names the file. */
export type Output = "report" | "metrics";

/** Checks before the run what would be a pity to find out after it. The file takes the place of none of `ownFiles`. */
export async function checkOutputPath(
  output: Output,
  path: string,
  ownFiles: readonly string[],
): Promise<void> {
  const target = await toRealPath(path);
  for (const file of ownFiles) {
    if ((await toRealPath(file)) !== target) continue;
    throw new ConfigurationError(
      `${output}_name`,
      `--${output} is "${path}", which this run reads or writes as something else; name another file`,
    );
  }
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw toOutputFault(output, path, cause);
  });
}

export function toOutputFault(output: Output, path: string, cause: unknown): RunStoppedError {
  const { code } = cause as NodeJS.ErrnoException;
  const what = output === "report" ? "the report" : "the metrics file";
  return new RunStoppedError(
    `${output}_unwritable`,
    `${what} ${path} cannot be written (${code}); name another file with --${output}`,
    { cause },
  );
}

/** A file that is not there yet has no other name than its own. */
async function toRealPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
