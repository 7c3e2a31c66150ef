import { createSandbox } from "../../src/index.js";
import { createSoakRandom, planRows, toAddress } from "./soak-rows.js";

export interface SoakService {
  readonly rows: number;
  readonly seed: number;
  /** Batches a second. */
  readonly quota: number;
  readonly longestLatencyMs: number;
}

/** What became of the endpoints. */
export interface StoredCheck {
  /** Ids that are not stored with the values of their last good row. */
  readonly lost: number;
  /** Ids that are stored although no row of them is good. */
  readonly unexpected: number;
}

/** A Pinpoint on a bad day, in this process or in another. */
export interface SoakSandbox {
  readonly url: string;
  check(): StoredCheck | Promise<StoredCheck>;
  close(): Promise<void>;
}

export const APPLICATION = "soak";

export async function startSoakSandbox({
  rows,
  seed,
  quota,
  longestLatencyMs,
}: SoakService): Promise<SoakSandbox> {
  const { kinds, lastGoodRows } = planRows(rows, seed);
  const random = createSoakRandom(seed, "faults");
  const sandbox = await createSandbox({
    // Single endpoints have the documented quota.
    quota: "default",
    requestsPerSecond: quota,
    failRate: 0.1,
    dropRate: 0.05,
    latencyMs: () => random() * longestLatencyMs,
    random,
  });
  // By row and not by Id: the good rows of the same Id count.
  sandbox.refuse(({ Attributes }) => {
    const [row] = (Attributes as { Row: string[] }).Row;
    return kinds[Number(row)] === "refused" ? "not this one" : undefined;
  });
  return {
    url: sandbox.url,
    check() {
      const stored = sandbox.endpoints(APPLICATION);
      const right = stored.filter(({ Id, Address, Attributes }) => {
        const row = lastGoodRows.get(Id) ?? 0;
        return Address === toAddress(row) && Attributes?.Row?.join() === String(row);
      });
      const known = stored.filter(({ Id }) => lastGoodRows.has(Id));
      return { lost: lastGoodRows.size - right.length, unexpected: stored.length - known.length };
    },
    close: () => sandbox.close(),
  };
}
