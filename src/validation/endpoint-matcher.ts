import { createRequire } from "node:module";
import { _, Ajv, type CodeKeywordDefinition, type CodeOptions, type ValidateFunction } from "ajv";
import { endpointSchema, formatTests } from "./endpoint-schema.js";

// A bundler's view of these modules is not Node's.
const require = createRequire(import.meta.url);
const { useFunc } = require("ajv/dist/compile/util.js");
const { default: countCharacters } = require("ajv/dist/runtime/ucs2length.js");

export const schema = endpointSchema;

/** Every mistake of an endpoint is reported, not the first one. */
export function createAjv(code: CodeOptions = {}): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    formats: formatTests,
    // That the schema is one is for the tests to check: it takes a tenth of a second.
    meta: false,
    validateSchema: false,
    code,
  });
  return countSeldom(ajv);
}

/** Compiles the schema of endpoints. In `dist` that was done by the build. */
export function compile(): ValidateFunction {
  return createAjv().compile(schema);
}

/**
 * Has AJV count the characters of a text only where it may have too many or too few of them: it has no more than UTF-16
 * units, and at least half as many. To count them all took 0.7 µs of an endpoint.
 */
function countSeldom(ajv: Ajv): Ajv {
  const definition = ajv.getKeyword("maxLength") as CodeKeywordDefinition;
  return ajv
    .removeKeyword("maxLength")
    .removeKeyword("minLength")
    .addKeyword({
      ...definition,
      keyword: ["maxLength", "minLength"],
      code(context) {
        const { keyword, data, schemaCode: limit, gen } = context;
        const length = _`${useFunc(gen, countCharacters)}(${data})`;
        context.fail(
          keyword === "maxLength"
            ? _`${data}.length > ${limit} && ${length} > ${limit}`
            : _`${data}.length < 2 * ${limit} && ${length} < ${limit}`,
        );
      },
    });
}
