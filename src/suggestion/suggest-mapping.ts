import { basename } from "node:path";
import { createConverter } from "../create-converter.js";
import type { RowValues } from "../domain.js";
import { ConfigurationError, InputError } from "../errors.js";
import { compileMapping, isPinpointShape } from "../mapping/compile-mapping.js";
import type { MappingDefinition, MappingInput } from "../mapping/mapping-definition.js";
import type { Source } from "../sources/open-source.js";
import { openForSample } from "./open-for-sample.js";
import type { Plan, PlannedRule } from "./plan.js";
import { planMapping } from "./plan-mapping.js";
import { MAX_COLUMNS, profileColumns, toNames } from "./profile-columns.js";
import { recognizeColumns } from "./recognize-columns.js";
import type { Suggestion, SuggestOptions } from "./suggestion.js";
import type { Sample } from "./take-sample.js";
import { isEmailAddress } from "./value-tests.js";
import { toDefinition, writeMapping } from "./write-mapping.js";

export type { Suggestion, SuggestOptions } from "./suggestion.js";

/**
 * Makes a first mapping for an input, by its header and a sample of its rows. However large the input is, it takes about as
 * long and as much memory.
 *
 * @throws InputError when the input cannot be read, or holds nothing.
 * @throws ConfigurationError when no mapping can be made of it, or none is needed.
 */
export async function suggestMapping(options: SuggestOptions): Promise<Suggestion> {
  const { source, sample, encoding, doubts } = await openForSample(options);
  checkColumns(source);
  const profiles = profileColumns(source.columns, sample.rows);
  const { columns, traits } = recognizeColumns(profiles);
  const input = toInput(source, options, encoding);
  const planned = planMapping(
    columns,
    { columns: source.columns, rows: sample.rows, traits, isWhole: sample.extent === "all" },
    input,
  );
  if (planned.entries.length === 0) throw noAddress(source);
  const plan: Plan = {
    ...planned,
    description: describe(source, planned),
    doubts: [...doubts, ...toSampleDoubts(source, sample), ...planned.doubts],
  };
  const mapping = toDefinition(plan);
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
      ...tryOut(mapping, source, sample),
    },
    fields: plan.entries.flatMap(({ name, rules }) =>
      rules.flatMap((rule) => {
        const used = toColumns(rule);
        return used.length === 0 ? [] : [{ entry: name, field: rule.field, columns: used }];
      }),
    ),
    doubts: toDoubts(plan),
    leftOut: plan.leftOut,
  };
}

/** What is no header, or needs no mapping. */
function checkColumns(source: Source): void {
  const { columns, name } = source;
  const isEmpty = columns.kind === "csv" ? columns.names.length === 0 : columns.sample.length === 0;
  if (isEmpty)
    throw new InputError("input_empty", `${name} holds no rows, so there is nothing to make a mapping from`);
  if (isPinpointShape(columns))
    throw new ConfigurationError(
      "mapping_not_needed",
      `${name} is in Pinpoint's own import format and needs no mapping: run it as it is, as in pinpoint-import check ${name}`,
    );
  if (columns.kind === "csv" && columns.names.some((one) => isEmailAddress(one.trim())))
    throw new ConfigurationError(
      "header_missing",
      `${name} seems to have no header: its first line holds an e-mail address. Put a line with the names of the columns before it`,
    );
}

function noAddress({ columns, name }: Source): ConfigurationError {
  const names = toNames(columns).map((column) => JSON.stringify(column));
  const shown = names.length > 30 ? [...names.slice(0, 30), "…"] : names;
  return new ConfigurationError(
    "address_missing",
    `${name} has no column that looks like e-mail addresses, phone numbers or device tokens, and an endpoint needs one. Its columns are ${shown.join(", ")}. If the wrong thing was read, give --delimiter, --encoding, --format or --select`,
  );
}

/** The options without which the input would be read as something else. */
function toInput(source: Source, options: SuggestOptions, encoding: string | undefined): MappingInput {
  const { delimiter, select } = options;
  return {
    format: source.format,
    ...(delimiter === undefined || source.format !== "csv"
      ? {}
      : { delimiter: source.delimiter ?? delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(select === undefined ? {} : { select }),
  };
}

const CHANNEL_NAMES: Readonly<Record<string, string>> = { email: "e-mail", sms: "SMS", push: "push" };

function describe({ name, format }: Source, { entries }: Pick<Plan, "entries">): string {
  const channels = [...new Set(entries.map((entry) => entry.name.replace(/ \d+$/, "")))].map(
    (one) => CHANNEL_NAMES[one] ?? one,
  );
  const list =
    channels.length === 1 ? channels[0] : `${channels.slice(0, -1).join(", ")} and ${channels.at(-1)}`;
  return `${basename(name)} (${format === "csv" ? "CSV" : format.toUpperCase()}): ${list} endpoints`;
}

function toOrigin({ name }: Source, { rows, extent }: Sample): string {
  const where = { all: "", beginning: " from its beginning", spread: " from all parts of it" }[extent];
  return `A first mapping for ${basename(name)}, made by pinpoint-import suggest from ${rows.length} rows${where}. Read it before you import: what it could not be sure of is marked "Unsure".`;
}

function toSampleDoubts({ name, columns }: Source, { rows }: Sample): readonly string[] {
  const doubts: string[] = [];
  if (rows.length === 0)
    doubts.push(`${name} has no rows that can be read: the mapping goes by the names of the columns alone`);
  if (columns.kind === "csv") {
    const names = columns.names.map((one) => one.trim()).filter((one) => one !== "");
    const repeated = [...new Set(names.filter((one, index) => names.indexOf(one) !== index))];
    if (repeated.length > 0)
      doubts.push(
        `the header has ${repeated.map((one) => JSON.stringify(one)).join(", ")} more than once: such a name stands for all its columns, and a field that takes one value gets the first that is not empty`,
      );
  }
  const count = toNames(columns).length;
  if (count >= MAX_COLUMNS) doubts.push(`only the first ${MAX_COLUMNS} columns were looked at`);
  if (count > MAX_ATTRIBUTE_NAMES)
    doubts.push(
      `there are ${count} columns, and Pinpoint takes ${MAX_ATTRIBUTE_NAMES} names of attributes in a project: name those that you need instead of the rule with "rest"`,
    );
  return doubts;
}

/** Custom attribute names of a project (Pinpoint quotas). */
const MAX_ATTRIBUTE_NAMES = 250;

/** What the mapping makes of the rows that were looked at. */
function tryOut(
  mapping: MappingDefinition,
  source: Source,
  { rows, unreadable }: Sample,
): Pick<Suggestion["sample"], "accepted" | "filtered" | "rejected"> {
  const bound = compileMapping(mapping).bind(source.columns, source.name);
  const convert = createConverter(undefined);
  const count = { accepted: 0, filtered: 0, rejected: unreadable.all };
  for (const row of rows) count[toOutcome(convert(row as RowValues, bound))] += 1;
  return count;
}

function toOutcome({
  mapped,
  reasons,
}: ReturnType<ReturnType<typeof createConverter>>): "accepted" | "filtered" | "rejected" {
  if (reasons.length > 0) return "rejected";
  return mapped === 0 ? "filtered" : "accepted";
}

function toColumns({ rule }: PlannedRule): readonly string[] {
  if (typeof rule === "string") return [rule];
  return "column" in rule ? [rule.column].flat() : [];
}

function toDoubts({ doubts, entries }: Plan): readonly string[] {
  const all = [
    ...doubts,
    ...entries.flatMap(({ rules, omissions }) => [
      ...rules.flatMap(({ doubt }) => doubt ?? []),
      ...omissions.map(({ doubt, example }) =>
        example === undefined ? doubt : `${doubt}; a rule to add stands in the mapping as a comment`,
      ),
    ]),
  ];
  return [...new Set(all)];
}
