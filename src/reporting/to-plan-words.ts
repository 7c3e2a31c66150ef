import { DEFAULT_QUOTA_PER_SECOND } from "../domain.js";
import type { SendingPlan } from "./report.js";
import { toDuration } from "./to-duration.js";

/** `1,040 requests, 9 min at the default quota (2 a second)`. */
export function toPlanWords({
  requests,
  secondsAtDefaultQuota,
  ratePerSecond,
  seconds,
}: SendingPlan): string {
  if (requests === 0) return "nothing to send";
  const count = `${requests.toLocaleString("en-US")} ${requests === 1 ? "request" : "requests"}`;
  const quota = `${toDuration(secondsAtDefaultQuota * 1000)} at the default quota (${DEFAULT_QUOTA_PER_SECOND} a second)`;
  if (ratePerSecond === DEFAULT_QUOTA_PER_SECOND) return `${count}, ${quota}`;
  const rate = ratePerSecond.toLocaleString("en-US", { maximumFractionDigits: 1 });
  return `${count}, ${toDuration(seconds * 1000)} at ${rate} a second, ${quota}`;
}
