import type { RowValues } from "../domain.js";
import type { FieldRule } from "../mapping/mapping-definition.js";
import { type Consent, isWanted } from "./read-consent.js";

/** Between the answers of several columns in a template. */
const BETWEEN = " | ";
/** A longer table is no longer read. */
const MAX_ENTRIES = 12;

/** One rule by which the refusals of several columns count. */
export interface JointConsent {
  readonly columns: readonly Consent[];
  readonly rule: FieldRule;
}

/**
 * Who left by the first column or refused in one of the others gets ALL. Undefined where the others name nobody whom the first does
 * not name, and where the mapping language cannot say it: a template is empty where one of its columns is, so an empty cell
 * that means "did not leave" must not occur.
 */
export function joinConsents(
  optOut: Consent,
  others: readonly Consent[],
  rows: readonly RowValues[],
): JointConsent | undefined {
  const columns = [optOut];
  for (const one of others)
    if (areWhole([...columns, one], rows) && countOpen(one, columns, rows) > 0) columns.push(one);
  if (columns.length > 1) return toJoint(columns, toTemplateRule(columns));
  const open = others.find((one) => countOpen(one, columns, rows) > 0);
  return open === undefined ? undefined : toJoint([optOut, open], toListRule(optOut, open));
}

/**
 * The same where consent counts and nobody in the sample who agreed has left: somebody else in the file may have. Undefined where the
 * mapping language cannot say it.
 */
export function guardConsent(
  consent: Consent,
  optOut: Consent,
  rows: readonly RowValues[],
): JointConsent | undefined {
  const columns = [optOut, consent];
  return areWhole(columns, rows) ? toJoint(columns, toTemplateRule(columns, "NONE")) : undefined;
}

/** Rows in which this column refuses, or does not agree, and none of the others does. */
export function countOpen(one: Consent, others: readonly Consent[], rows: readonly RowValues[]): number {
  return rows.filter((row) => isClosed(one, row) && !others.some((other) => isClosed(other, row))).length;
}

/** A template takes everybody for somebody who refused of whom one of the columns says nothing. */
function toTemplateRule(columns: readonly Consent[], agreed: "NONE" | null = null): FieldRule | undefined {
  if (columns.some(({ column }) => /[{}]/.test(column.profile.name))) return undefined;
  const open = columns
    .map(toOpenValues)
    .reduce((texts, values) => texts.flatMap((text) => values.map((value) => text + BETWEEN + value)));
  if (open.length === 0 || open.length > MAX_ENTRIES) return undefined;
  return {
    template: columns.map(({ column }) => `{${column.profile.name}}`).join(BETWEEN),
    values: Object.fromEntries(open.map((text) => [text, agreed])),
    default: "ALL",
  };
}

/** Where the first column holds nothing but the answers of those who left, and the other has words of its own. */
function toListRule(optOut: Consent, consent: Consent): FieldRule | undefined {
  const [first, second] = [optOut, consent].map(({ answers }) => unique([...answers.keys()]));
  if (first === undefined || second === undefined || consent.column.meaning !== "consent") return undefined;
  const hides = optOut.column.profile.nullWords.length > 0 || toOpenValues(optOut).length > 0;
  if (hides || unique([...first, ...second]).length < first.length + second.length) return undefined;
  const agreed = new Set(toOpenValues(consent));
  return {
    column: [optOut.column.profile.name, consent.column.profile.name],
    values: Object.fromEntries(
      [...first, ...second].map((value) => [value, agreed.has(value) ? null : "ALL"]),
    ),
    default: "ALL",
  };
}

function toJoint(columns: readonly Consent[], rule: FieldRule | undefined): JointConsent | undefined {
  return rule === undefined ? undefined : { columns, rule };
}

/** Whether no opt-out is left empty, and no answer has spaces around it that a template would keep. */
function areWhole(columns: readonly Consent[], rows: readonly RowValues[]): boolean {
  return columns.every(({ column: { profile, meaning } }) => {
    if (meaning === "optOut" && profile.filled < profile.rows) return false;
    return rows.every((row) => {
      const text = String(profile.read(row) ?? "");
      return text === text.trim();
    });
  });
}

/** Whether a contact is not to be written to, by one column. */
function isClosed(one: Consent, row: RowValues): boolean {
  const wanted = isWanted(one, row);
  return one.column.meaning === "optOut" ? wanted === false : wanted !== true;
}

/** The answers of those who may be written to, as far as one column knows. */
function toOpenValues({ column, answers }: Consent): readonly string[] {
  const open = column.meaning === "optOut" ? ["no", "agreed"] : ["yes", "agreed"];
  return unique([...answers].filter(([, answer]) => open.includes(answer)).map(([value]) => value));
}

/** One of each that a table takes for the same. */
function unique(values: readonly string[]): readonly string[] {
  return [...new Map(values.map((value) => [value.toLowerCase(), value])).values()];
}
