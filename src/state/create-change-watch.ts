import { randomBytes } from "node:crypto";
import type { Endpoint, Fingerprint, SharedState } from "../domain.js";
import { type FingerprintStore, toFingerprintFault } from "./fingerprint-store.js";

/** What stands in the place of a fingerprint while a run sends the endpoint: nobody knows then what is stored there. */
const MARK_BYTES = 8;

/** In the place of a shared state: several were sent at the same time, and nobody knows which was the last one. */
const UNKNOWN = Buffer.alloc(8);

/**
 * Knows which endpoints need not be sent, since the target accepted just them before.
 *
 * An endpoint counts as accepted from 202 on, until the next request that holds it; whatever happens in between, it is
 * sent again. What it shares with others has to be as it left it, too: of the endpoints of one address Pinpoint keeps that
 * one active that was sent last, and users have the attributes that were sent last with any of their endpoints. Where the
 * rows of an input do not agree in that, they are sent every time, in their order.
 */
export interface ChangeWatch {
  /** Whether it would be unchanged now; nothing follows from the question. */
  isKnown(endpoint: Endpoint): boolean;
  /** To be asked in the order of the input. An endpoint that is not unchanged is under way from here on. */
  isUnchanged(endpoint: Endpoint): boolean;
  /** Before a request: what is known of these endpoints is forgotten. Rejects with a RunStoppedError. */
  sending(endpoints: readonly Endpoint[]): Promise<void>;
  /** They were accepted. */
  accepted(endpoints: readonly Endpoint[]): void;
  /** They are no longer under way, whatever became of them. */
  settled(endpoints: readonly Endpoint[]): void;
  /** Resolves when all that was accepted so far is on the disk. Rejects with a RunStoppedError. */
  flush(): Promise<void>;
}

export interface ChangeWatchOptions {
  readonly store: FingerprintStore;
  readonly stateDir: string;
  /** Nothing counts as unchanged. */
  readonly sendsAll: boolean;
}

export function createChangeWatch({ store, stateDir, sendsAll }: ChangeWatchOptions): ChangeWatch {
  const mark = randomBytes(MARK_BYTES);
  const underWay = createUnderWay();
  let writing: Promise<void> = Promise.resolve();
  let fault: unknown;

  const throwFault = (): void => {
    if (fault !== undefined) throw toFingerprintFault(stateDir, fault);
  };

  const isAsAccepted = ({ id, content, shared }: Fingerprint): boolean =>
    store.endpoints.get(id)?.equals(content) === true &&
    shared.every(({ key, state }) => store.shared.get(key)?.equals(state) === true);

  /** Resolves with whether something was known that does not hold any more. */
  const forget = async (fingerprints: readonly Fingerprint[]): Promise<boolean> => {
    let hadKnown = false;
    await store.write(() => {
      for (const { id, shared } of fingerprints) {
        const known = store.endpoints.get(id);
        if (known?.equals(mark)) continue;
        hadKnown ||= known !== undefined && known.length > MARK_BYTES;
        store.endpoints.put(id, mark);
        for (const { key, state } of shared) {
          const before = store.shared.get(key);
          if (before?.equals(state)) continue;
          hadKnown ||= before !== undefined;
          store.shared.put(key, state);
        }
      }
    });
    return hadKnown;
  };

  const remember = (fingerprints: readonly Fingerprint[]): Promise<void> =>
    store.write(() => {
      // Another run may have sent the same in the meantime: nobody knows then whose request was the last one.
      for (const { id, content } of fingerprints) {
        if (store.endpoints.get(id)?.equals(mark)) store.endpoints.put(id, content);
        else store.endpoints.remove(id);
      }
      const lastStates = new Map(
        fingerprints.flatMap(({ shared }) => shared.map((one) => [toText(one.key), one] as const)),
      );
      for (const { key, state } of lastStates.values())
        if (!store.shared.get(key)?.equals(state)) store.shared.put(key, UNKNOWN);
    });

  return {
    isKnown: ({ fingerprint }) => fingerprint !== undefined && !sendsAll && isAsAccepted(fingerprint),
    isUnchanged({ fingerprint }) {
      if (fingerprint === undefined || sendsAll) return false;
      if (!underWay.touches(fingerprint) && isAsAccepted(fingerprint)) return true;
      underWay.add(fingerprint);
      return false;
    },
    async sending(endpoints) {
      throwFault();
      try {
        // Of what was not known nothing can be wrong after a loss of power.
        if (await forget(toFingerprints(endpoints))) await store.flush();
      } catch (error) {
        fault ??= error;
      }
      throwFault();
    },
    accepted(endpoints) {
      writing = remember(toFingerprints(endpoints)).catch((error: unknown) => {
        fault ??= error;
      });
    },
    settled(endpoints) {
      if (sendsAll) return;
      for (const fingerprint of toFingerprints(endpoints)) underWay.remove(fingerprint);
    },
    async flush() {
      await writing;
      await store.flush().catch((error: unknown) => {
        fault ??= error;
      });
      throwFault();
    },
  };
}

function toFingerprints(endpoints: readonly Endpoint[]): readonly Fingerprint[] {
  return endpoints.flatMap(({ fingerprint }) => fingerprint ?? []);
}

/** Ids that are under way, and users and addresses with what is made of them. */
function createUnderWay() {
  const ids = new Map<string, number>();
  /** By what is made of them: several, while not all agree. */
  const states = new Map<string, Map<string, number>>();

  const change = (counts: Map<string, number>, key: string, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  const isTouched = ({ key, state }: SharedState): boolean => {
    const found = states.get(toText(key));
    return found !== undefined && (found.size > 1 || !found.has(toText(state)));
  };

  return {
    touches: ({ id, shared }: Fingerprint) => ids.has(toText(id)) || shared.some(isTouched),
    add({ id, shared }: Fingerprint): void {
      change(ids, toText(id), 1);
      for (const { key, state } of shared) {
        const found = states.get(toText(key)) ?? new Map<string, number>();
        states.set(toText(key), found);
        change(found, toText(state), 1);
      }
    },
    remove({ id, shared }: Fingerprint): void {
      change(ids, toText(id), -1);
      for (const { key, state } of shared) {
        const found = states.get(toText(key));
        if (found === undefined) continue;
        change(found, toText(state), -1);
        if (found.size === 0) states.delete(toText(key));
      }
    },
  };
}

function toText(key: Buffer): string {
  return key.toString("latin1");
}
