import type { Endpoint, HeldRow, RejectLine, RejectReason, SourceMark, Tally } from "../domain.js";
import {
  addReject,
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
  /** Endpoints that the mapping made of it, and how many of those need not be sent. */
  readonly mapped: number;
  readonly unchanged: number;
}

/** A row whose endpoints are on their way: one flat object, since there are thousands of them, and none lives long. */
export interface RowTicket extends ReadRow, HeldRow {
  /** Endpoints that are not decided yet, and those that were accepted. */
  open: number;
  accepted: number;
  reasons: readonly RejectReason[];
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
    record: HeldRow,
    endpoints: readonly Endpoint[],
    reasons: readonly RejectReason[],
  ): readonly TrackedEndpoint[];
  /** A row that was decided as it was read: rejected, with the line that says so, or else unchanged or filtered out. */
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
  readonly toRejectLine: (record: HeldRow, reasons: readonly RejectReason[], input: number) => RejectLine;
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

  /** The books of what was decided behind an undecided row; without one it is committed. */
  const booksBehind = (before: RowTicket | undefined): Committed => {
    if (before === undefined) return committed;
    before.behind ??= createStretch({ input: before.input, row: before.row });
    return before.behind;
  };

  const take = (before: RowTicket | undefined, line: RejectLine): void => {
    if (before?.behind === undefined) onReject(line);
    else {
      heldLength += line.text.length;
      addReject(before.behind, line);
    }
  };

  /** A row is decided, behind the undecided one that precedes it. */
  const decide = (
    before: RowTicket | undefined,
    row: ReadRow,
    accepted: number,
    reject: RejectLine | undefined,
  ): void => {
    const outcome = toOutcome(row, accepted, reject);
    const books = booksBehind(before);
    books.rows[outcome] += 1;
    books.endpoints.mapped += row.mapped;
    books.endpoints.accepted += accepted;
    books.endpoints.unchanged += row.unchanged;
    books.endpoints.rejected += row.mapped - accepted - row.unchanged;
    books.position = { input: row.input, row: row.row };
    if (reject !== undefined) take(before, reject);
    onDecided(outcome);
  };

  const close = (ticket: RowTicket): void => {
    const { accepted, reasons, previous, next, behind } = ticket;
    // Whoever still holds the endpoints of this row would hold all rows after it.
    ticket.previous = undefined;
    ticket.next = undefined;
    if (previous !== undefined) previous.next = next;
    if (next === undefined) last = previous;
    else next.previous = previous;
    const reject = reasons.length === 0 ? undefined : toRejectLine(ticket, reasons, ticket.input);
    decide(previous, ticket, accepted, reject);
    if (behind === undefined) return;
    if (previous?.behind !== undefined) {
      join(previous.behind, behind);
      return;
    }
    extend(committed, behind);
    for (const line of rejectsOf(behind)) {
      heldLength -= line.text.length;
      onReject(line);
    }
  };

  return {
    committed,
    get heldLength() {
      return heldLength;
    },
    track({ input, row, mapped, unchanged }, { kind, line, text }, endpoints, reasons) {
      const ticket: RowTicket = {
        kind,
        input,
        row,
        line,
        text,
        mapped,
        unchanged,
        open: endpoints.length,
        accepted: 0,
        reasons,
        previous: last,
        next: undefined,
        behind: undefined,
      };
      if (last !== undefined) last.next = ticket;
      last = ticket;
      const [only] = endpoints;
      // A list made by `map` is of another kind once V8 has optimised that, and all that reads it loses its code.
      return endpoints.length === 1 && only !== undefined
        ? [toTracked(only, ticket)]
        : endpoints.map((endpoint) => toTracked(endpoint, ticket));
    },
    decide: (row, reject) => decide(last, row, 0, reject),
    mark(input, mark) {
      booksBehind(last).mark = { input, ...mark };
    },
    settle(endpoints, outcome) {
      for (const { ticket } of endpoints) {
        if (outcome === "accepted") ticket.accepted += 1;
        else ticket.reasons = [...ticket.reasons, outcome];
        ticket.open -= 1;
        if (ticket.open === 0) close(ticket);
      }
    },
  };
}

/** Member by member: a spread made a row cost 0.3 µs more. */
function toTracked(endpoint: Endpoint, ticket: RowTicket): TrackedEndpoint {
  const { id, buffer, start, end, orderKeys, fingerprint } = endpoint;
  return fingerprint === undefined
    ? { id, buffer, start, end, orderKeys, ticket }
    : { id, buffer, start, end, orderKeys, fingerprint, ticket };
}

function toOutcome(row: ReadRow, accepted: number, reject: RejectLine | undefined): keyof Tally["rows"] {
  if (reject !== undefined) return "rejected";
  if (accepted > 0) return "accepted";
  return row.unchanged > 0 ? "unchanged" : "filtered";
}
