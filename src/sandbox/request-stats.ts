/** Counts since the start, as `GET /_sandbox/stats` gives them. */
export interface SandboxStats {
  readonly requests: {
    readonly total: number;
    /** Operation name ("Unknown" for what is no route) → status ("dropped" for no answer) → count. */
    readonly byOperation: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  readonly endpoints: {
    readonly total: number;
    readonly byApplication: Readonly<Record<string, number>>;
  };
}

/** Counts requests. Operations and statuses are few, so this does not grow with the traffic. */
export interface RequestStats {
  count(operation: string, status: number | "dropped"): void;
  snapshot(): SandboxStats["requests"];
}

export function createRequestStats(): RequestStats {
  const byOperation = new Map<string, Map<string, number>>();
  let total = 0;
  return {
    count(operation, status) {
      total += 1;
      let byStatus = byOperation.get(operation);
      if (byStatus === undefined) {
        byStatus = new Map();
        byOperation.set(operation, byStatus);
      }
      byStatus.set(String(status), (byStatus.get(String(status)) ?? 0) + 1);
    },
    snapshot: () => ({
      total,
      byOperation: Object.fromEntries(
        Array.from(byOperation, ([operation, byStatus]) => [operation, Object.fromEntries(byStatus)]),
      ),
    }),
  };
}
