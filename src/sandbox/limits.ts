/**
 * The documented limits the sandbox enforces. "§" is a section of the project's Pinpoint reference; the letters are
 * its source marks (M service model, D developer guide, A later API reference, R quotas page of 2026-08).
 */

/** Items in one UpdateEndpointsBatch call (§4: M, S1, D). */
export const MAX_BATCH_ITEMS = 100;

/** Bytes of one request body: 7 MB (§4: D). Read as binary megabytes, the more generous reading. */
export const MAX_PAYLOAD_BYTES = 7 * 1024 * 1024;

/** Bytes of one endpoint: 15 KB (§4: D). Read as binary kilobytes; how they are measured is a switch. */
export const MAX_ENDPOINT_BYTES = 15 * 1024;

/** Custom attribute names of an application, and of an endpoint: Attributes + Metrics + UserAttributes (§4: D, R). */
export const MAX_ATTRIBUTE_NAMES = 250;

/** Values of one attribute (§4: D). */
export const MAX_ATTRIBUTE_VALUES = 50;

/** Characters of an attribute or metric name (§4: M, D). */
export const MAX_NAME_CHARACTERS = 50;

/** Characters of an attribute value (§4: M, D). */
export const MAX_VALUE_CHARACTERS = 100;

/** Endpoints that may carry the same UserId (§4: D, T). */
export const MAX_ENDPOINTS_PER_USER = 15;

/** Projects of one account and region (§4: D, R). */
export const MAX_APPLICATIONS = 100;

/** Characters of each Demographic member (§3: A). Locale and Timezone have a form instead of a length. */
export const MAX_DEMOGRAPHIC_CHARACTERS: Readonly<Record<string, number>> = {
  AppVersion: 50,
  Make: 50,
  Model: 100,
  ModelVersion: 50,
  Platform: 50,
  PlatformVersion: 50,
};

/** Characters of City and Region (§3: A). PostalCode is free. */
export const MAX_PLACE_CHARACTERS = 75;

/** Degrees (§3: A). */
export const MAX_LATITUDE = 90;
/** Degrees (§3: A). */
export const MAX_LONGITUDE = 180;

/** §3: M, S3, A. */
export const CHANNEL_TYPES: ReadonlySet<string> = new Set([
  "PUSH",
  "GCM",
  "APNS",
  "APNS_SANDBOX",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "ADM",
  "SMS",
  "VOICE",
  "EMAIL",
  "BAIDU",
  "CUSTOM",
  "IN_APP",
]);

/** Channels whose 16th endpoint takes the place of the user's oldest one of these channels (§5: D). */
export const EVICTING_CHANNELS: ReadonlySet<string> = new Set([
  "ADM",
  "GCM",
  "APNS",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "BAIDU",
]);

/** Requests a second of each operation by default, burst equal to the rate (§4: R). */
export const DEFAULT_QUOTAS: Readonly<Record<string, number>> = {
  UpdateEndpointsBatch: 2,
  UpdateEndpoint: 10,
  GetEndpoint: 10,
  DeleteEndpoint: 5,
};

/** Requests a second of every operation not in {@link DEFAULT_QUOTAS} (§4: R). */
export const DEFAULT_QUOTA_OF_OTHERS = 300;
