import type { ImportReport } from "../../reporting/report.js";
import { toCount, toNumber } from "./to-words.js";

export interface OutcomeWords {
  /** `good`: nothing to do. `mixed`: some rows need a person. `bad`: it did not come to its end. */
  readonly tone: "good" | "mixed" | "bad";
  readonly headline: string;
  /** What else is to be known at once. */
  readonly detail: string | undefined;
}

/** What an operator wants to know first. */
export function toOutcome({ status, stopReason, rows, plan, source }: ImportReport): OutcomeWords {
  const what = plan === undefined ? "Import" : "Check";
  if (status === "stopped") {
    return {
      tone: "bad",
      headline: `${what} stopped before the end`,
      detail: stopReason?.message,
    };
  }
  if (rows.read === 0) {
    const inputs = source.inputs.length === 1 ? "The input holds" : "The inputs hold";
    return { tone: "mixed", headline: `${what} complete, without any row`, detail: `${inputs} no rows.` };
  }
  if (rows.rejected > 0) {
    const headline = `${what} complete, ${toNumber(rows.rejected)} of ${toCount(rows.read, "row")} rejected`;
    const rest = plan === undefined ? "Everything else went through." : "Everything else would go through.";
    return { tone: "mixed", headline, detail: rows.rejected === rows.read ? undefined : rest };
  }
  return {
    tone: "good",
    headline: `${what} complete, nothing was rejected`,
    detail: undefined,
  };
}
