import type { RowValues } from "../../domain.js";
import type { ColumnReader } from "../column-reader.js";
import { Invalid } from "../invalid.js";
import type { Path } from "../issue-list.js";
import type { Scope } from "../scope.js";
import { toText } from "../to-text.js";

/**
 * One step of a rule. It gets a value that is not absent and gives a value, a list of values, undefined for none, or
 * an {@link Invalid}. It never throws.
 */
export interface Transform {
  (value: unknown, values: RowValues): unknown;
  /** What it does instead to the elements of a list. */
  readonly ofElement?: Transform;
}

/** A transform that needs a column of its own besides the value. */
export interface BoundTransform {
  readonly column: string;
  /** Where the mapping names that column. */
  readonly path: Path;
  bind(read: ColumnReader): Transform;
}

/** Makes a transform of its options, which have passed the schema; `undefined` where it was named without any. */
export type CompileTransform<Options> = (
  options: Options | undefined,
  scope: Scope,
) => Transform | BoundTransform;

/** A transform of texts; scalars of other types are written as text first. */
export function ofText(transform: (text: string) => unknown): Transform {
  return (value) => {
    const text = typeof value === "string" ? value : toText(value);
    return text instanceof Invalid ? text : transform(text);
  };
}
