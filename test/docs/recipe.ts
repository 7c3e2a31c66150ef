import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParseError, parse as parseJson } from "jsonc-parser";
import { expect } from "vitest";
import { createConverter } from "../../src/create-converter.js";
import type { SourceRecord } from "../../src/domain.js";
import { loadMapping } from "../../src/mapping/load-mapping.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource } from "../../src/sources/open-source.js";
import type { Workspace } from "./create-workspace.js";
import type { Block } from "./read-document.js";

export interface Recipe {
  readonly input: Block;
  readonly mapping: Block;
  readonly output: Block;
}

export const isInput = ({ language }: Block): boolean => language === "csv" || language === "jsonl";

/** What becomes of a row: an endpoint, or a sentence about the row. */
type Outcome = Record<string, unknown> | string;

/** Tries a recipe: its rows, by its mapping, make just the endpoints it shows. */
export async function expectRecipe(workspace: Workspace, { input, mapping, output }: Recipe): Promise<void> {
  const outcomes = await outcomesOf(workspace.directory, { input, mapping });
  const expected = readOutcomes(output.text);
  const compared = outcomes.map((outcome, index) => {
    const shown = expected[index];
    if (typeof outcome === "string" || typeof shown !== "object") return outcome;
    // An Id that is not shown is none of the recipe's business.
    const { Id, ...rest } = outcome;
    return "Id" in shown ? outcome : rest;
  });
  expect(compared).toEqual(expected);
}

export async function outcomesOf(
  directory: string,
  { input, mapping }: Omit<Recipe, "output">,
): Promise<readonly Outcome[]> {
  const inputFile = join(directory, `recipe.${input.language}`);
  const mappingFile = join(directory, "recipe-mapping.json");
  await writeFile(inputFile, input.text);
  await writeFile(mappingFile, toMappingText(mapping.text));
  return convert(inputFile, mappingFile);
}

/** Recipes show what they are about: the rules of some fields, an entry, or a mapping as a whole. */
function toMappingText(text: string): string {
  if (text.trimStart().startsWith("{")) {
    if (/^ {2}"endpoints"/m.test(text)) return text;
    return `{ "endpoints": [${text}] }`;
  }
  const fields = parseJson(`{${text}}`, [], { allowTrailingComma: true });
  const hasId = "Id" in fields || "Address" in fields;
  return `{ "endpoints": [{ "fields": { ${hasId ? "" : '"Id": { "value": "id" },'} ${text} } }] }`;
}

async function convert(inputFile: string, mappingFile: string): Promise<readonly Outcome[]> {
  const mapping = await loadMapping(mappingFile);
  const source = await openSource(inputFile, {
    format: "auto",
    maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
    ...mapping.input,
  });
  const bound = mapping.bind(source.columns, source.name);
  const toEndpoints = createConverter(undefined);
  const toOutcomes = (record: SourceRecord): Outcome[] => {
    if (record.kind === "unreadable") return [`row ${record.row} is rejected: ${record.reason}`];
    const { endpoints, reasons } = toEndpoints(record.values, bound);
    const items = endpoints.map(({ buffer, start, end }) => JSON.parse(buffer.toString("utf8", start, end)));
    if (reasons.length > 0)
      return [...items, `row ${record.row} is rejected: ${reasons.map(({ reason }) => reason).join("; ")}`];
    return items.length === 0 ? [`row ${record.row} is filtered out`] : items;
  };
  const outcomes: Outcome[] = [];
  for await (const { records } of source.records()) outcomes.push(...records.flatMap(toOutcomes));
  return outcomes;
}

/** Endpoints one behind the other, with sentences about rows as comments: `// row 2 is filtered out`. */
function readOutcomes(text: string): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  let json = "";
  for (const line of text.split("\n")) {
    const comment = /^\/\/ (row \d+ .*)$/.exec(line)?.[1];
    if (comment !== undefined) outcomes.push(comment);
    else if (!line.startsWith("//")) json += line;
    const errors: ParseError[] = [];
    const value = json.trim() === "" ? undefined : parseJson(json, errors);
    if (value === undefined || errors.length > 0) continue;
    outcomes.push(value);
    json = "";
  }
  expect(json.trim(), "the end of an endpoint").toBe("");
  return outcomes;
}
