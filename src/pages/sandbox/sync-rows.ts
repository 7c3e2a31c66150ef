import { setText } from "./page-element.js";

/** A column of a table. The first one is the header of its row. */
export interface Column<Row> {
  readonly text: (row: Row) => string;
  /** A place on this page. */
  readonly link?: (row: Row) => string;
  readonly title?: (row: Row) => string;
  readonly kind?: (row: Row) => "good" | "slow" | "bad" | "";
}

interface Table<Row> {
  readonly toKey: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly isCurrent?: (row: Row) => boolean;
}

/** Makes the rows of a table those given. A row that stays is the same element, so that focus and marked text stay with it. */
export function syncRows<Row>(
  table: HTMLElement,
  rows: readonly Row[],
  { toKey, columns, isCurrent }: Table<Row>,
): void {
  const body = table.querySelector("tbody");
  const heads = [...table.querySelectorAll("thead th")];
  if (body === null) return;
  const keys = new Set(rows.map(toKey));
  // First of all, for a row that is moved loses the focus: those that stay are in order then as a rule.
  for (const line of [...body.rows]) if (!keys.has(line.dataset.key ?? "")) line.remove();
  const lines = new Map([...body.rows].map((line) => [line.dataset.key, line]));
  let at = body.firstElementChild;
  for (const row of rows) {
    const key = toKey(row);
    const line = lines.get(key) ?? createLine(key, columns, heads);
    if (line === at) at = at.nextElementSibling;
    else body.insertBefore(line, at);
    columns.forEach((column, index) => {
      const cell = line.cells[index];
      if (cell !== undefined) fillCell(cell, column, row);
    });
    if (isCurrent?.(row)) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  }
}

function createLine<Row>(
  key: string,
  columns: readonly Column<Row>[],
  heads: readonly Element[],
): HTMLTableRowElement {
  const line = document.createElement("tr");
  line.dataset.key = key;
  columns.forEach(({ link }, index) => {
    const cell = document.createElement(index === 0 ? "th" : "td");
    if (index === 0) cell.setAttribute("scope", "row");
    cell.className = heads[index]?.className ?? "";
    if (link !== undefined) cell.append(document.createElement("a"));
    line.append(cell);
  });
  return line;
}

function fillCell<Row>(cell: HTMLElement, { text, link, title, kind }: Column<Row>, row: Row): void {
  const anchor = cell.querySelector("a");
  setText(anchor ?? cell, text(row));
  if (anchor !== null && link !== undefined) {
    const hash = link(row);
    if (anchor.getAttribute("href") !== hash) anchor.setAttribute("href", hash);
  }
  if (title !== undefined) cell.title = title(row);
  if (kind !== undefined) cell.dataset.kind = kind(row);
}
