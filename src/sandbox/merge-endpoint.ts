import type { SandboxBehaviors } from "./behaviors.js";
import { checkAddress } from "./check-address.js";
import type { EndpointChange } from "./parse-endpoint-change.js";
import type { Change } from "./read-member.js";
import { badRequest } from "./service-error.js";
import type { StoredEndpoint } from "./stored-endpoint.js";

/** When and by which request an update happens; fixed once, so that a replay gives the same endpoint. */
export interface UpdateMoment {
  /** ISO 8601. */
  readonly date: string;
  readonly requestId: string;
}

const EMPTY: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * The map after an update by name: names that are not mentioned stay, null removes. Maps are shared, not copied, where
 * one side has nothing to add: most updates are creations, and they come by the million.
 */
export function mergeMap<V>(
  before: ReadonlyMap<string, V>,
  change: Change<ReadonlyMap<string, V | null>>,
): ReadonlyMap<string, V> {
  if (change === undefined || change?.size === 0) return before;
  if (change === null) return EMPTY;
  if (before.size === 0 && isWithoutNull(change)) return change;
  const result = new Map(before);
  for (const [name, value] of change) {
    if (value === null) result.delete(name);
    else result.set(name, value);
  }
  return result;
}

function isWithoutNull<V>(map: ReadonlyMap<string, V | null>): map is ReadonlyMap<string, V> {
  for (const value of map.values()) if (value === null) return false;
  return true;
}

/**
 * The endpoint after an update, its user aside (reference §5).
 *
 * @throws ServiceError 400 if address and channel type do not go together, now that both are known.
 */
export function mergeEndpoint(
  before: StoredEndpoint | undefined,
  change: EndpointChange,
  moment: UpdateMoment,
  behaviors: SandboxBehaviors,
): StoredEndpoint {
  const address = change.address === null ? undefined : (change.address ?? before?.address);
  const channelType = change.channelType ?? before?.channelType;
  if (address !== undefined && (change.address !== undefined || change.channelType !== undefined)) {
    if (channelType !== undefined) checkAddress(channelType, address, behaviors);
    else if (behaviors.missingChannelType === "refused") throw badRequest("Missing ChannelType");
  }
  return {
    id: before?.id ?? change.id,
    address,
    channelType,
    // An update makes an endpoint ACTIVE, whatever it was before.
    status: behaviors.sentStatus === "stored" ? (change.status ?? "ACTIVE") : "ACTIVE",
    optOut: mergeOptOut(before, change, address, behaviors),
    creationDate: before?.creationDate ?? moment.date,
    effectiveDate: change.effectiveDate ?? moment.date,
    requestId: change.requestId ?? moment.requestId,
    attributes: mergeMap(before?.attributes ?? EMPTY, change.attributes),
    metrics: mergeMap(before?.metrics ?? EMPTY, change.metrics),
    demographic: mergeMap(before?.demographic ?? EMPTY, change.demographic),
    location: mergeMap(before?.location ?? EMPTY, change.location),
    userId: change.userId === null ? undefined : (change.userId ?? before?.userId),
    ownUserAttributes: before?.ownUserAttributes ?? EMPTY,
  };
}

/** Without an address an endpoint is opted out, and stays so until NONE is sent with or after one (§5: A). */
function mergeOptOut(
  before: StoredEndpoint | undefined,
  change: EndpointChange,
  address: string | undefined,
  behaviors: SandboxBehaviors,
): string {
  if (address === undefined) {
    if (change.optOut !== undefined && behaviors.optOutWithoutAddress === "refused") {
      throw badRequest("Missing Address");
    }
    return "ALL";
  }
  return change.optOut ?? before?.optOut ?? behaviors.optOutDefault;
}
