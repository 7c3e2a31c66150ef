import { performance } from "node:perf_hooks";
import { createSandbox } from "../../src/index.js";
import { type ServerCounts, SLOTS_A_SECOND } from "./quota-messages.js";

/**
 * The server's side, in a process of its own: a sandbox with a quota that counts by time what it accepts and refuses.
 * It reports when so many seconds have passed since the first request, and goes on answering until its parent lets go.
 */
const [quota = 0, seconds = 0] = process.argv.slice(2).map(Number);
const accepted = new Array<number>(seconds * SLOTS_A_SECOND).fill(0);
let throttled = 0;
let failed = 0;
let startedAt: number | undefined;
let usedBefore = performance.eventLoopUtilization();

const report = (): void => {
  const busy = performance.eventLoopUtilization(usedBefore).utilization;
  process.send?.({ accepted, throttled, failed, busy } satisfies ServerCounts);
};

const begin = (at: number): number => {
  usedBefore = performance.eventLoopUtilization();
  setTimeout(report, at + seconds * 1000 - performance.now());
  return at;
};

const sandbox = await createSandbox({
  requestsPerSecond: quota,
  onRequest({ status, ms }) {
    const now = performance.now();
    startedAt ??= begin(now - ms);
    const slot = Math.floor(((now - startedAt) / 1000) * SLOTS_A_SECOND);
    if (slot >= accepted.length) return;
    if (status === 202) accepted[slot] = (accepted[slot] ?? 0) + 1;
    else if (status === 429) throttled += 1;
    else failed += 1;
  },
});
process.once("disconnect", () => process.exit());
process.send?.(sandbox.url);
