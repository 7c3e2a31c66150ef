import { createAddressIndex } from "./address-index.js";
import { type AttributeNames, createAttributeNames } from "./attribute-names.js";
import type { SandboxBehaviors } from "./behaviors.js";
import {
  EVICTING_CHANNELS,
  MAX_ATTRIBUTE_NAMES,
  MAX_ENDPOINT_BYTES,
  MAX_ENDPOINTS_PER_USER,
} from "./limits.js";
import { mergeEndpoint, mergeMap, type UpdateMoment } from "./merge-endpoint.js";
import type { AttributeValues } from "./parse-attributes.js";
import type { EndpointChange } from "./parse-endpoint-change.js";
import { badRequest } from "./service-error.js";
import { type EndpointResponse, type StoredEndpoint, toEndpointResponse } from "./stored-endpoint.js";
import { createUndoableMap, createUndoJournal } from "./undo-journal.js";
import { createUsers } from "./users.js";

/** What one application holds. What the service does is by id, user or address; it never walks over all endpoints. */
export interface EndpointStore {
  readonly size: number;
  readonly names: AttributeNames;
  /** Runs `work`; if it throws, the store is as it was before. */
  transaction<T>(work: () => T): T;
  /**
   * Creates or updates one endpoint. To be called in a transaction.
   *
   * @throws ServiceError 400 if the result breaks a rule.
   */
  apply(change: EndpointChange, moment: UpdateMoment): void;
  get(id: string): EndpointResponse | undefined;
  /** Takes out an endpoint and returns what it was. */
  remove(id: string): EndpointResponse | undefined;
  /** The endpoints of a user; empty if there is no such user. */
  ofUser(userId: string): EndpointResponse[];
  all(): EndpointResponse[];
  /** Every endpoint in order of creation. It may be walked while the store changes, and shows the changes. */
  stored(): IterableIterator<StoredEndpoint>;
  /** The attributes of its user, or its own where it has none. */
  userAttributesOf(endpoint: StoredEndpoint): AttributeValues;
  toResponse(endpoint: StoredEndpoint): EndpointResponse;
}

export function createEndpointStore(applicationId: string, behaviors: SandboxBehaviors): EndpointStore {
  const journal = createUndoJournal();
  const endpoints = createUndoableMap<string, StoredEndpoint>(journal);
  const users = createUsers(journal);
  const names = createAttributeNames(journal);
  const addresses = createAddressIndex(journal, behaviors.sameAddressScope);

  const userAttributesOf = (endpoint: StoredEndpoint): AttributeValues =>
    (endpoint.userId === undefined ? undefined : users.get(endpoint.userId)?.attributes) ??
    endpoint.ownUserAttributes;

  const toResponse = (endpoint: StoredEndpoint) =>
    toEndpointResponse(applicationId, endpoint, userAttributesOf(endpoint));

  /** Sets the endpoint that had the address until now to INACTIVE (reference §5: M). */
  const takeAddress = (key: string, before: StoredEndpoint | undefined, endpoint: StoredEndpoint) => {
    if (before !== undefined && !addresses.isSameAddress(before, endpoint)) addresses.release(key, before);
    const loserKey = addresses.take(key, endpoint);
    const loser = loserKey === undefined ? undefined : endpoints.get(loserKey);
    if (loserKey !== undefined && loser !== undefined)
      endpoints.set(loserKey, { ...loser, status: "INACTIVE" });
  };

  /** The rule of the 16th endpoint (reference §5): push channels make room, the others are refused. */
  const makeRoom = (userId: string, channelType: string | undefined) => {
    const members = users.get(userId)?.endpoints;
    if (members === undefined || members.size < MAX_ENDPOINTS_PER_USER) return;
    const oldest = isEvicting(channelType, behaviors) ? findOldestPush(members) : undefined;
    if (oldest === undefined) {
      throw badRequest(`Exceeded maximum endpoint per user count: ${MAX_ENDPOINTS_PER_USER}`);
    }
    addresses.release(oldest.key, oldest.endpoint);
    users.leave(userId, oldest.key);
    endpoints.set(oldest.key, { ...oldest.endpoint, status: "INACTIVE", userId: undefined });
  };

  const findOldestPush = (members: ReadonlySet<string>) => {
    let oldest: { key: string; endpoint: StoredEndpoint; time: number } | undefined;
    for (const key of members) {
      const endpoint = endpoints.get(key);
      if (endpoint === undefined || !isEvicting(endpoint.channelType, behaviors)) continue;
      const time = Date.parse(endpoint.effectiveDate);
      if (oldest === undefined || time < oldest.time) oldest = { key, endpoint, time };
    }
    return oldest;
  };

  /** Puts the endpoint with its user, and the attributes where they belong: with the user, for all its endpoints. */
  const settleUser = (
    key: string,
    before: StoredEndpoint | undefined,
    merged: StoredEndpoint,
    sent: EndpointChange["userAttributes"],
  ): StoredEndpoint => {
    const { userId } = merged;
    if (before?.userId !== undefined && before.userId !== userId) users.leave(before.userId, key);
    if (userId === undefined) {
      return { ...merged, ownUserAttributes: mergeMap(merged.ownUserAttributes, sent) };
    }
    if (before?.userId !== userId) makeRoom(userId, merged.channelType);
    const current = users.get(userId)?.attributes ?? new Map();
    // Attributes from before there was a user come along, but give way to what the user has.
    const known = merged.ownUserAttributes.size === 0 ? current : mergeMap(merged.ownUserAttributes, current);
    users.put(userId, key, mergeMap(known, sent));
    return merged.ownUserAttributes.size === 0 ? merged : { ...merged, ownUserAttributes: new Map() };
  };

  const checkWhole = (endpoint: StoredEndpoint) => {
    const count = endpoint.attributes.size + endpoint.metrics.size + userAttributesOf(endpoint).size;
    if (count > MAX_ATTRIBUTE_NAMES) throw badRequest("Too many custom attributes");
    if (behaviors.endpointSize === "stored") {
      const bytes = Buffer.byteLength(JSON.stringify(toResponse(endpoint)));
      if (bytes > MAX_ENDPOINT_BYTES) throw badRequest(`Endpoint is larger than ${MAX_ENDPOINT_BYTES} bytes`);
    }
  };

  return {
    get size() {
      return endpoints.size;
    },
    names,
    transaction: journal.transaction,
    apply(change, moment) {
      const { key } = change;
      const before = endpoints.get(key);
      if (before !== undefined && isOutdated(change, before, behaviors)) return;
      const captured: EndpointChange = {
        ...change,
        attributes: names.capture("Attributes", change.attributes),
        metrics: names.capture("Metrics", change.metrics),
        userAttributes: names.capture("UserAttributes", change.userAttributes),
      };
      const merged = mergeEndpoint(before, captured, moment, behaviors);
      const endpoint = settleUser(key, before, merged, captured.userAttributes);
      checkWhole(endpoint);
      takeAddress(key, before, endpoint);
      endpoints.set(key, endpoint);
    },
    get(id) {
      const endpoint = endpoints.get(id.toLowerCase());
      return endpoint && toResponse(endpoint);
    },
    remove(id) {
      const key = id.toLowerCase();
      const endpoint = endpoints.get(key);
      if (endpoint === undefined) return undefined;
      const response = toResponse(endpoint);
      addresses.release(key, endpoint);
      if (endpoint.userId !== undefined) users.leave(endpoint.userId, key);
      endpoints.delete(key);
      return response;
    },
    ofUser(userId) {
      return [...(users.get(userId)?.endpoints ?? [])].flatMap((key) => {
        const endpoint = endpoints.get(key);
        return endpoint === undefined ? [] : [toResponse(endpoint)];
      });
    },
    all: () => Array.from(endpoints.values(), toResponse),
    stored: () => endpoints.values(),
    userAttributesOf,
    toResponse,
  };
}

function isEvicting(channelType: string | undefined, behaviors: SandboxBehaviors): boolean {
  if (channelType === "APNS_SANDBOX") return behaviors.sixteenthApnsSandbox === "evicts";
  return channelType !== undefined && EVICTING_CHANNELS.has(channelType);
}

/** Whether the update is to be passed over because a later one is stored. */
function isOutdated(change: EndpointChange, stored: StoredEndpoint, behaviors: SandboxBehaviors): boolean {
  if (behaviors.olderEffectiveDate === "applied" || change.effectiveDate === undefined) return false;
  return Date.parse(change.effectiveDate) < Date.parse(stored.effectiveDate);
}
