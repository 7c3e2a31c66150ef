import type { Preview, PreviewedEndpoint, PreviewedRow, PreviewedSource } from "../index.js";
import { cutText, toVisible, wrapText } from "./fit-text.js";
import { layOutPanes, type PreviewLook } from "./lay-out-panes.js";
import { toFieldLines, toValueText } from "./to-field-lines.js";
import { toNumberText } from "./to-number-text.js";

/** The least that can be read, and the most that an eye still follows from left to right. */
const MIN_WIDTH = 60;
const MAX_WIDTH = 160;

/**
 * A preview for a person: the columns of each row on the left, the fields that they become on the right.
 * @param next The command that comes next.
 */
export function toPreviewText(preview: Preview, given: PreviewLook, next?: string): string {
  const look = { ...given, width: Math.min(Math.max(given.width, MIN_WIDTH), MAX_WIDTH) };
  const lines = [
    ...toHeadline(preview, look),
    ...preview.rows.flatMap((row) => ["", ...toRowLines(row, look)]),
    ...toEnding(preview, look),
    ...(next === undefined ? [] : ["", `Next: ${next}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function toHeadline(
  { input, format, delimiter, encoding, mapping }: Preview,
  look: PreviewLook,
): readonly string[] {
  const between = delimiter === "\t" ? "tab" : `"${delimiter}"`;
  const kind = [format.toUpperCase(), ...(delimiter === null ? [] : [`${between} as delimiter`]), encoding];
  return wrap(`${input} (${kind.join(", ")}) by the mapping ${mapping}`, look).map(look.paint.dim);
}

function toRowLines(row: PreviewedRow, look: PreviewLook): readonly string[] {
  const { paint } = look;
  const title = paint.bold(`Row ${toNumberText(row.row)}, line ${toNumberText(row.line)}`);
  return [
    `${title}: ${toOutcome(row, look)}`,
    ...(row.raw === null ? [] : toUnreadable(row, row.raw, look)),
    ...row.endpoints.flatMap((endpoint) => toEndpointLines(endpoint, look)),
    ...row.notApplied.flatMap(({ entry, condition }) =>
      wrap(`${entry}: no endpoint, since ${toConditionWords(condition)}`, look, "  ").map(paint.dim),
    ),
  ];
}

function toOutcome({ outcome, raw, endpoints }: PreviewedRow, { paint }: PreviewLook): string {
  const count = endpoints.length === 1 ? "1 endpoint" : `${endpoints.length} endpoints`;
  if (outcome === "accepted") return paint.green(count);
  if (outcome === "filtered") return paint.yellow("filtered out, since no entry applies");
  if (raw !== null) return paint.red("rejected, since it cannot be read");
  const good = endpoints.filter(({ reasons }) => reasons.length === 0).length;
  return paint.red(good === 0 ? "rejected" : `rejected, ${good} of ${count} would be sent`);
}

function toUnreadable({ reasons }: PreviewedRow, raw: string, look: PreviewLook): readonly string[] {
  const { paint, width } = look;
  const said = reasons.flatMap(({ reason }) => wrap(`✗ ${reason}`, look, "    ")).map(paint.red);
  return raw === "" ? said : [...said, paint.dim(`    ${cutText(toVisible(raw), width - 4)}`)];
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
  look: PreviewLook,
): readonly string[] {
  const { paint } = look;
  const said = new Set(fields.flatMap((field) => field.reasons));
  const unsaid = reasons.map(({ reason }) => reason).filter((reason) => !said.has(reason));
  return [
    `  ${paint.bold(toVisible(entry))}${reasons.length === 0 ? "" : `: ${paint.red("rejected")}`}`,
    ...layOutPanes(toFieldLines(fields), look),
    ...unsaid.flatMap((reason) => wrap(`✗ ${reason}`, look, "    ")).map(paint.red),
  ];
}

function toEnding({ unusedColumns, warnings }: Preview, look: PreviewLook): readonly string[] {
  const unused = unusedColumns.length === 0 ? [] : [`Unused columns: ${unusedColumns.join(", ")}`];
  const parts = [
    ...unused.map((line) => wrap(line, look)),
    ...warnings.map((warning) => wrap(`Warning: ${warning}`, look).map(look.paint.yellow)),
  ];
  return parts.flatMap((part) => ["", ...part]);
}

function wrap(text: string, { width }: PreviewLook, indent = ""): readonly string[] {
  return wrapText(toVisible(text), width - indent.length).map((line) => indent + line);
}
