import { randomBytes } from "node:crypto";

/** `20261121-215813-4f2a`: sorts by time, in UTC, and tells two runs of one second apart. */
export function createRunId(startedAt: Date): string {
  const [date = "", time = ""] = startedAt.toISOString().replaceAll(/[-:]/g, "").split(/[T.]/);
  return `${date}-${time}-${randomBytes(2).toString("hex")}`;
}
