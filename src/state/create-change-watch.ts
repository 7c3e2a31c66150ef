import { randomBytes } from "node:crypto";
import type { Endpoint, Fingerprint, SharedState } from "../domain.js";
import { type FingerprintStore, toFingerprintFault } from "./fingerprint-store.js";

/** What stands in the place of a fingerprint or shared state while nobody knows what is stored there; no hash is as long. */
const MARK_BYTES = 4;

/** In the place of either where two runs sent it at the same time. */
const UNKNOWN = "????";

/** Accepted endpoints are taken note of together, as each transaction writes whole pages of the store, and waits for the disk. */
const MAX_PENDING = 100;

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
  /** Before a request: what it may change is not known any more. Throws a RunStoppedError where that cannot be written. */
  sending(endpoints: readonly Endpoint[]): void;
  /** They were accepted. Throws a RunStoppedError. */
  accepted(endpoints: readonly Endpoint[]): void;
  /** They are no longer under way, whatever became of them. */
  settled(endpoints: readonly Endpoint[]): void;
  /** All that was accepted so far is on the disk then. Throws a RunStoppedError. */
  flush(): void;
}

export interface ChangeWatchOptions {
  readonly store: FingerprintStore;
  readonly stateDir: string;
  /** Nothing counts as unchanged. */
  readonly sendsAll: boolean;
}

export function createChangeWatch({ store, stateDir, sendsAll }: ChangeWatchOptions): ChangeWatch {
  const mark = randomBytes(MARK_BYTES).toString("latin1");
  const underWay = createUnderWay();
  /** Accepted, and not written yet. */
  let pending: Fingerprint[] = [];
  let pendingKeys = new Set<string>();
  let fault: unknown;

  /** Once it failed, it fails for good: what was not written is not known to anybody. */
  const write = (work: () => void): void => {
    try {
      if (fault === undefined) store.write(work);
    } catch (error) {
      fault = error;
    }
    if (fault !== undefined) throw toFingerprintFault(stateDir, fault);
  };

  const isAsAccepted = ({ id, content, shared }: Fingerprint): boolean =>
    store.endpoints.get(id) === content && shared.every(({ key, state }) => store.shared.get(key) === state);

  /**
   * Takes away what a request may change. What is not known needs no taking away, nor does what stays as it is: that is
   * stored whatever becomes of the request.
   */
  const forget = (fingerprints: readonly Fingerprint[]): void => {
    const isOther = (known: string | undefined, now: string): boolean => known !== undefined && known !== now;
    const ids = fingerprints.filter(({ id, content }) => isOther(store.endpoints.get(id), content));
    const states = fingerprints.flatMap(({ shared }) =>
      shared.filter(({ key, state }) => isOther(store.shared.get(key), state)),
    );
    if (ids.length + states.length === 0) return;
    write(() => {
      for (const { id } of ids) store.endpoints.put(id, mark);
      for (const { key } of states) store.shared.put(key, mark);
    });
  };

  const remember = (fingerprints: readonly Fingerprint[]): void =>
    write(() => {
      for (const { id, content } of fingerprints) keep(store.endpoints, id, content);
      for (const { key, state } of toLastStates(fingerprints)) keep(store.shared, key, state);
    });

  /** Where there is neither nothing nor the own mark, another run was at it: nobody knows whose request came last. */
  const keep = (table: FingerprintStore["endpoints"], key: string, value: string): void => {
    const known = table.get(key);
    if (known === value) return;
    table.put(key, known === undefined || known === mark ? value : UNKNOWN);
  };

  const flush = (): void => {
    const batch = pending;
    pending = [];
    pendingKeys = new Set();
    if (batch.length > 0 || fault !== undefined) remember(batch);
  };

  return {
    isKnown: ({ fingerprint }) => fingerprint !== undefined && !sendsAll && isAsAccepted(fingerprint),
    isUnchanged({ fingerprint }) {
      if (fingerprint === undefined || sendsAll) return false;
      if (!underWay.touches(fingerprint) && isAsAccepted(fingerprint)) return true;
      underWay.add(fingerprint);
      return false;
    },
    sending(endpoints) {
      const fingerprints = toFingerprints(endpoints);
      if (keysOf(fingerprints).some((key) => pendingKeys.has(key))) flush();
      forget(fingerprints);
    },
    accepted(endpoints) {
      const fingerprints = toFingerprints(endpoints);
      pending.push(...fingerprints);
      for (const key of keysOf(fingerprints)) pendingKeys.add(key);
      if (pending.length >= MAX_PENDING) flush();
    },
    settled(endpoints) {
      if (sendsAll) return;
      for (const fingerprint of toFingerprints(endpoints)) underWay.remove(fingerprint);
    },
    flush,
  };
}

function toFingerprints(endpoints: readonly Endpoint[]): readonly Fingerprint[] {
  return endpoints.flatMap(({ fingerprint }) => fingerprint ?? []);
}

function keysOf(fingerprints: readonly Fingerprint[]): string[] {
  return fingerprints.flatMap(({ id, shared }) => [id, ...shared.map(({ key }) => key)]);
}

/** By user or address, what the last one of these endpoints made of it: they were sent in this order. */
function toLastStates(fingerprints: readonly Fingerprint[]): Iterable<SharedState> {
  const last = new Map(fingerprints.flatMap(({ shared }) => shared.map((one) => [one.key, one] as const)));
  return last.values();
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
    const found = states.get(key);
    return found !== undefined && (found.size > 1 || !found.has(state));
  };

  return {
    touches: ({ id, shared }: Fingerprint) => ids.size > 0 && (ids.has(id) || shared.some(isTouched)),
    add({ id, shared }: Fingerprint): void {
      change(ids, id, 1);
      for (const { key, state } of shared) {
        const found = states.get(key) ?? new Map<string, number>();
        states.set(key, found);
        change(found, state, 1);
      }
    },
    remove({ id, shared }: Fingerprint): void {
      change(ids, id, -1);
      for (const { key, state } of shared) {
        const found = states.get(key);
        if (found === undefined) continue;
        change(found, state, -1);
        if (found.size === 0) states.delete(key);
      }
    },
  };
}
