import { createColors } from "picocolors";
import type { Preview, PreviewedEndpoint, PreviewedField, PreviewedRow, PreviewedSource } from "../index.js";
import { cutText, padText, toVisible, widthOf, wrapText } from "./fit-text.js";

export interface PreviewLook {
  /** Cells of a line. */
  readonly width: number;
  readonly colors: boolean;
}

/** The least that can be read, and the most that an eye still follows from left to right. */
const MIN_WIDTH = 60;
const MAX_WIDTH = 160;
const INDENT = "  ";
const ARROW = " → ";
/** Of a pane so much is for the name, where names are long; a longer one takes from the room of its value. */
const NAME_SHARE = 0.42;
/** A value has so many cells at least, whatever its name takes. */
const MIN_VALUE_WIDTH = 8;
/** Maps whose names are long by what stands before them: several of them stand below a heading. */
const MAPS = ["Attributes.", "Metrics.", "User.UserAttributes."];

type Colors = ReturnType<typeof createColors>;

/** One line of two panes; `left` and `right` are a name and a value each. */
interface Line {
  readonly left: readonly [name: string, value: string] | undefined;
  readonly arrow: boolean;
  readonly right: readonly [name: string, value: string] | undefined;
  /** Beneath it, as far as the right pane goes. */
  readonly notes: readonly string[];
  readonly tone: "plain" | "heading" | "absent" | "rejected";
}

/** A preview for a person: each row's columns on the left, the endpoint fields that they become on the right. */
export function toPreviewText(preview: Preview, { width, colors }: PreviewLook): string {
  const paint = createColors(colors);
  const total = Math.min(Math.max(width, MIN_WIDTH), MAX_WIDTH);
  const lines = [toHeadline(preview, paint, total)];
  for (const row of preview.rows) lines.push("", ...toRowLines(row, paint, total));
  lines.push(...toEnd(preview, paint, total));
  return `${lines.join("\n")}\n`;
}

function toHeadline(
  { input, format, delimiter, encoding, mapping }: Preview,
  paint: Colors,
  width: number,
): string {
  const between = delimiter === "\t" ? "tab" : delimiter === null ? undefined : `"${delimiter}"`;
  const kind = [
    format.toUpperCase(),
    ...(between === undefined ? [] : [`${between} as delimiter`]),
    encoding,
  ];
  return paint.dim(cutText(toVisible(`${input} (${kind.join(", ")}) by the mapping ${mapping}`), width));
}

function toRowLines(row: PreviewedRow, paint: Colors, width: number): string[] {
  const title = paint.bold(`Row ${number(row.row)}, line ${number(row.line)}`);
  const lines = [`${title}: ${toOutcome(row, paint)}`];
  if (row.raw !== null) {
    const [{ reason } = { reason: "" }] = row.reasons;
    lines.push(...wrap(reason, width, "    ").map(paint.red));
    if (row.raw !== "") lines.push(paint.dim(`    ${cutText(toVisible(row.raw), width - 4)}`));
  }
  for (const endpoint of row.endpoints) lines.push(...toEndpointLines(endpoint, paint, width));
  for (const { entry, condition } of row.passed)
    lines.push(
      ...wrap(`${entry}: none, as ${toConditionWords(condition)}`, width, INDENT).map((line) =>
        paint.dim(line),
      ),
    );
  return lines;
}

function toOutcome({ outcome, raw, endpoints }: PreviewedRow, paint: Colors): string {
  const count = endpoints.length === 1 ? "1 endpoint" : `${endpoints.length} endpoints`;
  if (outcome === "accepted") return paint.green(count);
  if (outcome === "filtered") return paint.yellow("filtered out, since no entry applies");
  if (raw !== null) return paint.red("rejected, since it cannot be read");
  const good = endpoints.filter(({ reasons }) => reasons.length === 0).length;
  return paint.red(good === 0 ? "rejected" : `rejected, but ${good} of ${count} would be sent`);
}

function toConditionWords(condition: readonly PreviewedSource[]): string {
  return condition
    .map(({ column, value }) =>
      value === null ? `${column} is empty` : `${column} is ${cutText(toValueText(value), 30)}`,
    )
    .join(" and ");
}

function toEndpointLines(
  { entry, fields, reasons }: PreviewedEndpoint,
  paint: Colors,
  width: number,
): string[] {
  const heading = reasons.length === 0 ? paint.bold(entry) : `${paint.bold(entry)}: ${paint.red("rejected")}`;
  const said = new Set(fields.flatMap((field) => field.reasons));
  const others = reasons.map(({ reason }) => reason).filter((reason) => !said.has(reason));
  return [
    `${INDENT}${heading}`,
    ...layOut(fields.toSorted(byMap).flatMap(createFieldLines(fields)), paint, width),
    ...others.flatMap((reason) => wrap(`✗ ${reason}`, width, "    ")).map(paint.red),
  ];
}

function byMap(a: PreviewedField, b: PreviewedField): number {
  return MAPS.indexOf(mapOf(a.field)) - MAPS.indexOf(mapOf(b.field));
}

function mapOf(field: string): string {
  return MAPS.find((map) => field.startsWith(map)) ?? "";
}

function createFieldLines(fields: readonly PreviewedField[]): (field: PreviewedField) => readonly Line[] {
  const sizes = new Map(MAPS.map((map) => [map, fields.filter(({ field }) => mapOf(field) === map).length]));
  const begun = new Set<string>();
  return ({ field, value, from, reasons }) => {
    const lines: Line[] = [];
    const map = mapOf(field);
    const hasHeading = (sizes.get(map) ?? 0) > 1;
    if (hasHeading && !begun.has(map)) {
      begun.add(map);
      lines.push({
        left: undefined,
        arrow: false,
        right: [map.slice(0, -1), ""],
        notes: [],
        tone: "heading",
      });
    }
    const name = toVisible(hasHeading ? `  ${field.slice(map.length)}` : field);
    const isRejected = reasons.length > 0;
    const [first, ...more] = toSources(field, value, from);
    lines.push({
      left: first,
      arrow: true,
      right: [name, value === null ? (isRejected ? "✗" : "(not sent)") : toValueText(value)],
      notes: reasons,
      tone: isRejected ? "rejected" : value === null ? "absent" : "plain",
    });
    // Reasons stand below all that they may be about.
    const notes = more.length > 0 ? lines.splice(-1, 1, { ...(lines.at(-1) as Line), notes: [] }) : [];
    for (const [index, left] of more.entries())
      lines.push({
        left,
        arrow: false,
        right: undefined,
        notes: index === more.length - 1 ? (notes[0]?.notes ?? []) : [],
        tone: "plain",
      });
    return lines;
  };
}

/** Of several columns those that are not empty have made the value; where there is none, each may be why. */
function toSources(
  field: string,
  value: unknown,
  from: readonly PreviewedSource[],
): readonly (readonly [string, string])[] {
  const filled = from.filter((source) => source.value !== null);
  if (from.length === 0) return [[field === "Id" ? "(by channel and address)" : "(constant)", ""]];
  return (value !== null && filled.length > 0 ? filled : from).map(
    (source) =>
      [toVisible(source.column), source.value === null ? "(empty)" : toValueText(source.value)] as const,
  );
}

function layOut(lines: readonly Line[], paint: Colors, width: number): string[] {
  const room = width - 4 - ARROW.length;
  const leftWidth = Math.floor(room * 0.45);
  const rightWidth = room - leftWidth;
  const leftName = nameWidth(
    lines.map(({ left }) => left),
    leftWidth,
  );
  const rightName = nameWidth(
    lines.map(({ right, tone }) => (tone === "heading" ? undefined : right)),
    rightWidth,
  );
  const noteIndent = " ".repeat(4 + leftWidth + ARROW.length + 2);
  return lines.flatMap(({ left, arrow, right, notes, tone }) => {
    const [leftText, leftValue] = toPane(left, leftName, leftWidth);
    const [rightText, rightValue] = toPane(right, rightName, rightWidth);
    const color = { plain: String, heading: paint.bold, absent: paint.dim, rejected: paint.red }[tone];
    const blanks = " ".repeat(Math.max(0, leftWidth - widthOf(leftText + leftValue)));
    const line =
      tone === "heading"
        ? `    ${" ".repeat(leftWidth + ARROW.length)}${paint.bold(rightText.trimEnd())}`
        : `    ${paint.dim(leftText)}${leftValue}${blanks}${arrow ? paint.dim(ARROW) : ""}${color(rightText + rightValue)}`;
    return [line.trimEnd(), ...notes.flatMap((note) => wrap(note, width, noteIndent)).map(paint.red)];
  });
}

/** Names are padded to one width where they are not longer, so that values stand below each other. */
function nameWidth(panes: readonly (readonly [string, string] | undefined)[], paneWidth: number): number {
  const most = Math.max(
    0,
    ...panes.map((pane) => (pane === undefined || pane[1] === "" ? 0 : widthOf(pane[0]))),
  );
  return Math.min(most, Math.floor(paneWidth * NAME_SHARE));
}

function toPane(
  pane: readonly [string, string] | undefined,
  nameWidth: number,
  paneWidth: number,
): readonly [name: string, value: string] {
  if (pane === undefined) return ["", ""];
  const [name, value] = pane;
  if (value === "") return [cutText(name, paneWidth), ""];
  const shownName = `${padText(cutText(name, paneWidth - 2 - Math.min(MIN_VALUE_WIDTH, widthOf(value))), nameWidth)}  `;
  return [shownName, cutText(value, paneWidth - widthOf(shownName))];
}

/** A text as it is, unless blanks at its ends would not be seen; the one value of a list as itself. */
function toValueText(value: unknown): string {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof only !== "string") return toVisible(JSON.stringify(only));
  const text = toVisible(only);
  return only === "" || text.trim() !== text ? `"${text}"` : text;
}

function toEnd({ unusedColumns, warnings }: Preview, paint: Colors, width: number): string[] {
  const lines: string[] = [];
  if (unusedColumns.length > 0) {
    const names = unusedColumns.map((name) => toVisible(name)).join(", ");
    lines.push("", ...wrap(`Unused columns: ${names}`, width, ""));
  }
  if (warnings.length > 0) lines.push("");
  for (const warning of warnings) lines.push(...wrap(`Warning: ${warning}`, width, "").map(paint.yellow));
  return lines;
}

function wrap(text: string, width: number, indent: string): string[] {
  return wrapText(toVisible(text), width - indent.length).map((line) => indent + line);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
