import { MAX_PAGE, type RecentRequest } from "../../sandbox/inspection.js";
import { ask, Refusal } from "./ask.js";
import { createEndpointsView, type Known } from "./create-endpoints-view.js";
import { createSearchForm } from "./create-search-form.js";
import { pageElement, setText } from "./page-element.js";
import { type Place, readPlace } from "./place.js";
import { showApplications, showFigures } from "./show-figures.js";
import { showRequests } from "./show-requests.js";

const POLL_MS = 1_000;

/** Requests that are kept, as many as the sandbox remembers. */
const MAX_REQUESTS = 500;

const connection = pageElement("connection");
const pause = pageElement("pause");
const onlyErrors = pageElement<HTMLInputElement>("only-errors");
const endpointsView = createEndpointsView();
const searchForm = createSearchForm(() => void followPlace());

let known: Known = { applications: [], state: "" };
let requests: readonly RecentRequest[] = [];
let startedAt = "";
let lastRequest = 0;
let isPolling = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Where we are. A place that names no application means the first one there is. */
function currentPlace(): Place {
  const place = readPlace(location.hash);
  return { ...place, application: place.application || (known.applications[0]?.id ?? "") };
}

async function pollOnce(): Promise<void> {
  // The count first: all that is asked for after it is at least as new.
  const stats = await ask("/_sandbox/stats");
  const [{ applications }, page] = await Promise.all([
    ask("/_sandbox/applications"),
    ask("/_sandbox/requests", { after: lastRequest, limit: MAX_PAGE }),
  ]);
  const isOtherSandbox = startedAt !== "" && page.startedAt !== startedAt;
  startedAt = page.startedAt;
  if (isOtherSandbox) {
    requests = [];
    lastRequest = 0;
    // What was asked for were the requests after those of the one before.
    return pollOnce();
  }
  lastRequest = page.last;
  requests = [...page.requests.toReversed(), ...requests].slice(0, MAX_REQUESTS);
  known = { applications, state: `${startedAt} ${stats.requests.total}` };
  showFigures(stats);
  showApplications(applications, currentPlace().application);
  showRequests(requests, onlyErrors.checked);
  if (endpointsView.isDue(known)) await endpointsView.load(currentPlace(), known);
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

/** Says how it is, or that there was nobody to reach. */
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

/** Follows the URL. An endpoint that was chosen comes into view. */
async function followPlace(): Promise<void> {
  searchForm.fill();
  const shown = pageElement("endpoint-id");
  const before = shown.textContent;
  await orTell(
    () => endpointsView.load(currentPlace(), known),
    () => connection.textContent ?? "",
  );
  const { endpoint } = readPlace(location.hash);
  if (endpoint !== "" && shown.textContent !== before) pageElement("endpoint-title").focus();
}

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
searchForm.fill();
void poll();
