/**
 * What the build does behind the TypeScript compiler:
 *
 * - The schemas are compiled into code, which AJV would otherwise do at each start.
 * - The pages for browsers become one text each.
 * - The command line and all that it loads become a few files instead of some hundred. What users have as a library stays as it
 *   is. With the schemas this makes a command start in a third of the time.
 */
import { rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { _, type Ajv, type CodeOptions } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { type BuildOptions, build } from "esbuild";
import * as mappingMatcher from "../mapping/mapping-matcher.js";
import { buildPage } from "../pages/build-page.js";
import * as endpointMatcher from "../validation/endpoint-matcher.js";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

const settings = { bundle: true, format: "esm", platform: "node", target: "node20" } satisfies BuildOptions;

interface Matcher {
  readonly schema: object;
  createAjv(code: CodeOptions): Ajv;
}

/** Puts code that matches a schema in the place of the module that compiles it. */
async function precompile(module: string, { schema, createAjv }: Matcher, imports = ""): Promise<void> {
  const ajv = createAjv({ source: true, esm: true, formats: _`formatTests` });
  const code = standalone.default(ajv, ajv.compile(schema));
  await build({
    ...settings,
    stdin: {
      contents: `${imports}\n${code}\nexport const compile = () => validate;`,
      resolveDir: `${DIST}/validation`,
    },
    external: ["./endpoint-schema.js"],
    outfile: `${DIST}/${module}.js`,
    allowOverwrite: true,
  });
}

/** Puts the pages in the place of the modules that make them. */
async function bundlePages(): Promise<void> {
  const [report, sandbox] = await Promise.all([buildPage("report"), buildPage("sandbox")]);
  for (const [module, name, page] of [
    ["report-page", "loadReportPage", report],
    ["sandbox-page", "loadSandboxPage", sandbox],
  ])
    await writeFile(
      `${DIST}/pages/${module}.js`,
      `export const ${name} = async () => ${JSON.stringify(page)};\n`,
    );
  for (const left of ["build-page.js", "build-page.d.ts"]) await rm(`${DIST}/pages/${left}`);
}

async function bundleCommandLine(): Promise<void> {
  await build({
    ...settings,
    entryPoints: [`${DIST}/cli/main.js`],
    outdir: `${DIST}/cli-bundle`,
    splitting: true,
    // A check of ten rows starts 7 ms earlier, of some 130.
    minifyWhitespace: true,
    chunkNames: "part-[hash]",
    mainFields: ["module", "main"],
    // What is loaded by few commands, or as a binary, stays where it is.
    external: ["lmdb", "pino-pretty"],
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  await rm(`${DIST}/cli`, { recursive: true });
  await rename(`${DIST}/cli-bundle`, `${DIST}/cli`);
}

await precompile("mapping/mapping-matcher", mappingMatcher);
await precompile(
  "validation/endpoint-matcher",
  endpointMatcher,
  'import { formatTests } from "./endpoint-schema.js";',
);
await bundlePages();
await bundleCommandLine();
