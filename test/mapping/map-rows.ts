import { expect } from "vitest";
import type { AlikeObject } from "../../src/alike-object.js";
import type { JsonObject, MappedEndpoint, RowValues } from "../../src/domain.js";
import { MappingError, type MappingIssue } from "../../src/errors.js";
import { compileMapping } from "../../src/mapping/compile-mapping.js";
import type {
  EndpointDefinition,
  FieldRule,
  MappingDefinition,
} from "../../src/mapping/mapping-definition.js";
import { createAlikeReader } from "../../src/sources/json/read-alike.js";

type Fields = EndpointDefinition["fields"];

/** A mapping with one entry that has an Id in any case, so that a test can look at the field it is about. */
export function mappingOf(fields: Fields, more: Partial<EndpointDefinition> = {}): MappingDefinition {
  return { endpoints: [{ name: "e", ...more, fields: { Id: { value: "id" }, ...fields } }] };
}

export function mapCsv(mapping: MappingDefinition, names: string[], ...rows: string[][]): MappedEndpoint[] {
  const bound = compileMapping(mapping).bind({ kind: "csv", names }, "contacts.csv");
  return rows.flatMap((row) => bound.map(row));
}

/** Maps objects, and sees to it that the same comes of those that the source hands on with their values by position. */
export function mapJson(mapping: MappingDefinition, ...rows: JsonObject[]): MappedEndpoint[] {
  const compiled = compileMapping(mapping);
  const bind = () => compiled.bind({ kind: "json", sample: rows }, "contacts.jsonl");
  const bound = bind();
  const other = bind();
  return rows.flatMap((row) => {
    const endpoints = bound.map(row);
    const alike = toAlike(row);
    if (alike !== undefined) expect(other.map(alike)).toEqual(endpoints);
    return endpoints;
  });
}

/** The object as it is read behind others that are alike; undefined where such objects are not read so. */
export function toAlike(row: JsonObject): AlikeObject | undefined {
  const text = JSON.stringify(row);
  const reader = createAlikeReader();
  reader.learn(text, JSON.parse(text));
  return reader.read(text, 0);
}

/** The item of the only endpoint, as it travels. */
export function itemOf(endpoints: readonly MappedEndpoint[]): Record<string, unknown> {
  const [endpoint, ...more] = endpoints;
  if (endpoint === undefined || more.length > 0) throw new Error(`${endpoints.length} endpoints`);
  if (endpoint.reasons !== undefined) throw new Error(`rejected: ${endpoint.reasons.join("; ")}`);
  return JSON.parse(JSON.stringify(endpoint.item));
}

export function reasonsOf(endpoints: readonly MappedEndpoint[]): readonly string[] {
  const [endpoint] = endpoints;
  return endpoint?.reasons ?? [];
}

/** What `Attributes.A` becomes: its values, "rejected: …" or undefined. */
export function attributeOf(rule: Exclude<FieldRule, string>, value: unknown): unknown {
  const mapping = mappingOf({ "Attributes.A": rule });
  const endpoints = mapJson(mapping, { C: value, D: "present" } as JsonObject);
  const reasons = reasonsOf(endpoints);
  if (reasons.length > 0) return `rejected: ${reasons.join("; ")}`;
  return (itemOf(endpoints).Attributes as Record<string, unknown> | undefined)?.A;
}

/** The result of one list of transforms on one value, from JSON so that it may be of any type. */
export function transform(transforms: unknown, value: unknown): unknown {
  const rule = { column: "C", transforms: [transforms].flat() } as Exclude<FieldRule, string>;
  const result = attributeOf(rule, value);
  return Array.isArray(result) && result.length === 1 ? result[0] : result;
}

/** The mistakes of a mapping that is none, as `path: message`. */
export function mistakesOf(mapping: unknown): string[] {
  return issuesOf(() => compileMapping(mapping as MappingDefinition)).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

export function issuesOf(attempt: () => unknown): readonly MappingIssue[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MappingError) return error.issues;
    throw error;
  }
  return [];
}

export function bindMistakes(mapping: MappingDefinition, names: string[]): string[] {
  return issuesOf(() => compileMapping(mapping).bind({ kind: "csv", names }, "contacts.csv")).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

export type { RowValues };
