import { isIP } from "node:net";

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** Addresses that stand for every interface. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/**
 * Whether a `Host` header names this server as the user knows it. A web page may give a name of its own the address of this
 * server and read from it what it likes (DNS rebinding); the name is all that tells it then. An address cannot be lent like that,
 * so that any will do where the server listens on all of them.
 *
 * @param boundTo the host it was told to listen on
 */
export function isOwnHost(header: string | undefined, boundTo: string): boolean {
  const name = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/
    .exec(header ?? "")
    ?.slice(1)
    .find(Boolean)
    ?.toLowerCase();
  if (name === undefined) return false;
  return LOOPBACK.has(name) || name === boundTo.toLowerCase() || (WILDCARDS.has(boundTo) && isIP(name) !== 0);
}
