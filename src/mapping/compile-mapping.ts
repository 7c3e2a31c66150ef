import { MappingError } from "../errors.js";
import { bindEntries } from "./bind-entries.js";
import { checkStructure } from "./check-structure.js";
import { compileEntry } from "./compile-entry.js";
import type { CompiledMapping } from "./compiled-mapping.js";
import { hashDefinition } from "./hash-definition.js";
import { IssueList, type Locate } from "./issue-list.js";
import type { EndpointDefinition, MappingDefinition } from "./mapping-definition.js";
import { Scope } from "./scope.js";

export type { BoundMapping, CompiledMapping } from "./compiled-mapping.js";
export { isPinpointShape } from "./is-pinpoint-shape.js";
export type { MappingDefinition, MappingInput } from "./mapping-definition.js";

/**
 * Checks a mapping and compiles it to functions.
 * @param source names the mapping in messages
 * @throws MappingError with all its mistakes
 */
export function compileMapping(mapping: MappingDefinition, source = "mapping"): CompiledMapping {
  return compileLocatedMapping(mapping, source);
}

/** As {@link compileMapping}, with the places of the mapping in its file. */
export function compileLocatedMapping(mapping: unknown, name: string, locate?: Locate): CompiledMapping {
  const issues = new IssueList(locate);
  const warnings = new Set<string>();
  const root = new Scope(issues, warnings, checkStructure(mapping, issues));
  const definition = mapping as MappingDefinition;
  const place = root.at("endpoints");
  const definitions = place.isUsable ? (definition.endpoints ?? []) : [];
  const names = new Set<string>();
  const entries = definitions.flatMap((entry, index) => {
    if (!place.at(index).isUsable) return [];
    const entryName = toEntryName(entry, index);
    if (names.has(entryName))
      place
        .at(index, "name")
        .report(`two entries have the name ${JSON.stringify(entryName)}: give each its own.`);
    names.add(entryName);
    return [compileEntry(entry, entryName, place.at(index))];
  });
  if (!issues.isEmpty) throw new MappingError(name, issues.toSorted());
  return {
    name,
    hash: hashDefinition(definition),
    input: definition.input ?? {},
    warnings: [...warnings],
    bind: (columns, inputName, trace) =>
      bindEntries(entries, columns, inputName, { name, ...(locate && { locate }) }, trace),
  };
}

function toEntryName(entry: EndpointDefinition, index: number): string {
  return typeof entry.name === "string" ? entry.name : `endpoint ${index + 1}`;
}
