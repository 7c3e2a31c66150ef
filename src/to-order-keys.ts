import type { OrderKeys } from "./domain.js";
import { hashText } from "./hash-text.js";

/** The members of a valid item that the order of sending depends on. */
export interface OrderedItem {
  readonly Id: string;
  readonly ChannelType?: string;
  readonly Address?: string;
  readonly User?: { readonly UserId?: string };
}

/**
 * A later update of the same endpoint must not overtake an earlier one. The same goes for endpoints of one user, who share
 * their user attributes, and for two endpoints with one address, of which the last one stays active.
 */
export function toOrderKeys({ Id, User, ChannelType = "", Address }: OrderedItem): OrderKeys {
  const user = User?.UserId === undefined ? 0 : hashText(User.UserId, 1);
  const address = Address === undefined ? 0 : hashText(Address, hashText(ChannelType));
  return [hashText(Id.toLowerCase()), user, address];
}
