import { createHash } from "node:crypto";
import { toObject } from "../alike-object.js";
import { isRejectName, type SourceColumns } from "../domain.js";
import { MappingError } from "../errors.js";
import { bindEntries } from "./bind-entries.js";
import { compileEntry } from "./compile-entry.js";
import type { BoundMapping, CompiledMapping } from "./compiled-mapping.js";
import type { MappingTrace } from "./create-mapping-trace.js";
import { suggestField, toFieldTarget } from "./field-target.js";
import { IssueList } from "./issue-list.js";
import type { EndpointDefinition, FieldRule } from "./mapping-definition.js";
import { toPinpointItem } from "./pinpoint-endpoint.js";
import { Scope } from "./scope.js";

const NAME = "pinpoint";
const ENTRY = "endpoint";

/**
 * The built-in mapping for the files that Pinpoint's own import jobs take: CSV with dotted field names in the header,
 * or JSON endpoint objects (User Guide, "Importing segments").
 */
export function createPinpointMapping(): CompiledMapping {
  return {
    name: NAME,
    // The version changes when the same input would give other endpoints.
    hash: createHash("sha256").update("pinpoint/1").digest("hex"),
    input: {},
    warnings: [],
    bind: (columns, inputName, trace) =>
      columns.kind === "csv" ? bindHeader(columns, inputName, trace) : bindObjects(trace),
  };
}

function bindObjects(trace: MappingTrace | undefined): BoundMapping {
  return {
    warnings: [],
    map: (values) => {
      const object = toObject(values);
      trace?.copy(ENTRY, object);
      return [toPinpointItem(object, ENTRY)];
    },
    takeWarnings: () => [],
  };
}

/** Every header name that is a field becomes a rule; a repeated name gives all its values to an attribute. */
function bindHeader(
  columns: SourceColumns & { kind: "csv" },
  inputName: string,
  trace: MappingTrace | undefined,
): BoundMapping {
  const names = new Set(columns.names.map((name) => name.trim()).filter((name) => !isRejectName(name)));
  const isField = (name: string) => toFieldTarget(name)?.isRest === false;
  const fields = [...names].filter(isField);
  const unknown = [...names].filter((name) => name !== "" && !isField(name));
  const issues = new IssueList();
  if (columns.names.length > 0 && fields.length === 0)
    issues.add(
      [],
      `no column of ${inputName} has the name of a Pinpoint field, such as ChannelType or User.UserId. Name another mapping with --mapping.`,
    );
  const warnings = new Set<string>();
  const definition: EndpointDefinition = {
    fields: Object.fromEntries(fields.map((name): [string, FieldRule] => [name, { column: name }])),
  };
  const isEmpty = columns.names.length === 0 || fields.length === 0;
  const entry = isEmpty
    ? undefined
    : compileEntry(definition, ENTRY, new Scope(issues, warnings, { unsound: [], misnamed: [] }), {
        makesMissingIds: true,
      });
  if (!issues.isEmpty) throw new MappingError(NAME, issues.toSorted());
  const bound = bindEntries(entry === undefined ? [] : [entry], columns, inputName, { name: NAME }, trace);
  const ignored = unknown.map(
    (name) =>
      `column ${JSON.stringify(name)} of ${inputName} is no Pinpoint field and is ignored.${suggestField(name)}`,
  );
  return { ...bound, warnings: [...warnings, ...ignored, ...bound.warnings] };
}
