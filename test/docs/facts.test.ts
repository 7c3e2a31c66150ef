import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHANNEL_TYPES } from "../../src/domain.js";
import * as api from "../../src/index.js";
import { REJECT_CODES, runImport } from "../../src/index.js";
import { BEHAVIOR_CHOICES } from "../../src/sandbox/behaviors.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";
import { type Document, PROJECT, readDocument } from "./read-document.js";

const [operations, guide, sandboxGuide, library] = (await Promise.all(
  ["docs/operations.md", "docs/mapping-guide.md", "docs/sandbox.md", "docs/library.md"].map(readDocument),
)) as [Document, Document, Document, Document];

/** The texts in backticks in the first cells of the tables below a heading. */
function readFirstCells({ text }: Document, heading: string): readonly string[] {
  const [, section = ""] = text.split(`## ${heading}\n`);
  const [part = ""] = section.split("\n## ");
  return [...part.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) => toCodes(cell));
}

const toCodes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** What a run may come by; suggestions have errors of their own. */
async function readSource(): Promise<string> {
  const files = await readdir(join(PROJECT, "src"), { recursive: true });
  const texts = files
    .filter((name) => name.endsWith(".ts") && !name.startsWith("suggestion"))
    .map((name) => readFile(join(PROJECT, "src", name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}

test("the operations guide tells of every code with which a run stops, and of no other", async () => {
  const source = await readSource();
  const listed = readFirstCells(operations, "Exit codes and what to do");
  const written = new Set([...source.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code));
  for (const code of listed.filter((one) => !one.endsWith("_unwritable"))) expect(written).toContain(code);
  const thrown = [...source.matchAll(/new (?:RunStoppedError|InputError)\(\s*"([a-z_]+)"/g)].map(
    ([, code]) => code,
  );
  expect(thrown.length).toBeGreaterThan(8);
  for (const code of thrown) expect(listed).toContain(code);
});

test("the operations guide names metrics that are written", async () => {
  const writer = await readFile(join(PROJECT, "src/reporting/write-metrics.ts"), "utf8");
  const names = new Set(operations.text.match(/pinpoint_import_[a-z_]+/g));
  expect(names.size).toBeGreaterThan(3);
  for (const name of names) expect(writer).toContain(`"${name}"`);
});

test("the policy allows the two operations that a run uses, on the project's endpoints alone", () => {
  const policy = JSON.parse(operations.blocks.find(({ language }) => language === "json")?.text ?? "");
  const project = "arn:aws:mobiletargeting:us-east-1:111122223333:apps/0123456789abcdef0123456789abcdef";
  expect(policy.Statement.map(({ Action, Resource }: Record<string, string>) => [Action, Resource])).toEqual([
    ["mobiletargeting:UpdateEndpointsBatch", project],
    ["mobiletargeting:UpdateEndpoint", `${project}/endpoints/*`],
  ]);
});

test("the mapping guide lists all channel types", () => {
  const row = guide.text.split("\n").find((line) => line.startsWith("| `ChannelType` |")) ?? "";
  expect(toCodes(row).slice(1).toSorted()).toEqual(CHANNEL_TYPES.toSorted());
});

test("the mapping guide has twenty recipes and more", () => {
  const sections = new Set(
    guide.blocks
      .filter(({ language }) => language === "csv" || language === "jsonl")
      .map(({ section }) => section),
  );
  expect(sections.size).toBeGreaterThan(20);
});

test("the sandbox guide lists all switches, the default first", () => {
  const rows = sandboxGuide.text.matchAll(/^\| `(\w+)` \| (`[^|]+) \| /gm);
  const switches = Object.fromEntries([...rows].map(([, name, values = ""]) => [name, toCodes(values)]));
  expect(switches).toEqual({ ...BEHAVIOR_CHOICES, readDelayMs: ["0"] });
});

test("the README lists all codes of rejected rows", async () => {
  const codes = readFirstCells(await readDocument("README.md"), "Rejects");
  for (const code of REJECT_CODES) expect(codes).toContain(code);
});

test("the operations guide lists all members of a report", async () => {
  const cwd = await temporaryDirectory();
  const report = await runImport({
    inputs: [join(PROJECT, "sample-data/hubspot-contacts.csv")],
    mapping: "hubspot-contacts",
    rejects: join(cwd, "rejects.csv"),
    dryRun: true,
  });
  const listed = readFirstCells(operations, "The report");
  expect(listed.toSorted()).toEqual(Object.keys(report).toSorted());
});

test("the library guide names all options of an import, and all functions", async () => {
  const source = await readFile(join(PROJECT, "src/options.ts"), "utf8");
  const [, options = ""] = /export interface ImportOptions \{([\s\S]*?)\n\}/.exec(source) ?? [];
  const names = [...options.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(30);
  expect(readFirstCells(library, "An import")).toEqual(expect.arrayContaining(names));
  const functions = Object.entries(api).filter(
    ([name, value]) => typeof value === "function" && /^[a-z]/.test(name),
  );
  for (const [name] of functions) expect(toCodes(library.text)).toContain(name);
});
