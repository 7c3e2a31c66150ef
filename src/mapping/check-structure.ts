import type { ErrorObject, ValidateFunction } from "ajv";
import { describeSchemaError } from "./describe-schema-error.js";
import { type IssueList, type Path, toPathText } from "./issue-list.js";
import { compile } from "./mapping-matcher.js";

/** Where further checks have to be careful, as path texts. */
export interface StructureFaults {
  /** Places of a wrong type or shape: to be left alone. */
  readonly unsound: readonly string[];
  /** Objects with an unknown key: what seems to be missing from them is most likely misspelt. */
  readonly misnamed: readonly string[];
}

let matches: ValidateFunction | undefined;

/** Checks a mapping against the schema that editors use too. */
export function checkStructure(mapping: unknown, issues: IssueList): StructureFaults {
  matches ??= compile();
  if (matches(mapping)) return { unsound: [], misnamed: [] };
  const unsound = new Set<string>();
  const misnamed = new Set<string>();
  const errors = withoutEchoes(matches.errors ?? []);
  for (const error of errors) {
    const { path, part, message, isShape } = describeSchemaError(error, toPath(error.instancePath, mapping));
    issues.add(path, message, part);
    if (isShape) unsound.add(toPathText(path));
    else misnamed.add(toPathText(path.slice(0, -1)));
  }
  return { unsound: [...unsound], misnamed: [...misnamed] };
}

/** One mistake, one error: `if` only repeats what its branch has said, and a name may match two patterns. */
function withoutEchoes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const seen = new Set<string>();
  return errors.filter(({ keyword, instancePath, params }) => {
    const key = `${instancePath} ${keyword} ${JSON.stringify(params)}`;
    if (keyword === "if" || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `/endpoints/0/fields` -> `["endpoints", 0, "fields"]`: what is an index shows in the mapping itself. */
function toPath(pointer: string, mapping: unknown): Path {
  let value = mapping;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as { [key: string | number]: unknown } | undefined)?.[step];
      return step;
    });
}
