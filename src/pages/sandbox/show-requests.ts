import type { RecentRequest } from "../../sandbox/inspection.js";
import { pageElement, setText } from "./page-element.js";
import { syncRows } from "./sync-rows.js";
import { toKind } from "./to-kind.js";
import { toCount, toTime } from "./to-words.js";

/** Rows of the table. */
const MAX_SHOWN = 100;

/** Shows the latest requests, the newest first. */
export function showRequests(requests: readonly RecentRequest[], onlyErrors: boolean): void {
  const shown = requests.filter(({ status }) => !onlyErrors || toKind(status) !== "good").slice(0, MAX_SHOWN);
  const none = pageElement("no-requests");
  none.hidden = shown.length > 0;
  setText(none, requests.length === 0 ? "None yet." : `None of the latest ${toCount(requests.length)}.`);
  syncRows(pageElement("requests"), shown, {
    toKey: ({ number }) => String(number),
    columns: [
      { text: ({ time }) => toTime(time), title: ({ time }) => time },
      { text: ({ status }) => String(status), kind: ({ status }) => toKind(status) },
      { text: ({ operation }) => operation },
      { text: ({ items }) => (items === null ? "" : toCount(items)) },
      { text: ({ ms }) => ms.toFixed(1) },
      { text: ({ method, path }) => `${method} ${path}` },
      { text: ({ message }) => message ?? "" },
    ],
  });
}
