import { createHash } from "node:crypto";

/** Namespace of the Ids made here; changing it would give every contact a second endpoint. */
const NAMESPACE = Buffer.from("b3c1f2a07d5e4c169d3a8e5f60c4a7d2", "hex");

/** UUID version 5 (RFC 9562, section 5.5) of a name. */
export function toUuidV5(name: string): string {
  const bytes = createHash("sha1").update(NAMESPACE).update(name, "utf8").digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The Id of an endpoint that the mapping gives none: the same for the same contact in every run. Case does not count
 * in an e-mail address, so that `Ann@example.com` and `ann@example.com` stay one contact.
 */
export function toEndpointId(channelType: string, address: string): string {
  return toUuidV5(`${channelType}:${channelType === "EMAIL" ? address.toLowerCase() : address}`);
}
