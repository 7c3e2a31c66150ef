import { expect } from "vitest";
import type { ImportReport } from "../../src/index.js";

/** The invariant of every run. */
export function expectBalance({ rows, status, rejectsByCode }: ImportReport): void {
  expect(rows.read).toBe(rows.accepted + rows.unchanged + rows.filtered + rows.rejected + rows.pending);
  expect(Object.values(rejectsByCode).reduce((sum, count) => sum + count, 0)).toBe(rows.rejected);
  if (status === "complete") expect(rows.pending).toBe(0);
}
