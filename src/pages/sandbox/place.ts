/** What is looked at. It stands in the URL behind `#`, so that it can be bookmarked, sent, and gone back to. */
export interface Place {
  /** Empty: the first one there is. */
  readonly application: string;
  /** Text that is searched for. */
  readonly q: string;
  /** Where it is searched for; empty: everywhere. */
  readonly in: string;
  /** How many endpoints are passed over. */
  readonly after: number;
  /** Id of the endpoint that is shown in full; empty: none. */
  readonly endpoint: string;
}

export function readPlace(hash: string): Place {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const after = Number(given.get("after"));
  return {
    application: given.get("application") ?? "",
    q: given.get("q") ?? "",
    in: given.get("in") ?? "",
    after: Number.isSafeInteger(after) && after > 0 ? after : 0,
    endpoint: given.get("endpoint") ?? "",
  };
}

/** The link to a place. */
export function toHash(place: Place): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(place)) if (value) parts.set(name, String(value));
  return `#${parts}`;
}
