import type { MappedEndpoint, SourceColumns } from "../domain.js";
import { MappingError } from "../errors.js";
import { Binder } from "./binder.js";
import type { EntryPlan } from "./compile-entry.js";
import type { BoundMapping } from "./compiled-mapping.js";
import type { MappingTrace } from "./create-mapping-trace.js";
import { IssueList, type Locate } from "./issue-list.js";

const FILTERED: readonly MappedEndpoint[] = [];

/** Joins the entries of a mapping to an input's columns. */
export function bindEntries(
  entries: readonly EntryPlan[],
  columns: SourceColumns,
  inputName: string,
  source: { readonly name: string; readonly locate?: Locate },
  trace?: MappingTrace,
): BoundMapping {
  const issues = new IssueList(source.locate);
  const binder = new Binder(columns, inputName, issues, trace);
  const maps = entries.map((entry) => entry.bind(binder));
  binder.checkSample();
  if (!issues.isEmpty) throw new MappingError(source.name, issues.toSorted());
  const warnings = [...binder.warnings];
  let reported = warnings.length;
  return {
    warnings,
    map: (values) => {
      let endpoints: MappedEndpoint[] | undefined;
      for (const map of maps) {
        const endpoint = map(values);
        if (endpoint === undefined) continue;
        if (endpoints === undefined) endpoints = [endpoint];
        else endpoints.push(endpoint);
      }
      return endpoints ?? FILTERED;
    },
    takeWarnings: () => {
      if (binder.warnings.size === reported) return [];
      const fresh = [...binder.warnings].slice(reported);
      reported = binder.warnings.size;
      return fresh;
    },
  };
}
