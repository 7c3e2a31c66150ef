import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { schema as mappingSchema } from "../src/mapping/mapping-matcher.js";
import { schema as endpointSchema } from "../src/validation/endpoint-matcher.js";

// The program itself takes its schemas as they are, since looking at them costs a tenth of a second.
it.each([
  ["endpoints", endpointSchema],
  ["mappings", mappingSchema],
])("the schema of %s is one", (_, schema) => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
});
