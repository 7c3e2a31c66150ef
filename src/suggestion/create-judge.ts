import { Invalid } from "../mapping/invalid.js";
import { IssueList } from "../mapping/issue-list.js";
import type { TransformDefinition } from "../mapping/mapping-definition.js";
import { Scope } from "../mapping/scope.js";
import { compileTransforms } from "../mapping/transforms/compile-transforms.js";
import type { Transform } from "../mapping/transforms/transform.js";

/** What a transform of the mapping language makes of a text, or undefined where it turns it away. */
export type Judge = (text: string) => unknown;

const judges = new Map<string, Judge>();

/** What a column holds is asked of the transform that will read it: none of the suggestions can be at odds with the import. */
export function createJudge(definition: TransformDefinition): Judge {
  const key = JSON.stringify(definition);
  const judge = judges.get(key) ?? compileJudge(definition);
  judges.set(key, judge);
  return judge;
}

function compileJudge(definition: TransformDefinition): Judge {
  const issues = new IssueList();
  const scope = new Scope(issues, new Set(), { unsound: [], misnamed: [] });
  const { steps } = compileTransforms([definition], scope);
  const [apply] = steps;
  // A format that cannot be used, such as one of a language that Luxon does not write, fits nothing.
  if (!issues.isEmpty || apply === undefined || "column" in apply) return () => undefined;
  return (text) => {
    const result = (apply as Transform)(text, []);
    return result instanceof Invalid ? undefined : result;
  };
}

/** Which part of the values passes, from 0 to 1. */
export function shareOf(values: readonly string[], passes: (value: string) => boolean): number {
  return values.length === 0 ? 0 : values.filter(passes).length / values.length;
}
