/**
 * What Pinpoint does in these situations is not established (reference §11, and the "?" of §5). Each is a switch; the
 * first value listed in {@link BEHAVIOR_CHOICES} is the default. Defaults are strict where a wrong request would
 * otherwise pass unseen, because the sandbox is there to catch a client's mistakes.
 */
export interface SandboxBehaviors {
  /** One bad item in a batch: the whole batch is refused with 400, or the rest is applied and 202 answered. */
  badItem: "refuses-batch" | "dropped";
  /** Two items of a batch with the same Id (in any case): 400, or applied one after the other. */
  duplicateId: "refused" | "applied-in-order";
  /** An item without Id: 400, or a UUID is made up. */
  missingId: "refused" | "generated";
  /** `Item` is an empty list: 400 or 202. */
  emptyBatch: "refused" | "accepted";
  /** Members the model does not have. The SDKs never send any; AWS services as a rule pass over them. */
  unknownMember: "ignored" | "refused";
  /** A value of the wrong JSON type: 400, or passed over as if it had not been sent. */
  wrongType: "refused" | "ignored";
  /** A ChannelType, EndpointStatus or OptOut that does not exist: 400, or passed over. */
  badEnum: "refused" | "ignored";
  /** A plain string where Attributes and UserAttributes hold lists: 400, or taken as a list of one. */
  plainStringAttribute: "refused" | "wrapped";
  /** `null` anywhere but in Metrics: 400, passed over, or the member or attribute is emptied. */
  nullValue: "refused" | "ignored" | "clears";
  /** `null` as the value of one metric: 400, passed over, or the metric is removed. */
  nullMetric: "refused" | "ignored" | "removes";
  /** An item whose EffectiveDate is older than the stored one: applied, or answered 202 and passed over. */
  olderEffectiveDate: "applied" | "ignored";
  /** Which endpoints with the same Address compete: those of one channel, of any channel, of one channel and user, none. */
  sameAddressScope: "channel" | "application" | "channel-and-user" | "off";
  /** An EndpointStatus that is sent: stored, or overridden by the automatic ACTIVE. */
  sentStatus: "stored" | "overridden";
  /** OptOut of a new endpoint that has an Address and sends none. */
  optOutDefault: "NONE" | "ALL";
  /** OptOut NONE for an endpoint without Address: it stays ALL, or 400 "Missing Address". */
  optOutWithoutAddress: "stays-all" | "refused";
  /** An endpoint with an Address but without ChannelType: 400 "Missing ChannelType", or accepted. */
  missingChannelType: "refused" | "accepted";
  /** Address of SMS and VOICE: E.164; digits with or without "+" (as guide examples show); anything. */
  phoneAddress: "e164" | "digits" | "any";
  /** Address of EMAIL: something@something, or anything. */
  emailAddress: "checked" | "any";
  /** Demographic.Locale like en_US and Timezone from the tz database, or anything. */
  localeAndTimezone: "checked" | "any";
  /** APNS_SANDBOX as a user's 16th endpoint: 400, or like the other push channels. */
  sixteenthApnsSandbox: "refused" | "evicts";
  /** What the 15 KB are measured on: the item as compact UTF-8 JSON, the stored endpoint after the update, or nothing. */
  endpointSize: "item" | "stored" | "off";
  /** GetUserEndpoints and DeleteUserEndpoints for a user nobody has: 404 or an empty list. */
  unknownUser: "not-found" | "empty-list";
  /** RemoveAttributes answers with the names left in the application, or with those it removed. */
  removeAttributesReturns: "remaining" | "removed";
  /** Signatures are never verified; a request without Authorization is answered, or refused with 403. */
  missingAuthorization: "accepted" | "refused";
  /** The error name of a 403. */
  forbiddenType: "ForbiddenException" | "AccessDeniedException";
  /** What every call answers once the service has ended: "no" means it has not. */
  retired: "no" | "403" | "404" | "410";
  /** Milliseconds until GetEndpoint and GetUserEndpoints show a write; default 0. */
  readDelayMs: number;
}

type ChoiceName = Exclude<keyof SandboxBehaviors, "readDelayMs">;

/** Every value of every switch, the default first. */
export const BEHAVIOR_CHOICES: { readonly [K in ChoiceName]: readonly SandboxBehaviors[K][] } = {
  badItem: ["refuses-batch", "dropped"],
  duplicateId: ["refused", "applied-in-order"],
  missingId: ["refused", "generated"],
  emptyBatch: ["refused", "accepted"],
  unknownMember: ["ignored", "refused"],
  wrongType: ["refused", "ignored"],
  badEnum: ["refused", "ignored"],
  plainStringAttribute: ["refused", "wrapped"],
  nullValue: ["refused", "ignored", "clears"],
  nullMetric: ["refused", "ignored", "removes"],
  olderEffectiveDate: ["applied", "ignored"],
  sameAddressScope: ["channel", "application", "channel-and-user", "off"],
  sentStatus: ["stored", "overridden"],
  optOutDefault: ["NONE", "ALL"],
  optOutWithoutAddress: ["stays-all", "refused"],
  missingChannelType: ["refused", "accepted"],
  phoneAddress: ["e164", "digits", "any"],
  emailAddress: ["checked", "any"],
  localeAndTimezone: ["checked", "any"],
  sixteenthApnsSandbox: ["refused", "evicts"],
  endpointSize: ["item", "stored", "off"],
  unknownUser: ["not-found", "empty-list"],
  removeAttributesReturns: ["remaining", "removed"],
  missingAuthorization: ["accepted", "refused"],
  forbiddenType: ["ForbiddenException", "AccessDeniedException"],
  retired: ["no", "403", "404", "410"],
};

/**
 * Completes the switches with their defaults.
 *
 * @throws TypeError for an unknown switch or value.
 */
export function normalizeBehaviors(given: Partial<SandboxBehaviors> = {}): SandboxBehaviors {
  const choices = new Map<string, readonly unknown[]>(Object.entries(BEHAVIOR_CHOICES));
  const result: Record<string, unknown> = { readDelayMs: 0 };
  for (const [name, values] of choices) result[name] = values[0];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === "readDelayMs") {
      if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
        throw new TypeError("Sandbox behavior readDelayMs: expected milliseconds, 0 or more");
      }
    } else {
      const values = choices.get(name);
      if (values === undefined) {
        throw new TypeError(
          `Unknown sandbox behavior "${name}"; known: ${[...choices.keys(), "readDelayMs"].join(", ")}`,
        );
      }
      if (!values.includes(value)) {
        throw new TypeError(
          `Sandbox behavior ${name}: expected ${values.join(" or ")}, got ${JSON.stringify(value)}`,
        );
      }
    }
    result[name] = value;
  }
  return result as unknown as SandboxBehaviors;
}
