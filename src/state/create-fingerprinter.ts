import * as crypto from "node:crypto";
import type { Fingerprint, JsonObject, SharedState } from "../domain.js";

/**
 * Bytes of a hash. Two Ids, users or addresses that are alike only cost a request; two contents of one endpoint are alike
 * once in 10^16 times, and two states of a user once in 10^7 times that rows do not agree.
 */
const KEY_BYTES = 7;
export const CONTENT_BYTES = 7;
const STATE_BYTES = 3;

/** The members of an item that tell whom it is about. */
interface FingerprintedItem extends JsonObject {
  readonly Id: string;
  readonly ChannelType?: string;
  readonly Address?: string;
  readonly User?: User;
}

interface User {
  readonly UserId?: string;
  readonly UserAttributes?: JsonObject;
}

/**
 * SHA-256, one character a byte. Cut short as it is here, it is a keyed hash once it begins with the key. The short form is
 * there since Node 20.12.
 */
const digest: (text: string) => string =
  typeof crypto.hash === "function"
    ? (text) => crypto.hash("sha256", text, "binary")
    : (text) => crypto.createHash("sha256").update(text).digest("binary");

/** What is about to be sent, and which of its members do not count. */
export interface Fingerprinted {
  readonly item: JsonObject;
  /** The item as JSON. */
  readonly json: string;
  readonly madeUp?: readonly string[] | undefined;
}

/** The items of one row → their fingerprints. */
export type Fingerprinter = (items: readonly Fingerprinted[]) => readonly Fingerprint[];

/** @param secret Key of the hashes: without it nobody can try out which addresses are known. */
export function createFingerprinter(secret: Buffer): Fingerprinter {
  const prefix = secret.toString("base64");
  const hash = (kind: string, text: string, bytes: number): string =>
    digest(`${prefix} ${kind} ${text}`).slice(0, bytes);

  const fingerprint = ({ item, json, madeUp }: Fingerprinted, row: readonly Fingerprinted[]): Fingerprint => {
    const { Id, ChannelType, Address, User } = item as FingerprintedItem;
    const id = hash("id", Id.toLowerCase(), KEY_BYTES);
    const shared: SharedState[] = [];
    // Of two endpoints with one address the one that was sent last is active.
    if (Address !== undefined) {
      const key = hash("address", `${ChannelType} ${Address}`, KEY_BYTES);
      shared.push({ key, state: id.slice(0, STATE_BYTES) });
    }
    // All endpoints of a user have the attributes that were sent with any of them.
    if (User?.UserId !== undefined && User.UserAttributes !== undefined) {
      const attributes = row.length === 1 ? User.UserAttributes : findUserAttributes(row, User);
      const state = hash("attributes", toCanonicalJson(attributes), STATE_BYTES);
      shared.push({ key: hash("user", User.UserId, KEY_BYTES), state });
    }
    const content = madeUp === undefined && isSorted(item) ? json : toCanonicalJson(without(item, madeUp));
    return { id, content: hash("item", content, CONTENT_BYTES), shared };
  };

  return (row) => row.map((one) => fingerprint(one, row));
}

function without(item: JsonObject, names: readonly string[] = []): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

/** What a row makes of its user: the attributes of all its endpoints, or of each alone where they do not agree. */
function findUserAttributes(row: readonly Fingerprinted[], { UserId, UserAttributes }: User): JsonObject {
  const all: Record<string, unknown> = { ...UserAttributes };
  for (const { item } of row) {
    const { User } = item as FingerprintedItem;
    if (User?.UserId !== UserId) continue;
    for (const [name, values] of Object.entries(User?.UserAttributes ?? {})) {
      if (name in all && JSON.stringify(all[name]) !== JSON.stringify(values)) return UserAttributes ?? {};
      all[name] = values;
    }
  }
  return all;
}

/** JSON with the members of each object in one order, whatever order a mapping or an input has them in. */
function toCanonicalJson(value: unknown): string {
  return JSON.stringify(isSorted(value) ? value : toSorted(value));
}

/** Items of a mapping are, as a rule. */
function isSorted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before || !isSorted((value as JsonObject)[key])) return false;
    before = key;
  }
  return true;
}

function toSorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toSorted);
  // Names such as __proto__ are names like any other here.
  const sorted: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) sorted[key] = toSorted((value as JsonObject)[key]);
  return sorted;
}
