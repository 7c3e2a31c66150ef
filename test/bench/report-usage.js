/** Preloaded into a contender: writes down at its end what it took, to the file that USAGE_FILE names. */
import { writeFileSync } from "node:fs";

process.once("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1000 };
  writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage));
});
