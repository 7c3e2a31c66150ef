import { randomUUID } from "node:crypto";
import type { SandboxBehaviors } from "./behaviors.js";
import { checkDate } from "./check-forms.js";
import { CHANNEL_TYPES, MAX_ENDPOINT_BYTES } from "./limits.js";
import {
  type AttributeValues,
  type MetricChanges,
  parseAttributes,
  parseMetrics,
} from "./parse-attributes.js";
import {
  type DemographicChanges,
  type LocationChanges,
  parseDemographic,
  parseLocation,
} from "./parse-structures.js";
import { type Change, checkMembers, type JsonObject, readObject, readString } from "./read-member.js";
import { badRequest } from "./service-error.js";

/** An update of one endpoint whose every value has been checked on its own; undefined members stay as they are. */
export interface EndpointChange {
  readonly id: string;
  /** Ids are case-insensitive: what the endpoint is found by. */
  readonly key: string;
  readonly channelType: string | undefined;
  readonly address: Change<string>;
  readonly status: string | undefined;
  readonly optOut: string | undefined;
  readonly effectiveDate: string | undefined;
  readonly requestId: string | undefined;
  readonly attributes: Change<AttributeValues>;
  readonly metrics: Change<MetricChanges>;
  readonly demographic: Change<DemographicChanges>;
  readonly location: Change<LocationChanges>;
  readonly userId: Change<string>;
  readonly userAttributes: Change<AttributeValues>;
}

const STATUSES: ReadonlySet<string> = new Set(["ACTIVE", "INACTIVE"]);
const OPT_OUTS: ReadonlySet<string> = new Set(["ALL", "NONE"]);

const ENDPOINT_MEMBERS = new Set([
  "Address",
  "Attributes",
  "ChannelType",
  "Demographic",
  "EffectiveDate",
  "EndpointStatus",
  "Id",
  "Location",
  "Metrics",
  "OptOut",
  "RequestId",
  "User",
]);
const USER_MEMBERS = new Set(["UserId", "UserAttributes"]);

/**
 * Checks an EndpointBatchItem, or an EndpointRequest with the id of its path (reference §3, §4).
 *
 * @throws ServiceError 400 for the first rule it breaks. The message never says which item of a batch it was, because
 *   Pinpoint reports nothing per item (§5).
 */
export function parseEndpointChange(
  item: JsonObject,
  pathId: string | undefined,
  behaviors: SandboxBehaviors,
): EndpointChange {
  checkMembers(item, ENDPOINT_MEMBERS, "", behaviors);
  const id = pathId ?? readId(item, behaviors);
  checkId(id, "Id");
  const address = readString(item, "Address", "", behaviors);
  if (address === "") throw badRequest("Missing Address");
  const effectiveDate = readString(item, "EffectiveDate", "", behaviors) ?? undefined;
  if (effectiveDate !== undefined) checkDate(effectiveDate, "EffectiveDate");
  const user = readObject(item, "User", "", behaviors);
  return {
    id,
    key: id.toLowerCase(),
    address,
    effectiveDate,
    channelType: readEnum(item, "ChannelType", CHANNEL_TYPES, behaviors),
    status: readEnum(item, "EndpointStatus", STATUSES, behaviors),
    optOut: readEnum(item, "OptOut", OPT_OUTS, behaviors),
    requestId: readString(item, "RequestId", "", behaviors) ?? undefined,
    attributes: parseAttributes(readObject(item, "Attributes", "", behaviors), "Attributes", behaviors),
    metrics: parseMetrics(readObject(item, "Metrics", "", behaviors), behaviors),
    demographic: parseDemographic(readObject(item, "Demographic", "", behaviors), behaviors),
    location: parseLocation(readObject(item, "Location", "", behaviors), behaviors),
    ...(user ? parseUser(user, behaviors) : { userId: user, userAttributes: user }),
  };
}

function parseUser(user: JsonObject, behaviors: SandboxBehaviors) {
  checkMembers(user, USER_MEMBERS, "User.", behaviors);
  const userId = readString(user, "UserId", "User.", behaviors);
  if (typeof userId === "string") checkId(userId, "User.UserId");
  const given = readObject(user, "UserAttributes", "User.", behaviors);
  return { userId, userAttributes: parseAttributes(given, "User.UserAttributes", behaviors) };
}

function readId(item: JsonObject, behaviors: SandboxBehaviors): string {
  const id = readString(item, "Id", "", behaviors);
  if (typeof id === "string" && id !== "") return id;
  if (behaviors.missingId === "refused") throw badRequest("Missing Id");
  return randomUUID();
}

function readEnum(
  item: JsonObject,
  name: string,
  values: ReadonlySet<string>,
  behaviors: SandboxBehaviors,
): string | undefined {
  const value = readString(item, name, "", behaviors) ?? undefined;
  if (value === undefined || values.has(value)) return value;
  if (behaviors.badEnum === "refused") throw badRequest(`${name}: expected one of ${[...values].join(", ")}`);
  return undefined;
}

/** Endpoint and user ids hold no `$`, `{` or `}` (reference §3: A). */
export function checkId(id: string, what: string): void {
  if (id === "" || /[${}]/.test(id)) throw badRequest(`${what}: must not be empty or hold $, { or }`);
}

/** Refuses an item of more than 15 KB as compact JSON, under the switch `endpointSize: "item"`. */
export function checkItemSize(item: JsonObject): void {
  let bytes = Number.POSITIVE_INFINITY;
  try {
    bytes = Buffer.byteLength(JSON.stringify(item));
  } catch (error) {
    // Nested too deep to be written: certainly no endpoint. Anything else is a fault of the sandbox.
    if (!(error instanceof RangeError)) throw error;
  }
  if (bytes > MAX_ENDPOINT_BYTES) throw badRequest(`Endpoint is larger than ${MAX_ENDPOINT_BYTES} bytes`);
}
