import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What came in since it was last asked for. */
export interface Received {
  readonly requests: number;
  readonly endpoints: number;
  /** Of all endpoints, whatever order they came in and whatever order their members are in. */
  readonly digest: number;
}

/**
 * The service's side of the benchmark, in a process of its own. It takes everything at once, and adds up what it got when it
 * is asked for that: a program that is measured does not share the machine with that work, unless it sends more than is held.
 */
let received = { requests: 0, endpoints: 0, digest: 0 };
let held: Buffer[][] = [];
let heldBytes = 0;
const MAX_HELD_BYTES = 1_500_000_000;

const ACCEPTED = '{"Message":"Accepted","RequestID":"00000000-0000-0000-0000-000000000000"}';

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    response.writeHead(202, { "content-type": "application/json", "content-length": ACCEPTED.length });
    response.end(ACCEPTED);
    held.push(pieces);
    for (const piece of pieces) heldBytes += piece.length;
    if (heldBytes > MAX_HELD_BYTES) addUp(held.shift() ?? []);
  });
}).listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
server.keepAliveTimeout = 60_000;

function addUp(pieces: readonly Buffer[]): void {
  const { Item } = JSON.parse(Buffer.concat(pieces).toString("utf8")) as { Item: readonly unknown[] };
  for (const piece of pieces) heldBytes -= piece.length;
  received.requests += 1;
  received.endpoints += Item.length;
  for (const item of Item) received.digest = (received.digest + mix(digest(item, 0))) >>> 0;
}

process.on("message", () => {
  for (const pieces of held) addUp(pieces);
  held = [];
  process.send?.(received satisfies Received);
  received = { requests: 0, endpoints: 0, digest: 0 };
});
process.once("disconnect", () => process.exit());

/** The sum over its leaves, each with its path. */
function digest(value: unknown, path: number): number {
  if (typeof value !== "object" || value === null) return mix(hash(String(value), path));
  let sum = 0;
  for (const [key, inner] of Object.entries(value)) sum = (sum + digest(inner, hash(key, path))) | 0;
  return sum;
}

/** FNV-1a. */
function hash(text: string, seed: number): number {
  let state = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state;
}

/** So that sums of what is alike do not cancel out. */
function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
