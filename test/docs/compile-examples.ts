import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Workspace } from "./create-workspace.js";
import { PROJECT } from "./read-document.js";

/** As strict as a project can be that uses the library. */
const COMPILER_OPTIONS = {
  strict: true,
  target: "ES2023",
  module: "NodeNext",
  types: ["node"],
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

/** Type-checks the examples of a workspace, and leaves what Node runs beside them. */
export async function compileExamples(workspace: Workspace): Promise<void> {
  const files = (await readdir(workspace.directory)).filter((name) => /^example-\d+\.ts$/.test(name));
  await workspace.write("tsconfig.json", JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files }));
  const { code, stdout } = await workspace.run(process.execPath, [
    join(PROJECT, "node_modules/typescript/bin/tsc"),
  ]);
  expect(stdout).toBe("");
  expect(code).toBe(0);
}
