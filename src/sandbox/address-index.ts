import type { SandboxBehaviors } from "./behaviors.js";
import type { StoredEndpoint } from "./stored-endpoint.js";
import { createUndoableMap, type UndoableMap, type UndoJournal } from "./undo-journal.js";

/**
 * Which endpoint was last updated under an address. It is the only one of that address that can be ACTIVE, so one
 * entry an address is all there is to remember.
 */
export interface AddressIndex {
  /** Gives the address to the endpoint and returns the key of the one it is taken from, if any. */
  take(key: string, endpoint: StoredEndpoint): string | undefined;
  /** Forgets that the endpoint has the address, if it has it. */
  release(key: string, endpoint: StoredEndpoint): void;
  /** Whether two states of an endpoint compete for the same address. */
  isSameAddress(one: StoredEndpoint, other: StoredEndpoint): boolean;
}

/** @param scope which endpoints with the same Address compete */
export function createAddressIndex(
  journal: UndoJournal,
  scope: SandboxBehaviors["sameAddressScope"],
): AddressIndex {
  /** By channel, or under one name if the channel does not matter; joining the texts would cost a hash each time. */
  const holdersByChannel = new Map<string | undefined, UndoableMap<string, string>>();

  const holdersOf = ({ channelType }: StoredEndpoint) => {
    const channel = scope === "application" ? undefined : channelType;
    let holders = holdersByChannel.get(channel);
    if (holders === undefined) {
      holders = createUndoableMap(journal);
      holdersByChannel.set(channel, holders);
    }
    return holders;
  };

  const toAddressKey = ({ address, userId }: StoredEndpoint): string | undefined => {
    if (address === undefined || scope === "off") return undefined;
    return scope === "channel-and-user" ? JSON.stringify([address, userId]) : address;
  };

  return {
    take(key, endpoint) {
      const addressKey = toAddressKey(endpoint);
      if (addressKey === undefined) return undefined;
      const holders = holdersOf(endpoint);
      const holder = holders.get(addressKey);
      if (holder === key) return undefined;
      holders.set(addressKey, key);
      return holder;
    },
    release(key, endpoint) {
      const addressKey = toAddressKey(endpoint);
      if (addressKey === undefined) return;
      const holders = holdersOf(endpoint);
      if (holders.get(addressKey) === key) holders.delete(addressKey);
    },
    isSameAddress: (one, other) =>
      toAddressKey(one) === toAddressKey(other) && holdersOf(one) === holdersOf(other),
  };
}
