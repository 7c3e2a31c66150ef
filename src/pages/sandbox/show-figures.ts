import type { ApplicationEntry, Inspection } from "../../sandbox/inspection.js";
import { pageElement, setText } from "./page-element.js";
import { type Place, toHash } from "./place.js";
import { syncRows } from "./sync-rows.js";
import { toKind } from "./to-kind.js";
import { toCount, toDateTime } from "./to-words.js";

interface Count {
  readonly operation: string;
  readonly status: string;
  readonly count: number;
}

/** Shows how much there is of everything, as `/_sandbox/stats` says. */
export function showFigures({ requests, endpoints }: Inspection["/_sandbox/stats"]): void {
  const counts: Count[] = Object.entries(requests.byOperation).flatMap(([operation, byStatus]) =>
    Object.entries(byStatus).map(([status, count]) => ({ operation, status, count })),
  );
  const sum = (fits: (status: string) => boolean): string =>
    toCount(counts.reduce((total, { status, count }) => total + (fits(status) ? count : 0), 0));
  setText(pageElement("endpoint-count"), toCount(endpoints.total));
  setText(pageElement("request-count"), toCount(requests.total));
  setText(
    pageElement("throttled-count"),
    sum((status) => toKind(status) === "slow"),
  );
  setText(
    pageElement("error-count"),
    sum((status) => toKind(status) === "bad"),
  );
  syncRows(pageElement("counts"), counts, {
    toKey: ({ operation, status }) => `${operation} ${status}`,
    columns: [
      { text: ({ operation }) => operation },
      { text: ({ status }) => status, kind: ({ status }) => toKind(status) },
      { text: ({ count }) => toCount(count) },
    ],
  });
}

/** Shows the applications, and how to import where there is none. */
export function showApplications(applications: readonly ApplicationEntry[], current: string): void {
  setText(pageElement("application-count"), toCount(applications.length));
  pageElement("no-applications").hidden = applications.length > 0;
  setText(
    pageElement("example"),
    `pinpoint-import run --endpoint-url ${location.origin} --application-id demo FILE`,
  );
  syncRows(pageElement("applications"), applications, {
    toKey: ({ id }) => id,
    isCurrent: ({ id }) => id === current,
    columns: [
      { text: ({ id }) => id, link: ({ id }) => toHash(beginningOf(id)) },
      { text: ({ name }) => name },
      { text: ({ endpoints }) => toCount(endpoints) },
      { text: ({ creationDate }) => toDateTime(creationDate), title: ({ creationDate }) => creationDate },
    ],
  });
}

function beginningOf(application: string): Place {
  return { application, q: "", in: "", after: 0, endpoint: "" };
}
