import { randomBytes } from "node:crypto";
import type { Endpoint, Fingerprint, JsonObject, SharedState } from "../domain.js";
import type { OrderedItem } from "../to-order-keys.js";
import { STATE_BYTES } from "./create-fingerprinter.js";
import { createUnderWay, toState } from "./create-under-way.js";
import { type FingerprintStore, toFingerprintFault } from "./fingerprint-store.js";

/** What stands in the place of what is known while nobody knows what is stored there; nothing that is known is as long. */
const MARK_BYTES = 4;

/** In the same place where two runs sent it at the same time. */
const UNKNOWN = "????";

/** Accepted endpoints are taken note of together, as each transaction writes whole pages of the store, and waits for the disk. */
const MAX_PENDING = 100;

/**
 * Bytes of an Id's hash by which a user or address knows its endpoints. Whatever begins like the one that is meant is sent
 * again, too; two of one user or address that begin alike, once in 10^7 times, are taken for one.
 */
const HOLDER_BYTES = 3;

/** Pinpoint takes 15 endpoints of one user; of more the ones that came first are sent again. */
const MAX_HOLDERS = 15;

/**
 * Knows which endpoints need not be sent, since the target accepted just them before.
 *
 * An endpoint counts as accepted from 202 on, until the next request that holds it; whatever happens in between, it is
 * sent again. So it is when something that it shares with others has changed: of the endpoints of one address Pinpoint keeps
 * that one active that was sent last, and users have the attributes that were sent last with any of their endpoints. Where
 * the rows of an input do not agree in that, they are sent every time, in their order.
 *
 * To know an endpoint takes one look: whatever changes what it shares takes away what is known of it. For that the store
 * knows of every user its state and the endpoints that hold it, and of every address its endpoint: `shared` has the state, if
 * any, and how the hashes of their Ids begin.
 */
export interface ChangeWatch {
  /**
   * Whether an endpoint need not be sent: it was accepted as it is, and nothing is under way that has to do with it. Nothing
   * follows from the question.
   */
  isUnchanged(fingerprint: Fingerprint, item: JsonObject): boolean;
  /** It is under way from here on. To be said in the order of the input, before the next one is asked for. */
  take(endpoint: Endpoint): void;
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

  /** What a request may change. Not what is not known, nor what stays as it is: that is stored whatever becomes of it. */
  const findStale = (fingerprints: readonly Fingerprint[]) => {
    const sent = new Set<string>();
    const keys = new Set<string>();
    const others = new Set<string>();
    for (const { id, content, shared } of fingerprints) {
      const known = store.endpoints.get(id);
      if (known !== undefined && known !== content) sent.add(id);
      for (const one of shared) {
        const entry = store.shared.get(one.key);
        if (entry === undefined || agrees(entry, one, id)) continue;
        keys.add(one.key);
        for (const other of findIds(toHolders(entry), id)) others.add(other);
      }
    }
    return { sent, keys, others, isEmpty: sent.size + keys.size === 0 };
  };

  /** Takes that away. What is known by then may have changed while the store was waited for. */
  const forget = (fingerprints: readonly Fingerprint[]): void => {
    if (findStale(fingerprints).isEmpty) return;
    write(() => {
      const { sent, keys, others } = findStale(fingerprints);
      for (const other of others) disown(other);
      for (const id of sent) store.endpoints.put(id, mark);
      for (const key of keys) store.shared.put(key, mark);
    });
  };

  /** Nobody knows an endpoint any more that is not sent itself. A mark says so already, and whose request has to do with it. */
  const disown = (id: string): void => {
    if (store.endpoints.get(id)?.length !== MARK_BYTES) store.endpoints.put(id, UNKNOWN);
  };

  const remember = (fingerprints: readonly Fingerprint[]): void => {
    // They were sent in this order: what the last one made of a user or address is what it is.
    const last = new Map<string, string>();
    for (const { id, shared } of fingerprints) for (const one of shared) last.set(one.key, toState(one, id));
    write(() => {
      for (const { id, content, shared } of fingerprints) {
        const isLast = shared.every((one) => last.get(one.key) === toState(one, id));
        keep(id, isLast && shared.map((one) => hold(one, id)).every(Boolean) ? content : UNKNOWN);
      }
    });
  };

  /** Where there is neither nothing nor the own mark, another run was at it: nobody knows whose request came last. */
  const keep = (id: string, content: string): void => {
    const known = store.endpoints.get(id);
    if (known === content) return;
    store.endpoints.put(id, known === undefined || known === mark ? content : UNKNOWN);
  };

  /** The Ids that begin like one of these, but for the endpoint's own. */
  const findIds = (holders: readonly string[], own: string): string[] =>
    holders.filter((holder) => !own.startsWith(holder)).flatMap((holder) => store.endpoints.keysWith(holder));

  /** Adds an endpoint to those that hold a state. Not where another run was at it: then nobody knows what the state is. */
  const hold = (one: SharedState, id: string): boolean => {
    const entry = store.shared.get(one.key);
    const own = id.slice(0, HOLDER_BYTES);
    if (entry === undefined || entry === mark) {
      store.shared.put(one.key, one.state + own);
      return true;
    }
    const holders = toHolders(entry);
    if (!agrees(entry, one, id)) {
      for (const other of findIds(holders, id)) disown(other);
      store.shared.put(one.key, UNKNOWN);
      return false;
    }
    if (holders.includes(own)) return true;
    holders.push(own);
    const left = holders.splice(0, holders.length - MAX_HOLDERS);
    for (const other of findIds(left, id)) disown(other);
    store.shared.put(one.key, one.state + holders.join(""));
    return true;
  };

  const flush = (): void => {
    const batch = pending;
    pending = [];
    pendingKeys = new Set();
    if (batch.length > 0 || fault !== undefined) remember(batch);
  };

  return {
    isUnchanged: (fingerprint, item) =>
      !sendsAll &&
      store.endpoints.get(fingerprint.id) === fingerprint.content &&
      // What was accepted is a valid item.
      !underWay.touches(fingerprint, item as unknown as OrderedItem),
    take({ fingerprint, orderKeys }) {
      if (fingerprint !== undefined && !sendsAll) underWay.add(fingerprint, orderKeys);
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
      for (const { fingerprint, orderKeys } of endpoints)
        if (fingerprint !== undefined) underWay.remove(fingerprint, orderKeys);
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

/** Whether an entry of `shared` stays as it is when this endpoint is accepted, but that it may get one more holder. */
function agrees(entry: string, { state }: SharedState, id: string): boolean {
  if (entry.length === MARK_BYTES) return false;
  return state === ""
    ? entry === id.slice(0, HOLDER_BYTES)
    : entry.length > HOLDER_BYTES && entry.startsWith(state);
}

/** How the hashes of the Ids in an entry begin: of an address there is one, of a user they stand behind its state. */
function toHolders(entry: string): string[] {
  if (entry.length === MARK_BYTES) return [];
  const holders: string[] = [];
  for (let at = entry.length === HOLDER_BYTES ? 0 : STATE_BYTES; at < entry.length; at += HOLDER_BYTES)
    holders.push(entry.slice(at, at + HOLDER_BYTES));
  return holders;
}
