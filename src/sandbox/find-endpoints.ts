import { setImmediate as nextTurn } from "node:timers/promises";
import type { EndpointSearch } from "./compile-search.js";
import type { EndpointStore } from "./endpoint-store.js";
import type { EndpointPage } from "./inspection.js";
import type { EndpointResponse } from "./stored-endpoint.js";

/** How long other requests wait at most for a search that is going on. */
const SLICE_MS = 5;

/** A search of a million endpoints takes about a second. What takes longer than this is capped. */
const MAX_SEARCH_MS = 2_000;

/** Looking at the clock costs as much as looking at an endpoint. */
const ENDPOINTS_PER_LOOK = 64;

interface FindOptions {
  readonly fits: EndpointSearch;
  /** How many endpoints to pass over. */
  readonly after: number;
  readonly limit: number;
  /** Asked now and then: nobody waits for the answer any more. */
  readonly isAbandoned: () => boolean;
  /** Milliseconds, for measuring. */
  readonly clock?: () => number;
}

/** Walks over the endpoints of a store in order of creation, in slices between which the server answers others. */
export async function findEndpoints(
  store: EndpointStore,
  { fits, after, limit, isAbandoned, clock = () => performance.now() }: FindOptions,
): Promise<Omit<EndpointPage, "application">> {
  const endpoints: EndpointResponse[] = [];
  let position = 0;
  let spentMs = 0;
  let sliceStart = clock();
  const toPage = (capped: boolean) => ({
    total: store.size,
    endpoints,
    next: position < store.size ? position : null,
    capped,
  });

  for (const endpoint of store.stored()) {
    position += 1;
    if (position > after && fits(endpoint, store.userAttributesOf)) {
      endpoints.push(store.toResponse(endpoint));
      if (endpoints.length === limit) return toPage(false);
    }
    if (position % ENDPOINTS_PER_LOOK !== 0) continue;
    const sliceMs = clock() - sliceStart;
    if (sliceMs < SLICE_MS) continue;
    // Getting to where an earlier search stopped is no search: it would else never get further.
    if (position > after) spentMs += sliceMs;
    if (spentMs > MAX_SEARCH_MS || isAbandoned()) return toPage(position < store.size);
    await nextTurn();
    sliceStart = clock();
  }
  return toPage(false);
}
