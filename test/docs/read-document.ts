import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const PROJECT = join(import.meta.dirname, "../..");

export interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of its first line in the document, from 1. */
  readonly line: number;
  /** The heading above it. */
  readonly section: string;
  /** What a comment above it tells the tests and hides from readers: `<!-- test: exit=1 -->`. */
  readonly marks: Readonly<Record<string, string>>;
}

export interface Document {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^```(\S*)\s*$/;
const HEADING = /^#+ (.+)$/;
const MARKS = /^<!-- test: (.+) -->$/;

/** The fenced blocks of a document, in order. */
export async function readDocument(path: string): Promise<Document> {
  const text = await readFile(join(PROJECT, path), "utf8");
  const blocks: Block[] = [];
  let section = "";
  let marks: Record<string, string> = {};
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = FENCE.exec(line);
    if (open !== undefined && fence !== null) {
      blocks.push({
        language: open.language,
        line: open.line,
        text: open.lines.map((one) => `${one}\n`).join(""),
        section,
        marks,
      });
      open = undefined;
      marks = {};
    } else if (open !== undefined) open.lines.push(line);
    else if (fence !== null) open = { language: fence[1] ?? "", line: index + 2, lines: [] };
    else if (HEADING.test(line)) section = HEADING.exec(line)?.[1] ?? "";
    else if (MARKS.test(line)) marks = toMarks(MARKS.exec(line)?.[1] ?? "");
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the block has no end`);
  return { path, text, blocks };
}

function toMarks(text: string): Record<string, string> {
  return Object.fromEntries(text.split(" ").map((part) => part.split(/=(.*)/s).slice(0, 2)));
}
