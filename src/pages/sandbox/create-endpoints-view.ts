import type { ApplicationEntry } from "../../sandbox/inspection.js";
import { ask, Refusal } from "./ask.js";
import { pageElement, setText } from "./page-element.js";
import type { Place } from "./place.js";
import { hideEndpoint, showEndpoint } from "./show-endpoint.js";
import { MAX_ENDPOINTS, showEndpoints } from "./show-endpoints.js";

/** A search that is repeated takes at most this share of the time. */
const SEARCH_SHARE = 0.05;

/** What the sandbox was like when we last asked. */
export interface Known {
  readonly applications: readonly ApplicationEntry[];
  /** Another one as soon as there was a request: until then endpoints are the same. */
  readonly state: string;
}

/** The endpoints that a place names, and the one that it shows in full. */
export interface EndpointsView {
  /** Whether what is shown is old, and it is time to ask again. */
  isDue(known: Known): boolean;
  /** Shows what the place names. What is still asked for another place is not waited for any more. */
  load(place: Place, known: Known): Promise<void>;
}

export function createEndpointsView(): EndpointsView {
  let shownState = "";
  let notBefore = 0;
  let loading: AbortController | undefined;

  return {
    isDue: ({ state }) => loading === undefined && state !== shownState && performance.now() >= notBefore,

    async load(place, { applications, state }) {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      const { application, q, endpoint } = place;
      setText(pageElement("endpoints-of"), application === "" ? "" : ` of ${application}`);
      const isThere = applications.some(({ id }) => id === application);
      const begin = performance.now();
      try {
        const [page, one] = await Promise.all([
          isThere ? askForPage(place, mine.signal) : describeMissing(application),
          isThere && endpoint !== ""
            ? orRefusal(ask("/_sandbox/endpoint", { application, id: endpoint }, mine.signal))
            : undefined,
        ]);
        showEndpoints(page, place);
        if (one === undefined) hideEndpoint();
        else showEndpoint(one, place);
        shownState = state;
        const now = performance.now();
        notBefore = q === "" ? 0 : now + (now - begin) / SEARCH_SHARE;
      } catch (error) {
        if (!mine.signal.aborted) throw error;
      } finally {
        if (loading === mine) loading = undefined;
      }
    },
  };
}

function askForPage({ application, q, in: where, after }: Place, signal: AbortSignal) {
  return orRefusal(
    ask("/_sandbox/endpoints", { application, q, in: where, after, limit: MAX_ENDPOINTS }, signal),
  );
}

function describeMissing(application: string): string {
  return `There is no application${application === "" ? "" : ` ${JSON.stringify(application)}`} yet.`;
}

/** A question that is not taken is answered by its message. */
async function orRefusal<Answer>(answer: Promise<Answer>): Promise<Answer | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
