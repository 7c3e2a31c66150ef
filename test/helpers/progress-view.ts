import type { ProgressView } from "../../src/cli/create-progress-watch.js";

/** A run at 48 % that gets on; what differs is given. */
export function makeView(different: Partial<ProgressView> = {}): ProgressView {
  return {
    share: 0.487,
    rowsRead: 490_000,
    rowsDecided: 487_000,
    rowsAccepted: 486_000,
    rowsUnchanged: 0,
    rowsRejected: 1_000,
    requestsSent: 4_900,
    requestsRetried: 0,
    batchesPassed: 4_870,
    ratePerSecond: 2.04,
    quotaPerSecond: 2,
    rowsPerSecond: 190.4,
    requestsPerSecond: 1.93,
    msLeft: 725_000,
    quietMs: 300,
    elapsedMs: 690_000,
    ...different,
  };
}
