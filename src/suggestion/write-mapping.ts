import type { MappingDefinition } from "../mapping/mapping-definition.js";
import type { Omission, Plan, PlannedEntry, PlannedRule } from "./plan.js";

/** Where the schema is in a project that has the package; editors complete and check by it. */
const SCHEMA = "./node_modules/pinpoint-import/mappings/mapping.schema.json";
const WIDTH = 100;

/** The mapping as a program has it. */
export function toDefinition({ description, input, entries }: Plan): MappingDefinition {
  return {
    $schema: SCHEMA,
    description,
    input,
    endpoints: entries.map(({ name, when, rules }) => ({
      name,
      when,
      fields: Object.fromEntries(rules.map(({ field, rule }) => [field, rule])),
    })),
  };
}

/** The mapping as a person reads it: JSON with comments. */
export function writeMapping(plan: Plan, origin: string): string {
  const { description, input, entries, doubts, leftOut } = plan;
  const lines = [
    ...toComment(origin, 0),
    ...doubts.flatMap((doubt) => toComment(`Unsure: ${doubt}.`, 0)),
    "{",
    `  "$schema": ${JSON.stringify(SCHEMA)},`,
    `  "description": ${JSON.stringify(description)},`,
    `  "input": ${toJson(input, 2, 10)},`,
    '  "endpoints": [',
    ...entries.flatMap((entry, index) =>
      writeEntry(entry, index, leftOut).map((line, at, all) =>
        at === all.length - 1 && index < entries.length - 1 ? `${line},` : line,
      ),
    ),
    "  ]",
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function writeEntry(
  { name, when, rules, omissions }: PlannedEntry,
  index: number,
  leftOut: Plan["leftOut"],
): readonly string[] {
  const fields = rules.flatMap((rule, at) => {
    const isRest = typeof rule.rule === "object" && "rest" in rule.rule;
    const before = isRest && index === 0 ? describeRest(leftOut) : [];
    const [why, line] = writeRule(rule, at === rules.length - 1);
    return [...before, ...why, line];
  });
  const missing = omissions.flatMap((omission) => writeOmission(omission, when));
  return [
    "    {",
    `      "name": ${JSON.stringify(name)},`,
    `      "when": ${toJson(when, 6, 8)},`,
    '      "fields": {',
    ...missing,
    ...fields,
    "      }",
    "    }",
  ];
}

function writeOmission(
  { doubt, example, condition }: Omission,
  when: PlannedEntry["when"],
): readonly string[] {
  const [offer, line] =
    example !== undefined
      ? [
          " A rule to add, if it is clear to you:",
          `${JSON.stringify(example.field)}: ${toFlat(example.rule)},`,
        ]
      : condition !== undefined
        ? [
            ' To leave them out, put this in the place of "when":',
            `"when": ${toFlat({ all: [when, condition] })},`,
          ]
        : ["", undefined];
  return [
    ...toComment(`Unsure: ${doubt}.${offer}`, 8),
    ...(line === undefined ? [] : [`        //   ${line}`]),
  ];
}

function writeRule(
  { field, rule, why, doubt }: PlannedRule,
  isLast: boolean,
): readonly [comment: readonly string[], line: string] {
  const comment = [why, doubt === undefined ? undefined : `Unsure: ${doubt}.`]
    .filter((part) => part !== undefined)
    .join(" ");
  const name = `        ${JSON.stringify(field)}: `;
  return [toComment(comment, 8), `${name}${toJson(rule, 8, name.length - 8)}${isLast ? "" : ","}`];
}

/** What becomes nothing, by its reason. */
function describeRest(leftOut: Plan["leftOut"]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { column, reason } of leftOut)
    byReason.set(reason, [...(byReason.get(reason) ?? []), JSON.stringify(column)]);
  return [
    ...toComment("All other columns, each under its own name.", 8),
    ...[...byReason].flatMap(([reason, names]) =>
      toComment(`Left out as ${reason}: ${names.join(", ")}.`, 8),
    ),
  ];
}

/** A comment of whole words, as wide as the rest. What would end its line early is taken out. */
function toComment(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[\s\u2028\u2029]+/)) {
    if (word === "") continue;
    if (line !== "" && indent + 3 + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => `${" ".repeat(indent)}// ${one}`);
}

/** JSON as people write it: on one line where there is room. */
function toJson(value: unknown, indent: number, used: number): string {
  const flat = toFlat(value);
  if (typeof value !== "object" || value === null || indent + used + flat.length < WIDTH) return flat;
  const inner = " ".repeat(indent + 2);
  const parts = Array.isArray(value)
    ? value.map((one) => inner + toJson(one, indent + 2, 0))
    : Object.entries(value).map(([key, one]) => {
        const name = `${JSON.stringify(key)}: `;
        return inner + name + toJson(one, indent + 2, name.length);
      });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${parts.join(",\n")}\n${" ".repeat(indent)}${close}`;
}

function toFlat(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
  if (Array.isArray(value)) return `[${value.map(toFlat).join(", ")}]`;
  const parts = Object.entries(value).map(([key, one]) => `${toFlat(key)}: ${toFlat(one)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
