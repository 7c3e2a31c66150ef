import type { Endpoint } from "../../src/domain.js";
import { toOrderKeys } from "../../src/to-order-keys.js";

/** An endpoint as validation makes it, from its Id and what else the order of sending depends on. */
export function makeEndpoint(id: string, also: { user?: string; address?: string } = {}): Endpoint {
  const json = JSON.stringify({ Id: id });
  const { user, address } = also;
  const orderKeys = toOrderKeys({
    Id: id,
    ...(user !== undefined && { User: { UserId: user } }),
    ...(address !== undefined && { ChannelType: "EMAIL", Address: address }),
  });
  const buffer = Buffer.from(json);
  return { id, buffer, start: 0, end: buffer.length, orderKeys };
}

/** `prefix0`, `prefix1` … */
export function makeEndpoints(count: number, prefix = "e"): Endpoint[] {
  return Array.from({ length: count }, (_, index) => makeEndpoint(`${prefix}${index}`));
}

export const toIds = (endpoints: readonly Endpoint[]): string[] => endpoints.map(({ id }) => id);
