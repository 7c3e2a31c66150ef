import { createTally, type RejectLine, type SourceMark, type Tally } from "../domain.js";

/** How far every row is decided, and the books up to there: all that a later run needs to go on. */
export interface Committed extends Tally {
  /** The last row of the unbroken series of decided ones; row 0 where its input has none yet. */
  position: { readonly input: number; readonly row: number };
  /** The last place known, at or before the position, where reading can begin again. */
  mark: (SourceMark & { readonly input: number }) | null;
}

/** Where to go on in one of the inputs: behind how many of its rows, and where to begin to read for that. */
export function findStart(
  committed: Committed | undefined,
  input: number,
): { readonly known: number; readonly from: SourceMark | undefined } {
  return {
    known: committed?.position.input === input ? committed.position.row : 0,
    from: committed?.mark?.input === input ? committed.mark : undefined,
  };
}

/** Decided rows one after the other, with the lines of those that were rejected. */
export interface Stretch extends Committed {
  /** A linked list, so that two stretches join at no cost. */
  firstReject: RejectNode | undefined;
  lastReject: RejectNode | undefined;
}

interface RejectNode {
  readonly line: RejectLine;
  next: RejectNode | undefined;
}

export function createCommitted(position = { input: 0, row: 0 }): Committed {
  const { rows, endpoints } = createTally();
  return { rows, endpoints, position, mark: null };
}

export function createStretch(position: Committed["position"]): Stretch {
  // Member by member: there may be one for each row.
  const { rows, endpoints, mark } = createCommitted(position);
  return { rows, endpoints, position, mark, firstReject: undefined, lastReject: undefined };
}

export function addReject(stretch: Stretch, line: RejectLine): void {
  const node = { line, next: undefined };
  if (stretch.lastReject === undefined) stretch.firstReject = node;
  else stretch.lastReject.next = node;
  stretch.lastReject = node;
}

/** Adds the books of a stretch to those of what lies before it. */
export function extend(before: Committed, { rows, endpoints, position, mark }: Committed): void {
  before.rows.accepted += rows.accepted;
  before.rows.unchanged += rows.unchanged;
  before.rows.filtered += rows.filtered;
  before.rows.rejected += rows.rejected;
  before.endpoints.mapped += endpoints.mapped;
  before.endpoints.accepted += endpoints.accepted;
  before.endpoints.unchanged += endpoints.unchanged;
  before.endpoints.rejected += endpoints.rejected;
  before.position = position;
  before.mark = mark ?? before.mark;
}

/** Joins a stretch, lines included, to the one before it. */
export function join(before: Stretch, stretch: Stretch): void {
  extend(before, stretch);
  if (before.lastReject === undefined) before.firstReject = stretch.firstReject;
  else before.lastReject.next = stretch.firstReject;
  before.lastReject = stretch.lastReject ?? before.lastReject;
}

export function* rejectsOf({ firstReject }: Stretch): Generator<RejectLine, void, undefined> {
  for (let node = firstReject; node !== undefined; node = node.next) yield node.line;
}
