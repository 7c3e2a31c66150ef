import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments, visit } from "yaml";
import { type Document, PROJECT, readDocument } from "./read-document.js";

const run = promisify(execFile);

const guides = await readdir(join(PROJECT, "docs"));
const PATHS = [
  "README.md",
  "sample-data/README.md",
  ...guides.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];
const documents = await Promise.all(PATHS.map(readDocument));

/** Options that the documents tell of other programs. */
const FOREIGN = /\b(?:aws|npm|tmux|docker|kubectl|systemctl|curl|jq|node) .*$/;

/** Options by command, as the help lists them; `""` holds those of all commands. */
const options = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const help = async (...command: string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [join(PROJECT, "dist/cli/main.js"), ...command, "--help"]);
    return stdout;
  };
  const toOptions = (text: string): string[] =>
    [...text.matchAll(/(?<![\w-])--?[a-z][a-z-]*/g)].map(([name]) => name);
  const main = await help();
  const all = new Set(toOptions(main));
  const [, list = ""] = /Commands:\n((?: +.*\n)+)/.exec(main) ?? [];
  for (const [, command = ""] of list.matchAll(/^ {2}([a-z]+)/gm)) {
    const text =
      command === "state" ? `${await help("state")}${await help("state", "clear")}` : await help(command);
    options.set(command, new Set(toOptions(text)));
    for (const option of toOptions(text)) all.add(option);
  }
  options.set("", all);
});

describe.each(documents)("$path", (document) => {
  test("names options that exist", () => {
    for (const { command, names } of findUses(document)) {
      const known = [...(options.get(command) ?? [])];
      expect(known, `there is no command ${command}`).not.toEqual([]);
      for (const name of names) expect(known, `${name} of ${command}`).toContain(name);
    }
  });

  test("links to what is there", async () => {
    for (const [, target = ""] of withoutBlocks(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https:\/\//.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const path = file === "" ? document.path : join(dirname(document.path), file);
      expect(existsSync(join(PROJECT, path)), `${target} in ${document.path}`).toBe(true);
      if (anchor !== undefined) expect(await readAnchors(path), target).toContain(anchor);
    }
  });

  test("names scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
    for (const [, name] of document.text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

interface Use {
  readonly command: string;
  readonly names: readonly string[];
}

/** Where options are named: in commands of blocks, in lists of arguments, and by themselves in the text. */
function findUses(document: Document): readonly Use[] {
  const uses: Use[] = [];
  for (const { language, text } of document.blocks) {
    if (language === "yaml")
      for (const args of findArguments(text))
        uses.push({ command: args[0] ?? "", names: toNames(args.join(" ")) });
    else if (["sh", "crontab", "ini"].includes(language))
      for (const [, command = "", args = ""] of text
        .replaceAll("\\\n", " ")
        .matchAll(/(?:pinpoint-import|dist\/cli\/main\.js) ([a-z]+)([^|&\n]*)/g))
        uses.push({ command, names: toNames(args) });
  }
  for (const [, code = ""] of withoutBlocks(document).matchAll(/`([^`\n]+)`/g)) {
    const [, command = ""] = /^pinpoint-import ([a-z]+)/.exec(code) ?? [];
    uses.push({ command, names: toNames(code.replace(FOREIGN, "")) });
  }
  return uses;
}

/** The lists under `args` in a Kubernetes manifest. */
function findArguments(text: string): string[][] {
  const found: string[][] = [];
  for (const manifest of parseAllDocuments(text))
    visit(manifest, {
      Pair(_, { key, value }) {
        if (String(key) === "args") found.push((value as { toJSON(): unknown[] }).toJSON().map(String));
      },
    });
  return found;
}

function toNames(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w-])--?[a-z][a-z-]*/g)].map(([name]) => name);
}

function withoutBlocks({ text }: Document): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** The anchors that GitHub gives to the headings of a document. */
async function readAnchors(path: string): Promise<readonly string[]> {
  const text = (await readFile(join(PROJECT, path), "utf8")).replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
