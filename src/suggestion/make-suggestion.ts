import { basename } from "node:path";
import type { MappingDefinition, MappingInput } from "../mapping/mapping-definition.js";
import type { Source } from "../sources/open-source.js";
import { checkColumns, createAddressError } from "./check-columns.js";
import { type OpenedSample, openForSample } from "./open-for-sample.js";
import { type Plan, quoteAll, toColumns } from "./plan.js";
import { planMapping, type Table } from "./plan-mapping.js";
import { MAX_COLUMNS, profileColumns, toNames } from "./profile-columns.js";
import { type Column, recognizeColumns } from "./recognize-columns.js";
import type { Suggestion, SuggestOptions } from "./suggestion.js";
import type { Sample } from "./take-sample.js";
import { type Trial, tryMapping } from "./try-mapping.js";
import { toDefinition, writeMapping } from "./write-mapping.js";

/** The whole way from an input to a mapping: a look at it, what its columns hold, what becomes of them, and a trial. */
export async function makeSuggestion(options: SuggestOptions): Promise<Suggestion> {
  const opened = await openForSample(options);
  const { source, sample } = opened;
  checkColumns(source);
  const { columns, traits } = recognizeColumns(profileColumns(source.columns, sample.rows));
  const table = { columns: source.columns, rows: sample.rows, traits, isWhole: sample.extent === "all" };
  const { plan, mapping, trial } = makePlan(columns, table, opened, options);
  return {
    text: writeMapping(plan, toOrigin(source, sample)),
    mapping,
    source: {
      name: source.name,
      format: source.format,
      ...(source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
      encoding: source.encoding,
      columns: columns.length,
    },
    sample: {
      rows: sample.rows.length + sample.unreadable.all,
      extent: sample.extent,
      accepted: trial.accepted,
      filtered: trial.filtered,
      rejected: trial.rejected,
    },
    fields: toFields(plan),
    doubts: toDoubts(plan),
    leftOut: plan.leftOut,
  };
}

interface TriedPlan {
  readonly plan: Plan;
  readonly mapping: MappingDefinition;
  readonly trial: Trial;
}

/** More of the rows than this make endpoints that are too large: then not every column can be taken along. */
const MAX_TOO_LARGE = 0.02;

/** Plans, and tries the mapping with the rows of the sample. */
function makePlan(
  columns: readonly Column[],
  table: Table,
  { source, sample, ...opened }: OpenedSample,
  options: SuggestOptions,
): TriedPlan {
  const input = toInput(source, options, opened);
  const toTried = (hasRest: boolean, more: readonly string[]): TriedPlan => {
    const planned = planMapping(columns, table, input, hasRest);
    if (planned.entries.length === 0) throw createAddressError(source);
    const doubts = [...opened.doubts, ...toSampleDoubts(source, sample), ...more, ...planned.doubts];
    const plan = { ...planned, description: describe(source, planned), doubts };
    const mapping = toDefinition(plan);
    return { plan, mapping, trial: tryMapping(mapping, source, sample) };
  };
  const first = toTried(true, []);
  if (first.trial.tooLarge <= MAX_TOO_LARGE * sample.rows.length) return first;
  return toTried(false, [
    "with all columns as attributes, endpoints have more than the 15 KB that Pinpoint takes: only those with a rule are mapped, so add rules for the others that you need",
  ]);
}

/** The options without which the input would be read as something else. */
function toInput(
  source: Source,
  { delimiter }: SuggestOptions,
  { encoding, select }: Pick<OpenedSample, "encoding" | "select">,
): MappingInput {
  return {
    format: source.format,
    ...(delimiter === undefined || source.delimiter === undefined ? {} : { delimiter: source.delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(select === undefined ? {} : { select }),
  };
}

const CHANNEL_NAMES: Readonly<Record<string, string>> = { email: "e-mail", sms: "SMS" };

function describe({ name, format }: Source, { entries }: Pick<Plan, "entries">): string {
  const names = entries.map((entry) => entry.name.replace(/ \d+$/, ""));
  const channels = [...new Set(names)].map((one) => CHANNEL_NAMES[one] ?? one);
  const list = [channels.slice(0, -1).join(", "), channels.at(-1)]
    .filter((part) => part !== "")
    .join(" and ");
  return `${basename(name)} (${format === "csv" ? "CSV" : format.toUpperCase()}): ${list} endpoints`;
}

const EXTENTS = { all: "", beginning: " from its beginning", spread: " from all parts of it" };

function toOrigin({ name }: Source, { rows, extent }: Sample): string {
  return `A first mapping for ${basename(name)}, made by pinpoint-import suggest from ${rows.length} row${rows.length === 1 ? "" : "s"}${EXTENTS[extent]}. Read it before you import: what it could not be sure of is marked "Unsure".`;
}

/** Custom attribute names of a project (Pinpoint quotas). */
const MAX_ATTRIBUTE_NAMES = 250;

function toSampleDoubts({ name: path, columns }: Source, { rows }: Sample): readonly string[] {
  const doubts: string[] = [];
  const name = basename(path);
  if (rows.length === 0)
    doubts.push(`${name} has no rows that can be read: the mapping goes by the names of the columns alone`);
  if (columns.kind === "csv") {
    const names = columns.names.map((one) => one.trim()).filter((one) => one !== "");
    const repeated = [...new Set(names.filter((one, index) => names.indexOf(one) !== index))];
    if (repeated.length > 0)
      doubts.push(
        `the header has ${quoteAll(repeated)} more than once: such a name stands for all its columns, and a field that takes one value gets the first that is not empty`,
      );
  }
  const count = toNames(columns).length;
  if (count > MAX_COLUMNS) doubts.push(`only the first ${MAX_COLUMNS} columns were looked at`);
  if (count > MAX_ATTRIBUTE_NAMES)
    doubts.push(
      `there are ${count} columns, and Pinpoint takes ${MAX_ATTRIBUTE_NAMES} names of attributes in a project: name those that you need instead of the rule with "rest"`,
    );
  return doubts;
}

function toFields({ entries }: Plan): Suggestion["fields"] {
  return entries.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => {
      const columns = toColumns(rule);
      return columns.length === 0 ? [] : [{ entry: name, field: rule.field, columns }];
    }),
  );
}

function toDoubts({ doubts, entries }: Plan): readonly string[] {
  const ofEntries = entries.flatMap(({ rules, omissions }) => [
    ...rules.flatMap(({ doubt }) => doubt ?? []),
    ...omissions.map(({ doubt, example, condition }) => {
      const offer = example === undefined ? condition && "condition" : "rule";
      return offer === undefined ? doubt : `${doubt}; a ${offer} to add stands in the mapping as a comment`;
    }),
  ]);
  return [...new Set([...doubts, ...ofEntries])];
}
