import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Block, PROJECT } from "./read-document.js";

/** What a machine may lack. */
const TOOLS = [
  { command: "aws", uses: ({ text }: Block) => /^aws /m.test(text) },
  { command: "curl", uses: ({ language, text }: Block) => language === "sh" && /\bcurl /.test(text) },
  { command: "jq", uses: ({ language, text }: Block) => language === "sh" && /\bjq /.test(text) },
  { command: "python3", uses: ({ language }: Block) => language === "python" },
] as const;

/** Why a block cannot be run here; undefined where it can. */
export function findMissing(block: Block): string | undefined {
  for (const { command, uses } of TOOLS)
    if (uses(block) && !works("which", command)) return `there is no ${command} here`;
  if (block.language === "python" && /boto3/.test(block.text) && !works("python3", "-c", "import boto3"))
    return "there is no boto3 here";
  const commands = block.language === "sh" ? block.text.matchAll(/\bpinpoint-import ([a-z]+)/g) : [];
  for (const [, command = ""] of commands)
    if (!works(process.execPath, join(PROJECT, "dist/cli/main.js"), command, "--help"))
      return `there is no command ${command} yet`;
  return undefined;
}

const known = new Map<string, boolean>();

function works(...command: readonly string[]): boolean {
  const key = command.join(" ");
  const found = known.get(key);
  if (found !== undefined) return found;
  let result = true;
  try {
    const [program = "", ...args] = command;
    execFileSync(program, args, { stdio: "ignore" });
  } catch {
    result = false;
  }
  known.set(key, result);
  return result;
}
