import { Ajv, type ValidateFunction } from "ajv";
import { endpointSchema, formatTests } from "./endpoint-schema.js";

export const schema = endpointSchema;

/** Every mistake of an endpoint is reported, not the first one. */
export const options = {
  allErrors: true,
  verbose: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  formats: formatTests,
  // That the schema is one is for the tests to check: it takes a tenth of a second.
  meta: false,
  validateSchema: false,
} as const;

/** Compiles the schema of endpoints. In `dist` that was done by the build. */
export function compile(): ValidateFunction {
  return new Ajv(options).compile(schema);
}
