import type { SandboxBehaviors } from "./behaviors.js";
import { createEndpointStore, type EndpointStore } from "./endpoint-store.js";

/** A store whose reads may lag behind its writes, as 202 Accepted allows (reference §2). */
export interface ReplicatedStore {
  /** The store with every accepted write. */
  readonly written: EndpointStore;
  /** Makes a change, or none at all if it throws. It may be made again on the replica: it must not depend on the time. */
  write<T>(change: (store: EndpointStore) => T): T;
  /** The store as reads see it now. */
  read(): EndpointStore;
}

/** @param now milliseconds */
export function createReplicatedStore(
  applicationId: string,
  behaviors: SandboxBehaviors,
  now: () => number,
): ReplicatedStore {
  const written = createEndpointStore(applicationId, behaviors);
  const write = <T>(change: (store: EndpointStore) => T) => written.transaction(() => change(written));
  if (behaviors.readDelayMs === 0) return { written, write, read: () => written };

  const replica = createEndpointStore(applicationId, behaviors);
  const waiting: { readonly dueAt: number; readonly change: (store: EndpointStore) => unknown }[] = [];
  const catchUp = () => {
    const time = now();
    const firstNotDue = waiting.findIndex(({ dueAt }) => dueAt > time);
    const due = waiting.splice(0, firstNotDue === -1 ? waiting.length : firstNotDue);
    for (const { change } of due) replica.transaction(() => change(replica));
  };
  return {
    written,
    write(change) {
      const result = write(change);
      // Here too, so that what waits does not pile up when nobody reads.
      catchUp();
      waiting.push({ dueAt: now() + behaviors.readDelayMs, change });
      return result;
    },
    read() {
      catchUp();
      return replica;
    },
  };
}
