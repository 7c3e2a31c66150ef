/**
 * Pinpoint's limits on endpoints. Sources: the Endpoints API reference and the service's quotas page; where the two
 * are silent the service decides, and what it refuses ends in the rejects file with its own message.
 */

/** Bytes of one endpoint. How the service measures is not documented: the JSON text's UTF-8 length is taken. */
export const MAX_ENDPOINT_BYTES = 15 * 1024;

/** Values of one attribute, in Attributes and in User.UserAttributes. */
export const MAX_ATTRIBUTE_VALUES = 50;

/** Characters of an attribute's or metric's name. */
export const MAX_NAME_LENGTH = 50;

/** Characters of an attribute's value. */
export const MAX_VALUE_LENGTH = 100;

/**
 * Custom names of an application over Attributes, Metrics and User.UserAttributes. Accounts may have it raised, so it is
 * only warned of.
 */
export const MAX_CUSTOM_NAMES = 250;

/** Endpoints that can share one User.UserId. */
export const MAX_ENDPOINTS_PER_USER = 15;
