import type { EndpointPage } from "../../sandbox/inspection.js";
import { pageElement, setLink, setText } from "./page-element.js";
import { type Place, toHash } from "./place.js";
import { syncRows } from "./sync-rows.js";
import { toCount } from "./to-words.js";

/** Endpoints on one page. */
export const MAX_ENDPOINTS = 25;

/** Shows a page of endpoints, or why there is none. */
export function showEndpoints(page: EndpointPage | string, place: Place): void {
  const found = pageElement("found");
  // Counts that change every second are nothing to read out; what a search found is.
  found.setAttribute("aria-live", place.q === "" ? "off" : "polite");
  setText(found, typeof page === "string" ? page : describePage(page, place));
  const rows = typeof page === "string" ? [] : page.endpoints;
  syncRows(pageElement("endpoints"), rows, {
    toKey: ({ Id }) => Id,
    isCurrent: ({ Id }) => Id.toLowerCase() === place.endpoint.toLowerCase(),
    columns: [
      { text: ({ Id }) => Id, link: ({ Id }) => toHash({ ...place, endpoint: Id }) },
      { text: ({ ChannelType = "" }) => ChannelType },
      { text: ({ Address = "" }) => Address },
      { text: ({ User }) => User.UserId ?? "" },
      {
        text: ({ EndpointStatus }) => EndpointStatus,
        kind: ({ EndpointStatus }) => (EndpointStatus === "ACTIVE" ? "" : "slow"),
      },
      { text: ({ OptOut }) => OptOut, kind: ({ OptOut }) => (OptOut === "NONE" ? "" : "slow") },
    ],
  });
  showPages(typeof page === "string" ? undefined : page, place);
}

function describePage({ endpoints, total, next, capped }: EndpointPage, { q, after }: Place): string {
  const count = endpoints.length;
  if (q === "") {
    if (count === 0) return total === 0 ? "No endpoints." : `No more than ${toCount(total)} endpoints.`;
    return `${toCount(after + 1)} to ${toCount(after + count)} of ${toCount(total)}, in order of creation`;
  }
  const more = after === 0 ? "" : " more";
  const matches = `${count === 0 ? "Nothing" : toCount(count)}${more} found`;
  if (next === null) return `${matches} among ${toCount(total)}.`;
  const reached = `the first ${toCount(next)} of ${toCount(total)} endpoints`;
  return capped
    ? `${matches} so far: the search took too long and stopped after ${reached}. Next goes on.`
    : `${matches} among ${reached}. Next goes on.`;
}

function showPages(page: EndpointPage | undefined, place: Place): void {
  const to = (after: number) => toHash({ ...place, after });
  const { total = 0, next = null } = page ?? {};
  const lastPage = Math.max(0, Math.ceil(total / MAX_ENDPOINTS) - 1) * MAX_ENDPOINTS;
  const isListing = place.q === "";
  setLink(pageElement("first-page"), place.after > 0 ? to(0) : undefined);
  // Where a search was before, only the browser's history knows.
  const previous = Math.max(0, place.after - MAX_ENDPOINTS);
  setLink(pageElement("previous-page"), isListing && place.after > 0 ? to(previous) : undefined);
  setLink(pageElement("next-page"), next === null ? undefined : to(next));
  setLink(pageElement("last-page"), isListing && place.after < lastPage ? to(lastPage) : undefined);
}
