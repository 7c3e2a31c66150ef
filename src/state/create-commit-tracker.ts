import type { Endpoint, RejectLine, RejectReason, SourceMark, SourceRow, Tally } from "../domain.js";
import {
  type Committed,
  createCommitted,
  createStretch,
  extend,
  join,
  rejectsOf,
  type Stretch,
} from "./committed.js";

/** An endpoint on its way, which knows the row it came from. */
export interface TrackedEndpoint extends Endpoint {
  readonly ticket: RowTicket;
}

/** A row that was read. */
export interface ReadRow {
  /** Position of its input among the inputs of the run. */
  readonly input: number;
  /** Data row within its input, from 1. */
  readonly row: number;
  /** Endpoints that the mapping made of it. */
  readonly mapped: number;
}

/** A row whose endpoints are on their way. */
export interface RowTicket {
  readonly row: ReadRow;
  readonly record: SourceRow;
  /** Endpoints that are not decided yet, and those that were accepted. */
  open: number;
  accepted: number;
  readonly reasons: RejectReason[];
  previous: RowTicket | undefined;
  next: RowTicket | undefined;
  /** What was decided between this row and the next one whose endpoints are on their way. */
  behind: Stretch | undefined;
}

/**
 * The watermark of a run: rows are decided in any order, and committed in the order in which they were read.
 *
 * Only undecided rows are held. What was decided behind one of them is summed up in it and moves forward with it, so
 * memory is bounded by the rows under way, however far apart they are.
 */
export interface CommitTracker {
  /** A row with endpoints that are on their way; `reasons` are those of its other endpoints, turned away before. */
  track(
    row: ReadRow,
    record: SourceRow,
    endpoints: readonly Endpoint[],
    reasons: readonly RejectReason[],
  ): readonly TrackedEndpoint[];
  /** A row that was decided as it was read: rejected, with the line that says so, or else filtered out. */
  decide(row: ReadRow, reject: RejectLine | undefined): void;
  /** A place, behind all rows given so far, where reading can begin again. */
  mark(input: number, mark: SourceMark): void;
  settle(endpoints: readonly TrackedEndpoint[], outcome: "accepted" | RejectReason): void;
  readonly committed: Readonly<Committed>;
  /** Characters of the reject lines that wait for an earlier row. */
  readonly heldLength: number;
}

export interface CommitTrackerOptions {
  /** Where an earlier run had got to. */
  readonly start?: Committed | undefined;
  readonly toRejectLine: (record: SourceRow, reasons: readonly RejectReason[], input: number) => RejectLine;
  /** Called when a row is decided, in any order. */
  readonly onDecided: (outcome: keyof Tally["rows"]) => void;
  /** Called with each reject when it is committed, in the order of the rows. */
  readonly onReject: (line: RejectLine) => void;
}

export function createCommitTracker(options: CommitTrackerOptions): CommitTracker {
  const { toRejectLine, onDecided, onReject } = options;
  const committed = structuredClone(options.start) ?? createCommitted();
  let last: RowTicket | undefined;
  let heldLength = 0;

  const toStretch = (row: ReadRow, accepted: number, reject: RejectLine | undefined): Stretch => {
    const stretch = createStretch({ input: row.input, row: row.row }, reject);
    const outcome = reject !== undefined ? "rejected" : accepted > 0 ? "accepted" : "filtered";
    stretch.rows[outcome] = 1;
    Object.assign(stretch.endpoints, { mapped: row.mapped, accepted, rejected: row.mapped - accepted });
    heldLength += reject?.text.length ?? 0;
    onDecided(outcome);
    return stretch;
  };

  /** Puts a stretch behind the undecided row that precedes it; without one it is committed. */
  const place = (before: RowTicket | undefined, stretch: Stretch): void => {
    if (before?.behind !== undefined) join(before.behind, stretch);
    else if (before !== undefined) before.behind = stretch;
    else {
      extend(committed, stretch);
      for (const line of rejectsOf(stretch)) {
        heldLength -= line.text.length;
        onReject(line);
      }
    }
  };

  const close = ({ row, record, accepted, reasons, previous, next, behind }: RowTicket): void => {
    const reject = reasons.length === 0 ? undefined : toRejectLine(record, reasons, row.input);
    const stretch = toStretch(row, accepted, reject);
    if (behind !== undefined) join(stretch, behind);
    if (previous !== undefined) previous.next = next;
    if (next === undefined) last = previous;
    else next.previous = previous;
    place(previous, stretch);
  };

  return {
    committed,
    get heldLength() {
      return heldLength;
    },
    track(row, record, endpoints, reasons) {
      const ticket: RowTicket = {
        row,
        record,
        open: endpoints.length,
        accepted: 0,
        reasons: [...reasons],
        previous: last,
        next: undefined,
        behind: undefined,
      };
      if (last !== undefined) last.next = ticket;
      last = ticket;
      return endpoints.map((endpoint) => ({ ...endpoint, ticket }));
    },
    decide(row, reject) {
      place(last, toStretch(row, 0, reject));
    },
    mark(input, mark) {
      if (last !== undefined) last.behind ??= createStretch({ input, row: last.row.row });
      const holder = last?.behind ?? committed;
      holder.mark = { input, ...mark };
    },
    settle(endpoints, outcome) {
      for (const { ticket } of endpoints) {
        if (outcome === "accepted") ticket.accepted += 1;
        else ticket.reasons.push(outcome);
        ticket.open -= 1;
        if (ticket.open === 0) close(ticket);
      }
    },
  };
}
