import type { RejectCode, RejectGroup, RejectLine } from "../domain.js";
import { toGeneralReason } from "./to-general-reason.js";

/** Reasons that are told apart; a service that says something else each time must not fill the memory. */
const MAX_REASONS = 100;

const OTHER_REASONS = "other reasons";

/** Rejected rows by their first reason. */
export interface RejectTally {
  add(line: RejectLine): void;
  readonly rows: number;
  readonly byCode: Readonly<Partial<Record<RejectCode, number>>>;
  /** The most frequent ones first. */
  readonly byReason: readonly RejectGroup[];
}

export function createRejectTally(earlier: readonly RejectGroup[] = []): RejectTally {
  const groups = new Map<string, { -readonly [Name in keyof RejectGroup]: RejectGroup[Name] }>();
  const toKey = (code: RejectCode, reason: string): string => `${code} ${reason}`;
  let rows = 0;
  for (const group of earlier) {
    groups.set(toKey(group.code, group.reason), { ...group });
    rows += group.rows;
  }

  return {
    add(line) {
      const { code, place } = line;
      const reason = toGeneralReason(line);
      const known = groups.get(toKey(code, reason));
      const said = known !== undefined || groups.size < MAX_REASONS ? reason : OTHER_REASONS;
      const group = known ?? groups.get(toKey(code, said));
      if (group === undefined) groups.set(toKey(code, said), { code, reason: said, rows: 1, first: place });
      else group.rows += 1;
      rows += 1;
    },
    get rows() {
      return rows;
    },
    get byCode() {
      const counts: Partial<Record<RejectCode, number>> = {};
      for (const group of groups.values()) counts[group.code] = (counts[group.code] ?? 0) + group.rows;
      return counts;
    },
    get byReason() {
      return [...groups.values()].map((group) => ({ ...group })).sort((a, b) => b.rows - a.rows);
    },
  };
}
