import * as crypto from "node:crypto";
import type { Fingerprint, JsonObject, MappedEndpoint, SharedState } from "../domain.js";
import { toJsonBuffer, writeJson } from "../write-json.js";

/** Bytes of the hash of an Id, user or address. Two that are alike, once in 10^14 pairs, only cost a request each night. */
export const KEY_BYTES = 6;

/** Two contents of one endpoint are alike once in 10^14 times that it changes. */
export const CONTENT_BYTES = 6;

/** Two states of a user are alike once in 10^7 times that its rows do not agree. */
export const STATE_BYTES = 3;

/** Most items are shorter, with the key before them. */
const USUAL_BYTES = 16 * 1024;

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

/** An endpoint, and all that its row made → its fingerprint. */
export type Fingerprinter = (made: MappedEndpoint, row: readonly MappedEndpoint[]) => Fingerprint;

/** @param secret Key of the hashes: without it nobody can try out which addresses are known. */
export function createFingerprinter(secret: Buffer): Fingerprinter {
  const hash = createHash(secret);
  return (made, row) => {
    const item = made.item as FingerprintedItem;
    const counted = toCounted(made);
    const content =
      row.length > 1 && item.User !== undefined ? [counted, findUserAttributes(row, item.User)] : counted;
    const id = hash("id", item.Id.toLowerCase(), KEY_BYTES);
    return new LazyFingerprint(id, hash("item", content, CONTENT_BYTES), { hash, item, row });
  };
}

/** What is hashed, each kind with a byte of its own. */
const KINDS = { id: 1, item: 2, address: 3, user: 4, attributes: 5 };
type Hash = (kind: keyof typeof KINDS, value: unknown, bytes: number) => string;

/** Hashes values by their JSON, one character a byte: SHA-256, which is a keyed hash when it begins with the key and is cut. */
function createHash(secret: Buffer): Hash {
  const start = secret.length + 1;
  let buffer = toJsonBuffer(Buffer.concat([secret], USUAL_BYTES));
  return (kind, value, bytes) => {
    buffer.bytes[secret.length] = KINDS[kind];
    let end = writeJson(value, buffer, start);
    if (end > buffer.bytes.length) {
      buffer = toJsonBuffer(Buffer.concat([buffer.bytes], 2 * end));
      end = writeJson(value, buffer, start);
    }
    return digest(buffer.bytes.subarray(0, end)).slice(0, bytes);
  };
}

/** The short form is there since Node 20.12. */
const digest: (bytes: Uint8Array) => string =
  typeof crypto.hash === "function"
    ? (bytes) => crypto.hash("sha256", bytes, "binary")
    : (bytes) => crypto.createHash("sha256").update(bytes).digest("binary");

interface Origin {
  readonly hash: Hash;
  readonly item: FingerprintedItem;
  readonly row: readonly MappedEndpoint[];
}

/** What is shared takes three more hashes, and nobody asks for it while all is unchanged. */
class LazyFingerprint implements Fingerprint {
  readonly id: string;
  readonly content: string;
  private origin: Origin | undefined;
  private found: readonly SharedState[] = [];

  constructor(id: string, content: string, origin: Origin) {
    this.id = id;
    this.content = content;
    this.origin = origin;
  }

  get shared(): readonly SharedState[] {
    if (this.origin !== undefined) this.found = toShared(this.origin);
    // The row is not held any longer.
    this.origin = undefined;
    return this.found;
  }
}

function toShared({ hash, item, row }: Origin): readonly SharedState[] {
  const { ChannelType = "", Address, User } = item;
  const shared: SharedState[] = [];
  // Of two endpoints with one address the one that was sent last is active.
  if (Address !== undefined)
    shared.push({ key: hash("address", [ChannelType, Address], KEY_BYTES), state: "" });
  // All endpoints of a user have the attributes that were sent with any of them.
  if (User?.UserId !== undefined && User.UserAttributes !== undefined) {
    const state = hash("attributes", findUserAttributes(row, User), STATE_BYTES);
    shared.push({ key: hash("user", User.UserId, KEY_BYTES), state });
  }
  return shared;
}

/** What counts of an endpoint, in one order. */
function toCounted({ item, madeUp, isSorted }: MappedEndpoint): JsonObject {
  const counted = madeUp === undefined ? item : without(item, madeUp);
  return isSorted === true ? counted : toSorted(counted);
}

function without(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

/** What a row makes of its user: the attributes of all its endpoints, or of each alone where they do not agree. */
function findUserAttributes(
  row: readonly MappedEndpoint[],
  { UserId, UserAttributes = {} }: User,
): JsonObject {
  // Names such as __proto__ are names like any other here, and below.
  const all: Record<string, unknown> = Object.assign(Object.create(null), UserAttributes);
  for (const { item } of row) {
    const { User } = item as FingerprintedItem;
    if (User?.UserId !== UserId) continue;
    for (const [name, values] of Object.entries(User?.UserAttributes ?? {})) {
      if (name in all && JSON.stringify(all[name]) !== JSON.stringify(values))
        return toSorted(UserAttributes);
      all[name] = values;
    }
  }
  return toSorted(all);
}

/** The same with the members of each object in one order, whatever order a mapping or an input has them in. */
function toSorted<T>(value: T): T {
  return (hasOrder(value) ? value : sort(value)) as T;
}

function hasOrder(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasOrder);
  let before = "";
  for (const key of Object.keys(value)) {
    if (key < before || !hasOrder((value as JsonObject)[key])) return false;
    before = key;
  }
  return true;
}

function sort(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sort);
  const sorted: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) sorted[key] = sort((value as JsonObject)[key]);
  return sorted;
}
