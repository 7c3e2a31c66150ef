import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseJson } from "jsonc-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { compileMapping, type MappingDefinition } from "../../src/index.js";
import { compileExamples } from "./compile-examples.js";
import { createWorkspace, type ShellResult, type Workspace } from "./create-workspace.js";
import { expectLines } from "./expect-lines.js";
import { findMissing } from "./find-missing.js";
import { type Block, PROJECT, readDocument } from "./read-document.js";
import { expectRecipe, isInput } from "./recipe.js";

interface Context {
  readonly path: string;
  readonly workspace: Workspace;
  /** The blocks of the same section, and which of them is looked at. */
  readonly section: readonly Block[];
  readonly block: Block;
  /** What the last script or program printed. */
  readonly printed: string;
}

/** What is done with a block in a language; returns what it printed where something may be said about that. */
type Check = (context: Context) => Promise<string | undefined> | string | undefined;

const {
  name: packageName,
  version,
  scripts,
} = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  name: string;
  version: string;
  scripts: Record<string, string>;
};

const CHECKS: Readonly<Record<string, Check>> = {
  sh: runShell,
  python: async ({ workspace, block }) => {
    await workspace.write("example.py", block.text);
    return expectSuccess(await workspace.run("python3", ["example.py"]), block);
  },
  ts: async ({ workspace, block }) => {
    const name = toExampleName(block);
    return expectSuccess(await workspace.run(process.execPath, [`${name}.js`]), block);
  },
  text: ({ block, printed }) => expectLines(printed, block.text),
  jsonc: checkJson,
  json: checkJson,
  csv: () => undefined,
  jsonl: () => undefined,
  yaml: ({ block }) => {
    for (const { errors } of parseAllDocuments(block.text)) expect(errors).toEqual([]);
    return undefined;
  },
  dockerfile: ({ block }) => {
    for (const [, name] of block.text.matchAll(/(\S+)\.tgz/g))
      expect(name?.replace("./", "")).toBe(`${packageName}-${version}`);
    return undefined;
  },
  // Their command lines are looked at with those of all documents.
  crontab: ({ block }) => {
    // Five fields and a command, in which cron would take a bare % for a line break.
    for (const line of block.text.trim().split("\n"))
      expect(line).toMatch(/^([A-Z_]+=\S+|([\d*,/-]+ +){5}([^%]|\\%)+)$/);
    return undefined;
  },
  ini: () => undefined,
};

/** Runs and checks every fenced block of a document, in its order and in one directory. */
export async function executeDocument(path: string): Promise<void> {
  const { blocks } = await readDocument(path);
  describe(path, () => {
    let workspace: Workspace;
    let printed = "";
    beforeAll(async () => {
      workspace = await createWorkspace();
      const examples = blocks.filter((block) => block.language === "ts" && findMissing(block) === undefined);
      for (const block of examples) await workspace.write(`${toExampleName(block)}.ts`, block.text);
      if (examples.length > 0) await compileExamples(workspace);
    });
    afterAll(() => workspace?.close());

    for (const [index, block] of blocks.entries()) {
      test(`line ${block.line}: ${block.language} of "${block.section}"`, async (context) => {
        // What is printed is looked for in vain where nothing could run.
        const shown = block.language === "text" ? blocks.slice(0, index).findLast(prints) : block;
        const missing = shown && findMissing(shown);
        if (missing !== undefined) context.skip(missing);
        const check = CHECKS[block.language];
        if (check === undefined) throw new Error(`nobody knows what to do with "${block.language}"`);
        const { file } = block.marks;
        if (file !== undefined) await workspace.write(file, block.text);
        const section = blocks.filter((other) => other.section === block.section);
        const output = await check({ path, workspace, section, block, printed });
        if (prints(block)) printed = output ?? "";
      });
    }
  });
}

const prints = ({ language }: Block): boolean => ["sh", "ts", "python"].includes(language);

const toExampleName = ({ line }: Block): string => `example-${line}`;

async function runShell({ workspace, block }: Context): Promise<string> {
  if (isAboutNpm(block)) {
    expectScripts(block.text);
    return "";
  }
  const { exit } = block.marks;
  const result = await workspace.runScript(exit === undefined ? `set -e\n${block.text}` : block.text);
  const shown = `${block.text}\n${result.stdout}${result.stderr}`;
  const codes = result.calls.map(({ code }) => code);
  expect(codes, shown).toEqual(exit?.split(",").map(Number) ?? codes.map(() => 0));
  // Where the program is to say 1, another command may stand behind it.
  if (exit === undefined || result.code !== codes.at(-1)) expect(result.code, shown).toBe(0);
  return result.stdout;
}

/** Commands that would install within a test: what they run is looked up instead. */
function isAboutNpm({ text }: Block): boolean {
  const commands = text.split(/\n|&&/).map((command) => command.trim());
  return commands.every((command) => /^(npm (ci|install|link|pack|test|run [\w:]+)\b.*)?$/.test(command));
}

function expectScripts(text: string): void {
  for (const [, name = ""] of text.matchAll(/npm (?:run )?(test|(?<=run )[\w:]+)/g))
    expect(Object.keys(scripts)).toContain(name);
}

function expectSuccess({ code, stdout, stderr }: ShellResult, { text }: Block): string {
  expect(code, `${text}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** A mapping by itself, a recipe with rows before and endpoints behind it, or something else in JSON. */
async function checkJson({ workspace, section, block, path }: Context): Promise<undefined> {
  const index = section.indexOf(block);
  const [before, beforeThat] = [section[index - 1], section[index - 2]];
  if (before !== undefined && isInput(before)) {
    // The mapping of a recipe: it is tried with the rows when the endpoints are there to compare with.
    expect(section[index + 1]?.language, `${path}:${block.line}: what comes out`).toMatch(/^jsonc?$/);
    return;
  }
  if (before !== undefined && beforeThat !== undefined && isInput(beforeThat)) {
    await expectRecipe(workspace, { input: beforeThat, mapping: before, output: block });
    return;
  }
  const errors: never[] = [];
  const value = parseJson(block.text, errors, { allowTrailingComma: block.language === "jsonc" });
  expect(errors).toEqual([]);
  if (value.endpoints !== undefined && Array.isArray(value.endpoints))
    compileMapping(value as MappingDefinition);
}
