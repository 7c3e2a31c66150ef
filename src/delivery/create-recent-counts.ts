/** Requests that were let through, counted in slots of so long, for the last ten seconds. */
const SLOT_MS = 20;
const SLOTS = 512;

/** How many requests were let through lately, by slots of time in a ring. */
export function createRecentCounts() {
  const counts = new Float64Array(SLOTS);
  let newest = 0;

  const moveTo = (at: number): void => {
    const slot = Math.floor(at / SLOT_MS);
    for (let next = Math.max(newest + 1, slot - SLOTS + 1); next <= slot; next += 1) counts[next % SLOTS] = 0;
    newest = Math.max(newest, slot);
  };

  return {
    add(at: number): void {
      moveTo(at);
      counts[newest % SLOTS] = (counts[newest % SLOTS] ?? 0) + 1;
    },
    total(at: number): number {
      moveTo(at);
      return counts.reduce((sum, count) => sum + count, 0);
    },
    /**
     * What the quota is at least, if the bucket is empty now and holds no more than one second's worth, as documented: of all
     * times back to which one can look, the one that says most.
     */
    leastQuota(at: number): number {
      moveTo(at);
      let most = 0;
      let sum = 0;
      for (let back = 0; back < SLOTS; back += 1) {
        sum += counts[(newest - back + SLOTS) % SLOTS] ?? 0;
        const seconds = (at - (newest - back) * SLOT_MS) / 1000;
        most = Math.max(most, sum / (1 + seconds));
      }
      return most;
    },
  };
}
