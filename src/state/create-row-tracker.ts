import type { Endpoint, RejectReason, SourceRow } from "../domain.js";

/** An endpoint on its way, which knows the row it came from. */
export interface TrackedEndpoint extends Endpoint {
  readonly ticket: RowTicket;
}

/** A row whose endpoints are on their way. */
export interface RowTicket {
  readonly record: SourceRow;
  /** Position of its input among the inputs of the run. */
  readonly input: number;
  /** Endpoints that are not decided yet. */
  open: number;
  readonly reasons: RejectReason[];
}

/** Tells when a row is decided: as soon as the last of its endpoints is. */
export interface RowTracker {
  /** `reasons` are those of the row's other endpoints, which were turned away before. */
  track(
    record: SourceRow,
    input: number,
    endpoints: readonly Endpoint[],
    reasons: readonly RejectReason[],
  ): readonly TrackedEndpoint[];
  settle(endpoints: readonly TrackedEndpoint[], outcome: "accepted" | RejectReason): void;
}

/** Holds no rows itself: a ticket lives as long as one of its endpoints is in a batch. */
export function createRowTracker(onDecided: (ticket: RowTicket) => void): RowTracker {
  return {
    track(record, input, endpoints, reasons) {
      const ticket: RowTicket = { record, input, open: endpoints.length, reasons: [...reasons] };
      return endpoints.map((endpoint) => ({ ...endpoint, ticket }));
    },
    settle(endpoints, outcome) {
      for (const { ticket } of endpoints) {
        if (outcome !== "accepted") ticket.reasons.push(outcome);
        ticket.open -= 1;
        if (ticket.open === 0) onDecided(ticket);
      }
    },
  };
}
