import { readFileSync } from "node:fs";
import { Ajv, type CodeOptions, type ValidateFunction } from "ajv";
import { MAPPINGS_DIRECTORY } from "./mappings-directory.js";

export const schema = JSON.parse(readFileSync(new URL("mapping.schema.json", MAPPINGS_DIRECTORY), "utf8"));

export function createAjv(code: CodeOptions = {}): Ajv {
  return new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    allowMatchingProperties: true,
    // That the schema is one is for the tests to check: it takes a tenth of a second.
    meta: false,
    validateSchema: false,
    code,
  });
}

/** Compiles the schema of mapping files, which editors use too. In `dist` that was done by the build. */
export function compile(): ValidateFunction {
  return createAjv().compile(schema);
}
