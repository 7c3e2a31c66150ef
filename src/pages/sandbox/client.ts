import { type ApplicationEntry, MAX_PAGE, type RecentRequest } from "../../sandbox/inspection.js";
import { ask, Refusal } from "./ask.js";
import { pageElement, setText } from "./page-element.js";
import { type Place, readPlace, toHash } from "./place.js";
import { hideEndpoint, showEndpoint } from "./show-endpoint.js";
import { MAX_ENDPOINTS, showEndpoints } from "./show-endpoints.js";
import { showApplications, showFigures } from "./show-figures.js";
import { showRequests } from "./show-requests.js";

const POLL_MS = 1_000;

/** Requests that are kept, as many as the sandbox remembers. */
const MAX_REQUESTS = 500;

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
/** Of all operations, as of the last time we asked. */
let requestsTotal = 0;
let applications: readonly ApplicationEntry[] = [];
/** Requests there had been when endpoints were last asked for: as long as there are no more, they are the same. */
let endpointsAsOf = -1;
let endpointsNotBefore = 0;
let loading: AbortController | undefined;
let isPolling = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

/** Where we are. A place that names no application means the first one there is. */
function currentPlace(): Place {
  const place = readPlace(location.hash);
  return { ...place, application: place.application || (applications[0]?.id ?? "") };
}

async function pollOnce(): Promise<void> {
  const [stats, list, page] = await Promise.all([
    ask("/_sandbox/stats"),
    ask("/_sandbox/applications"),
    ask("/_sandbox/requests", { after: lastRequest, limit: MAX_PAGE }),
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
  requestsTotal = stats.requests.total;
  lastRequest = page.last;
  requests = [...page.requests.toReversed(), ...requests].slice(0, MAX_REQUESTS);
  applications = list.applications;
  showFigures(stats);
  showApplications(applications, currentPlace().application);
  showRequests(requests, onlyErrors.checked);
  const isOld = requestsTotal !== endpointsAsOf && performance.now() >= endpointsNotBefore;
  if (isOld && loading === undefined) await loadEndpoints();
}

/** Shows what the place names. What is still asked for another place is not waited for any more. */
async function loadEndpoints(): Promise<void> {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  const asOf = requestsTotal;
  const place = currentPlace();
  const { application, q, in: where, after, endpoint } = place;
  setText(pageElement("endpoints-of"), application === "" ? "" : ` of ${application}`);
  const isThere = applications.some(({ id }) => id === application);
  const begin = performance.now();
  try {
    const [page, one] = await Promise.all([
      isThere
        ? orRefusal(
            ask(
              "/_sandbox/endpoints",
              { application, q, in: where, after, limit: MAX_ENDPOINTS },
              mine.signal,
            ),
          )
        : `There is no application${application === "" ? "" : ` ${JSON.stringify(application)}`} yet.`,
      isThere && endpoint !== ""
        ? orRefusal(ask("/_sandbox/endpoint", { application, id: endpoint }, mine.signal))
        : undefined,
    ]);
    showEndpoints(page, place);
    if (one === undefined) hideEndpoint();
    else showEndpoint(one, place);
    endpointsAsOf = asOf;
    const tookMs = performance.now() - begin;
    endpointsNotBefore = q === "" ? 0 : performance.now() + tookMs / SEARCH_SHARE;
  } catch (error) {
    if (!mine.signal.aborted) throw error;
  } finally {
    if (loading === mine) loading = undefined;
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
  if (isPolling) return;
  isPolling = true;
  clearTimeout(timer);
  await orTell(pollOnce, () => (isPaused() ? "Paused" : "Up to date, asked every second"));
  isPolling = false;
  if (!isPaused() && document.visibilityState === "visible") timer = setTimeout(poll, POLL_MS);
}

/** Says what was reached by the work, or that there was nobody to reach. */
async function orTell(work: () => Promise<void>, state: () => string): Promise<void> {
  let isLost = false;
  try {
    await work();
    setText(connection, state());
  } catch (error) {
    isLost = true;
    setText(
      connection,
      error instanceof Refusal ? error.message : "The sandbox does not answer. Asked again every second.",
    );
  }
  connection.toggleAttribute("data-lost", isLost);
  document.documentElement.dataset.ready = "true";
}

/** The form shows what is searched for, but takes nothing away from somebody who types. */
function fillForm(): void {
  const { q, in: where } = readPlace(location.hash);
  if (typing === undefined && text.value.trim() !== q) text.value = q;
  field.value = where;
}

/** Follows the URL. An endpoint that was chosen comes into view. */
async function followPlace(): Promise<void> {
  fillForm();
  const shown = pageElement("endpoint-id");
  const before = shown.textContent;
  await orTell(loadEndpoints, () => connection.textContent ?? "");
  const { endpoint } = readPlace(location.hash);
  if (endpoint !== "" && shown.textContent !== before) pageElement("endpoint-title").focus();
}

/** Goes where the form says. Somebody who types leaves one step behind to go back by, not one for each pause. */
function search(isTyping: boolean): void {
  clearTimeout(typing);
  typing = undefined;
  const place = readPlace(location.hash);
  const hash = toHash({ ...place, q: text.value.trim(), in: field.value, after: 0 });
  if (hash === toHash(place)) return;
  if (isTyping && place.q !== "") {
    history.replaceState(null, "", hash);
    void followPlace();
  } else {
    location.hash = hash;
  }
}

text.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => search(true), TYPING_MS);
});
field.addEventListener("change", () => search(false));
pageElement("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(false);
});
pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  clearTimeout(timer);
  void poll();
});
onlyErrors.addEventListener("change", () => showRequests(requests, onlyErrors.checked));
addEventListener("hashchange", () => void followPlace());
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.visibilityState === "visible") void poll();
});
fillForm();
void poll();
