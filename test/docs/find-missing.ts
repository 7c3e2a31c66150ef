import { spawnSync } from "node:child_process";
import type { Block } from "./read-document.js";

/** What a machine may lack. */
const TOOLS = [
  { command: ["aws", "--version"], uses: ({ text }: Block) => /^aws /m.test(text) },
  { command: ["curl", "--version"], uses: isScriptWith(/\bcurl /) },
  { command: ["jq", "--version"], uses: isScriptWith(/\bjq /) },
  { command: ["python3", "-c", "import boto3"], uses: ({ language }: Block) => language === "python" },
] as const;

/** Why a block cannot be run here; undefined where it can. */
export function findMissing(block: Block): string | undefined {
  for (const { command, uses } of TOOLS)
    if (uses(block) && !works(command)) return `"${command.join(" ")}" does not work here`;
  return undefined;
}

function isScriptWith(pattern: RegExp): (block: Block) => boolean {
  return ({ language, text }) => language === "sh" && pattern.test(text);
}

const known = new Map<string, boolean>();

function works([program = "", ...args]: readonly string[]): boolean {
  const result = known.get(program) ?? spawnSync(program, args, { stdio: "ignore" }).status === 0;
  known.set(program, result);
  return result;
}
