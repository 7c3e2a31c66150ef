import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as library from "../../src/index.js";
import { type Block, PROJECT } from "./read-document.js";

/** What the documents tell of already. To be deleted when all of it is there. */
export function findNotThereYet({ language, text }: Block): string | undefined {
  if (language === "ts")
    for (const name of ["previewImport", "suggestMapping"])
      if (text.includes(name) && !Object.hasOwn(library, name)) return `there is no ${name} yet`;
  if (/\/_sandbox\/(?!stats)/.test(text) && !existsSync(join(PROJECT, "src/sandbox/create-inspector.ts")))
    return "the sandbox cannot be looked into yet";
  if (/--report \S+\.html/.test(text) && !listOptions().includes("--show-values"))
    return "there is no report as a page yet";
  const commands = language === "sh" ? text.matchAll(/\bpinpoint-import ([a-z]+)/g) : [];
  for (const [, command = ""] of commands)
    if (!listCommands().includes(command)) return `there is no command ${command} yet`;
  return undefined;
}

export const isOptionToCome = (name: string): boolean =>
  name === "--show-values" && !listOptions().includes(name);

export const isPictureToCome = (path: string): boolean => path.startsWith("docs/images/");

let commands: readonly string[] | undefined;
let options: readonly string[] | undefined;

function help(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(PROJECT, "dist/cli/main.js"), ...args, "--help"], {
    encoding: "utf8",
  });
}

function listOptions(): readonly string[] {
  options ??= help("run").match(/--[a-z-]+/g) ?? [];
  return options;
}

function listCommands(): readonly string[] {
  if (commands === undefined) {
    const [, list = ""] = /Commands:\n([\s\S]*)/.exec(help()) ?? [];
    commands = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, command = ""]) => command);
  }
  return commands;
}
