import type { RecentRequest, RequestPage } from "./inspection.js";

/** How many requests are remembered. */
const MAX_REMEMBERED = 500;

/** Characters of a path that are remembered; it may have some 16,000. */
const MAX_CHARACTERS = 300;

type Unnumbered = Omit<RecentRequest, "number" | "time">;

/** The latest requests. Takes the same room however many there were. */
export interface RecentRequests {
  record(request: Unnumbered): void;
  /** The latest `limit` of those with a number above `after`. */
  page(after: number, limit: number): RequestPage;
}

/** @param now milliseconds since 1970 */
export function createRecentRequests(now: () => number): RecentRequests {
  const startedAt = new Date(now()).toISOString();
  const ring: { readonly at: number; readonly request: Unnumbered }[] = [];
  let last = 0;

  return {
    record(request) {
      last += 1;
      const path = shorten(request.path);
      ring[last % MAX_REMEMBERED] = { at: now(), request: { ...request, path } };
    },
    page(after, limit) {
      const first = Math.max(after + 1, last - limit + 1, last - MAX_REMEMBERED + 1, 1);
      const requests: RecentRequest[] = [];
      for (let number = first; number <= last; number += 1) {
        const slot = ring[number % MAX_REMEMBERED];
        if (slot !== undefined) {
          requests.push({ number, time: new Date(slot.at).toISOString(), ...slot.request });
        }
      }
      return { startedAt, last, requests };
    },
  };
}

function shorten(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
