import type { RecentRequest } from "../../sandbox/inspection.js";
import { ask, Refusal } from "./ask.js";
import { pageElement, setText } from "./page-element.js";
import { type Place, readPlace, toHash } from "./place.js";
import { hideEndpoint, showEndpoint } from "./show-endpoint.js";
import { ENDPOINTS_PER_PAGE, showEndpoints } from "./show-endpoints.js";
import { showApplications, showFigures } from "./show-figures.js";
import { showRequests } from "./show-requests.js";

const POLL_MS = 1_000;

/** Requests that are shown, and asked for at a time. */
const MAX_REQUESTS = 100;

/** A search that is repeated takes at most this share of the time. */
const SEARCH_SHARE = 0.05;

/** How long somebody who types pauses before it is searched for. */
const TYPING_MS = 250;

const connection = pageElement("connection");
const pause = pageElement("pause");
const onlyErrors = pageElement<HTMLInputElement>("only-errors");
const text = pageElement<HTMLInputElement>("text");
const field = pageElement<HTMLSelectElement>("field");

let requests: readonly RecentRequest[] = [];
let startedAt = "";
let lastRequest = 0;
/** The first application there is, for a place that names none. */
let firstApplication = "";
/** Requests there had been when endpoints were last asked for: as long as there are no more, they are the same. */
let endpointsAsOf = -1;
let endpointsNotBefore = 0;
let asking = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Where we are, with the application that is meant. */
function currentPlace(): Place {
  const place = readPlace(location.hash);
  return { ...place, application: place.application || firstApplication };
}

async function pollOnce(): Promise<void> {
  const [stats, { applications }, page] = await Promise.all([
    ask("/_sandbox/stats"),
    ask("/_sandbox/applications"),
    ask("/_sandbox/requests", { after: lastRequest, limit: MAX_REQUESTS }),
  ]);
  if (page.startedAt !== startedAt) {
    const isOtherSandbox = startedAt !== "";
    startedAt = page.startedAt;
    endpointsAsOf = -1;
    requests = [];
    lastRequest = 0;
    // What was asked for were the requests after those of the one before.
    if (isOtherSandbox) return pollOnce();
  }
  lastRequest = page.last;
  requests = [...page.requests.toReversed(), ...requests].slice(0, MAX_REQUESTS);
  firstApplication = applications[0]?.id ?? "";
  showFigures(stats);
  showApplications(applications, currentPlace().application);
  showRequests(requests, onlyErrors.checked);
  if (stats.requests.total !== endpointsAsOf && performance.now() >= endpointsNotBefore) {
    await loadEndpoints(stats.requests.total);
  }
}

/** Shows what the place names. A question asked for a place that was left meanwhile is dropped. */
async function loadEndpoints(asOf: number): Promise<void> {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const place = currentPlace();
  const { application, q, in: where, after, endpoint } = place;
  setText(pageElement("endpoints-of"), application === "" ? "" : ` of ${application}`);
  const begin = performance.now();
  try {
    const [page, one] = await Promise.all([
      application === ""
        ? "No application yet."
        : orRefusal(
            ask(
              "/_sandbox/endpoints",
              { application, q, in: where, after, limit: ENDPOINTS_PER_PAGE },
              signal,
            ),
          ),
      endpoint === ""
        ? undefined
        : orRefusal(ask("/_sandbox/endpoint", { application, id: endpoint }, signal)),
    ]);
    showEndpoints(page, place);
    if (one === undefined) hideEndpoint();
    else showEndpoint(one, place);
    endpointsAsOf = asOf;
    endpointsNotBefore = q === "" ? 0 : performance.now() + (performance.now() - begin) / SEARCH_SHARE;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
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

function isPaused(): boolean {
  return pause.getAttribute("aria-pressed") === "true";
}

/** Asks once a second, as long as anybody looks. */
async function poll(): Promise<void> {
  clearTimeout(timer);
  try {
    await pollOnce();
    tell(isPaused() ? "Paused" : "Up to date, asked every second", false);
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    tell(
      error instanceof Refusal ? error.message : "The sandbox does not answer. Asked again every second.",
      true,
    );
  }
  clearTimeout(timer);
  if (!isPaused() && document.visibilityState === "visible") timer = setTimeout(poll, POLL_MS);
}

function tell(state: string, isLost: boolean): void {
  setText(connection, state);
  connection.toggleAttribute("data-lost", isLost);
}

/** Follows the URL: the form shows what is searched for, and an endpoint that was chosen comes into view. */
async function followPlace(): Promise<void> {
  const { q, in: where, endpoint } = readPlace(location.hash);
  if (document.activeElement !== text) text.value = q;
  field.value = where;
  const shown = pageElement("endpoint-id");
  const wasShown = shown.textContent;
  endpointsAsOf = -1;
  endpointsNotBefore = 0;
  await poll();
  if (endpoint !== "" && shown.textContent !== wasShown) pageElement("endpoint-title").focus();
}

function search(): void {
  const place = readPlace(location.hash);
  const hash = toHash({ ...place, q: text.value.trim(), in: field.value, after: 0 });
  if (hash !== toHash(place)) location.hash = hash;
}

let typing: ReturnType<typeof setTimeout> | undefined;
text.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(search, TYPING_MS);
});
field.addEventListener("change", search);
pageElement("search").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  search();
});
pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  setText(pause, isPaused() ? "Go on" : "Pause");
  void poll();
});
onlyErrors.addEventListener("change", () => showRequests(requests, onlyErrors.checked));
addEventListener("hashchange", () => void followPlace());
document.addEventListener("visibilitychange", () => void poll());
void followPlace();
