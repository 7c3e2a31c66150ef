import type { AttributeValues } from "./parse-attributes.js";
import { createUndoableMap, type UndoJournal } from "./undo-journal.js";

/** A user: the endpoints that carry the UserId, and the attributes all of them show. */
export interface User {
  /** Keys of endpoints, in the order they joined. At most 15. */
  readonly endpoints: ReadonlySet<string>;
  readonly attributes: AttributeValues;
}

/** The users of an application. A user without endpoints does not exist. UserIds are case-sensitive. */
export interface Users {
  get(userId: string): User | undefined;
  /** Makes the endpoint one of the user's, if it is not, and gives the user these attributes. */
  put(userId: string, endpoint: string, attributes: AttributeValues): void;
  leave(userId: string, endpoint: string): void;
}

export function createUsers(journal: UndoJournal): Users {
  const users = createUndoableMap<string, User>(journal);
  return {
    get: (userId) => users.get(userId),
    put(userId, endpoint, attributes) {
      const user = users.get(userId);
      const isMember = user?.endpoints.has(endpoint) ?? false;
      if (user !== undefined && isMember && user.attributes === attributes) return;
      const endpoints =
        user !== undefined && isMember ? user.endpoints : new Set(user?.endpoints).add(endpoint);
      users.set(userId, { endpoints, attributes });
    },
    leave(userId, endpoint) {
      const user = users.get(userId);
      if (user === undefined) return;
      const endpoints = new Set(user.endpoints);
      endpoints.delete(endpoint);
      if (endpoints.size === 0) users.delete(userId);
      else users.set(userId, { ...user, endpoints });
    },
  };
}
