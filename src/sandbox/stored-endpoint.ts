import type { AttributeValues } from "./parse-attributes.js";

/** An endpoint as stored. Never changed in place: an update replaces it, so that a refused batch can be taken back. */
export interface StoredEndpoint {
  /** As it was spelled when the endpoint came into being. */
  readonly id: string;
  readonly address: string | undefined;
  readonly channelType: string | undefined;
  readonly status: string;
  readonly optOut: string;
  readonly creationDate: string;
  readonly effectiveDate: string;
  readonly requestId: string;
  readonly attributes: AttributeValues;
  readonly metrics: ReadonlyMap<string, number>;
  readonly demographic: ReadonlyMap<string, string>;
  readonly location: ReadonlyMap<string, string | number>;
  readonly userId: string | undefined;
  /** User attributes sent without a UserId; those of a user belong to the user and are stored there. */
  readonly ownUserAttributes: AttributeValues;
}

/** The EndpointResponse of the service model, as it goes over the wire. */
export interface EndpointResponse {
  Address?: string;
  ApplicationId: string;
  Attributes: Record<string, readonly string[]>;
  ChannelType?: string;
  CohortId: string;
  CreationDate: string;
  Demographic: Record<string, string>;
  EffectiveDate: string;
  EndpointStatus: string;
  Id: string;
  Location: Record<string, string | number>;
  Metrics: Record<string, number>;
  OptOut: string;
  RequestId: string;
  /** `{}` without a user (reference §3: D). */
  User: { UserId?: string; UserAttributes?: Record<string, readonly string[]> };
}

/**
 * Writes an endpoint out. Object.fromEntries defines members instead of assigning them, so a name such as
 * `__proto__` is data like any other.
 */
export function toEndpointResponse(
  applicationId: string,
  endpoint: StoredEndpoint,
  userAttributes: AttributeValues,
): EndpointResponse {
  return {
    ...(endpoint.address === undefined ? {} : { Address: endpoint.address }),
    ApplicationId: applicationId,
    Attributes: Object.fromEntries(endpoint.attributes),
    ...(endpoint.channelType === undefined ? {} : { ChannelType: endpoint.channelType }),
    CohortId: toCohortId(endpoint.id),
    CreationDate: endpoint.creationDate,
    Demographic: Object.fromEntries(endpoint.demographic),
    EffectiveDate: endpoint.effectiveDate,
    EndpointStatus: endpoint.status,
    Id: endpoint.id,
    Location: Object.fromEntries(endpoint.location),
    Metrics: Object.fromEntries(endpoint.metrics),
    OptOut: endpoint.optOut,
    RequestId: endpoint.requestId,
    User: {
      ...(userAttributes.size === 0 ? {} : { UserAttributes: Object.fromEntries(userAttributes) }),
      ...(endpoint.userId === undefined ? {} : { UserId: endpoint.userId }),
    },
  };
}

const COHORTS = 100;

/** "0" to "99", the same for an id in every run (reference §3: M gives the range; the rule behind it is unknown). */
function toCohortId(id: string): string {
  let hash = 0;
  for (const character of id.toLowerCase()) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return String(hash % COHORTS);
}
