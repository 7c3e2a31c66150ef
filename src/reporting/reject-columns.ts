import { isRejectName } from "../domain.js";

/** The columns that the rejects file adds. */
export const REJECT_COLUMNS = [
  "_reject_row",
  "_reject_line",
  "_reject_code",
  "_reject_reason",
  "_reject_raw",
] as const;

/** The header of a rejects file for several CSV inputs, and where each input's cells go in it. */
export interface RejectLayout {
  readonly header: readonly string[];
  /** For each input, for each of its cells, the position in `header`; -1 for a `_reject` column of an earlier run. */
  readonly positions: readonly (readonly number[])[];
}

/**
 * One input keeps its own header. Several share the columns of the same name, the second of a repeated name going to
 * the second of that name; columns that only later inputs have follow behind.
 */
export function layOutRejects(headers: readonly (readonly string[])[]): RejectLayout {
  const header: string[] = [];
  const positionOf = new Map<string, number>();
  const positions = headers.map((names) => {
    const seen = new Map<string, number>();
    return names.map((name) => {
      if (isRejectName(name)) return -1;
      const occurrence = seen.get(name) ?? 0;
      seen.set(name, occurrence + 1);
      const key = `${occurrence} ${name}`;
      const position = positionOf.get(key) ?? header.push(name) - 1;
      positionOf.set(key, position);
      return position;
    });
  });
  return { header, positions };
}
