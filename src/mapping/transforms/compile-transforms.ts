import type { Binder } from "../binder.js";
import type { BareTransform, TransformDefinition } from "../mapping-definition.js";
import type { Scope } from "../scope.js";
import { compileCountry } from "./country-transform.js";
import { compileDate } from "./date-transform.js";
import { compileJson } from "./json-transform.js";
import { compileLocale } from "./locale-transform.js";
import { compileBoolean, compileInteger, compileNumber, compileRound } from "./number-transforms.js";
import { compileE164 } from "./phone-transform.js";
import {
  compileHash,
  compileLowercase,
  compileReplace,
  compileSplit,
  compileTrim,
  compileTruncate,
  compileUppercase,
} from "./text-transforms.js";
import { compileTimezone } from "./timezone-transform.js";
import type { BoundTransform, CompileTransform, Transform } from "./transform.js";

type TransformName = BareTransform | "split" | "replace";

/** Options have passed the schema, which knows their type by the name; the table itself need not. */
// biome-ignore lint/suspicious/noExplicitAny: see above
const TRANSFORMS: Record<TransformName, CompileTransform<any>> = {
  trim: compileTrim,
  lowercase: compileLowercase,
  uppercase: compileUppercase,
  number: compileNumber,
  integer: compileInteger,
  boolean: compileBoolean,
  date: compileDate,
  e164: compileE164,
  country: compileCountry,
  locale: compileLocale,
  timezone: compileTimezone,
  split: compileSplit,
  json: compileJson,
  truncate: compileTruncate,
  replace: compileReplace,
  round: compileRound,
  hash: compileHash,
};

export interface TransformsPlan {
  readonly steps: readonly (Transform | BoundTransform)[];
  /** Columns that the steps read besides the rule's own. */
  readonly columns: readonly string[];
}

/** Compiles a rule's list of transforms. Those that the schema has refused are left out. */
export function compileTransforms(definitions: readonly TransformDefinition[], scope: Scope): TransformsPlan {
  const steps = definitions.flatMap((definition, index) => compileTransform(definition, scope.at(index)));
  return { steps, columns: steps.flatMap((step) => ("column" in step ? [step.column] : [])) };
}

/** Joins the transforms to the columns that they need. */
export function bindTransforms({ steps }: TransformsPlan, binder: Binder): readonly Transform[] {
  return steps.map((step) => ("column" in step ? step.bind(binder.column(step.column, step.path)) : step));
}

function compileTransform(
  definition: TransformDefinition,
  scope: Scope,
): readonly (Transform | BoundTransform)[] {
  if (!scope.isSound) return [];
  const [name, options] =
    typeof definition === "string" ? [definition, undefined] : (Object.entries(definition)[0] ?? []);
  const compile = TRANSFORMS[name as TransformName];
  return [compile(options, typeof definition === "string" ? scope : scope.at(name as string))];
}
