import { createRequire } from "node:module";
import { CHANNEL_TYPES, ENDPOINT_STATUSES, OPT_OUTS } from "../domain.js";
import { remember } from "../remember.js";
import { MAX_ATTRIBUTE_VALUES, MAX_NAME_LENGTH, MAX_VALUE_LENGTH } from "./limits.js";

const text = (maxLength: number) => ({ type: "string", maxLength });

const name = { minLength: 1, maxLength: MAX_NAME_LENGTH };

const attributes = {
  type: "object",
  propertyNames: name,
  additionalProperties: {
    type: "array",
    maxItems: MAX_ATTRIBUTE_VALUES,
    items: text(MAX_VALUE_LENGTH),
  },
};

const require = createRequire(import.meta.url);

/** The codes of ISO 3166-1: of two letters, of three, and numbers. */
const COUNTRY_CODES: ReadonlySet<string> = new Set(
  (require("i18n-iso-countries/codes.json") as readonly string[][]).flatMap((codes) => codes.slice(0, 3)),
);

/** Ids of endpoints and users: the API reference rules out `$`, `{` and `}`. */
const id = { type: "string", format: "pinpoint-id" };

/** One after the other, the usual channel first: each condition that does not hold costs AJV two objects. */
const addressOf = (channelTypes: readonly string[], address: object, others: object = {}): object => ({
  if: {
    properties: { ChannelType: { enum: channelTypes } },
    required: ["ChannelType"],
  },
  // biome-ignore lint/suspicious/noThenProperty: `then` is the keyword of JSON Schema.
  then: {
    properties: { Address: { type: "string", ...address } },
    required: ["Address"],
  },
  else: others,
});

const OTHER_CHANNELS = CHANNEL_TYPES.filter((type) => !["EMAIL", "SMS", "VOICE"].includes(type));

/**
 * JSON Schema of an `EndpointBatchItem` (Endpoints API reference), with one rule of our own: an `Address` goes with its
 * `ChannelType` and the other way round. An item with neither is a partial update of an endpoint that is there.
 */
export const endpointSchema = {
  type: "object",
  required: ["Id"],
  additionalProperties: false,
  dependencies: { Address: ["ChannelType"] },
  properties: {
    Id: id,
    ChannelType: { type: "string", enum: CHANNEL_TYPES },
    Address: { type: "string" },
    EndpointStatus: { type: "string", enum: ENDPOINT_STATUSES },
    OptOut: { type: "string", enum: OPT_OUTS },
    EffectiveDate: { type: "string", format: "iso-8601" },
    RequestId: { type: "string" },
    Attributes: attributes,
    Metrics: {
      type: "object",
      propertyNames: name,
      additionalProperties: { type: "number" },
    },
    Demographic: {
      type: "object",
      additionalProperties: false,
      properties: {
        AppVersion: text(50),
        Locale: { type: "string", maxLength: 50, format: "locale" },
        Make: text(50),
        Model: text(100),
        ModelVersion: text(50),
        Platform: text(50),
        PlatformVersion: text(50),
        Timezone: { type: "string", maxLength: 50, format: "time-zone" },
      },
    },
    Location: {
      type: "object",
      additionalProperties: false,
      dependencies: { Latitude: ["Longitude"], Longitude: ["Latitude"] },
      properties: {
        City: text(75),
        Country: { type: "string", format: "country" },
        Latitude: { type: "number", minimum: -90, maximum: 90 },
        Longitude: { type: "number", minimum: -180, maximum: 180 },
        PostalCode: { type: "string" },
        Region: text(75),
      },
    },
    User: {
      type: "object",
      additionalProperties: false,
      properties: { UserId: id, UserAttributes: attributes },
    },
  },
  ...addressOf(
    ["EMAIL"],
    { format: "email-address" },
    addressOf(["SMS", "VOICE"], { format: "e164" }, addressOf(OTHER_CHANNELS, { minLength: 1 })),
  ),
};

// Where they are used, each use would make a new one.
const PINPOINT_ID = /^[^${}]+$/;
const E164 = /^\+[1-9]\d{1,14}$/;
/** Deliberately wide: only what can be no address at all is turned away, the mail system judges the rest. */
const EMAIL_ADDRESS = /^[^\s@"(),:;<>[\]\\]{1,64}@[^\s@.,;<>]+(\.[^\s@.,;<>]+)+$/;
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const LOCALE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;

let listedZones: ReadonlySet<string> | undefined;

/**
 * Asking Intl about a name costs 30 µs and more, the first time 20 ms, since it loads what it formats dates with; its list
 * costs 2 ms. Of the some 600 names the list has those that are no aliases.
 */
const isTimeZone = remember((value) => {
  listedZones ??= new Set(Intl.supportedValuesOf("timeZone"));
  if (listedZones.has(value)) return true;
  if (!/^[A-Za-z][\w+/-]*$/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
});

/** What a format takes, in words, and the test for it. */
export const formats: Record<string, { readonly words: string; readonly test: (value: string) => boolean }> =
  {
    "pinpoint-id": {
      words: "text without $, { and }",
      test: (value) => PINPOINT_ID.test(value),
    },
    e164: {
      words: "a phone number in E.164 form such as +12065550100",
      test: (value) => E164.test(value),
    },
    "email-address": {
      words: "an e-mail address",
      test: (value) => EMAIL_ADDRESS.test(value),
    },
    "iso-8601": {
      words: "a date in ISO 8601 form such as 2026-01-31T12:00:00.000Z",
      test: (value) =>
        ISO_8601.test(value) && !Number.isNaN(Date.parse(value)) && isCalendarDay(value.slice(0, 10)),
    },
    locale: {
      words: "a locale such as en_US",
      test: (value) => LOCALE.test(value),
    },
    "time-zone": {
      words: "a time zone of the tz database such as America/New_York",
      test: isTimeZone,
    },
    country: {
      words: "a country code of ISO 3166-1 such as US or USA",
      test: (value) => COUNTRY_CODES.has(value),
    },
  };

/** The tests alone, as AJV takes them. */
export const formatTests = Object.fromEntries(
  Object.entries(formats).map(([name, { test }]) => [name, test]),
);

/** Date.parse takes the 31st of April for the 1st of May. */
function isCalendarDay(date: string): boolean {
  return new Date(`${date}T00:00Z`).toISOString().startsWith(date);
}
