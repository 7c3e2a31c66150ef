import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { MAPPINGS_DIRECTORY } from "../src/mapping/check-structure.js";
import { endpointSchema } from "../src/validation/endpoint-schema.js";

// The program itself takes its schemas as they are, since looking at them costs a tenth of a second.
it.each([
  ["endpoints", endpointSchema],
  ["mappings", JSON.parse(readFileSync(new URL("mapping.schema.json", MAPPINGS_DIRECTORY), "utf8"))],
])("the schema of %s is one", (_, schema) => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
});
