import { expect, onTestFinished, test } from "vitest";
import { soak } from "../bench/soak-import.js";
import { startSoakSandbox } from "../bench/soak-sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** The short form of `npm run soak`. */
test("rows survive a bad day and kill -9 at random moments", { timeout: 60_000 }, async ({ signal }) => {
  const rows = 6_000;
  // Its moments: some before the first checkpoint, others far behind it.
  const seed = 208;
  const sandbox = await startSoakSandbox({ rows, seed, quota: 12, longestLatencyMs: 20 });
  onTestFinished(() => sandbox.close());
  const result = await soak({
    rows,
    kills: 8,
    seed,
    input: "csv",
    concurrency: 4,
    // Above the quota, as there is no time to find it.
    rate: 40,
    sandbox,
    directory: await temporaryDirectory(),
    expectedMs: 7_000,
    signal,
  });
  // It may be sooner done than it was killed eight times.
  expect(result.kills).toBeGreaterThanOrEqual(4);
  expect(result).toMatchObject({
    stored: { lost: 0, unexpected: 0 },
    rejects: { doubled: 0, missing: 0, unexpected: 0 },
    leftovers: [],
    report: { status: "complete", rows: { read: rows, rejected: result.rejects.rows, pending: 0 } },
  });
});
