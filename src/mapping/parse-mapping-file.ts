import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { MappingError, type MappingIssue } from "../errors.js";
import { type Draft, setOwn } from "./field-target.js";
import { type Locate, toPathText } from "./issue-list.js";

export interface ParsedMappingFile {
  readonly value: unknown;
  readonly locate: Locate;
}

type Position = { readonly line: number; readonly column: number };

const ERROR_WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is no JSON value; texts need double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "a key in double quotes is expected here",
  ValueExpected: "a value is expected here",
  ColonExpected: 'a ":" is expected here',
  CommaExpected: 'a "," is expected here',
  CloseBraceExpected: 'a "}" is missing here',
  CloseBracketExpected: 'a "]" is missing here',
  EndOfFileExpected: "the mapping ends before this; nothing may follow",
  UnexpectedEndOfComment: "this comment is never closed",
  UnexpectedEndOfString: "this text is never closed",
  UnexpectedEndOfNumber: "this number is cut short",
  InvalidUnicode: "this is no \\u escape",
  InvalidEscapeCharacter: "this is no escape; write \\\\ for a backslash",
  InvalidCharacter: "this character must be escaped",
};

/**
 * Parses a mapping file: JSON with comments and trailing commas, where no key may occur twice.
 * @throws MappingError with the line and column of every mistake
 */
export function parseMappingFile(text: string, name: string): ParsedMappingFile {
  const positionAt = createPositionFinder(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root === undefined && text.trim() === "")
    throw new MappingError(name, [{ path: "", line: 1, column: 1, message: "the file is empty." }]);
  const issues = [
    ...toSyntaxIssues(errors, positionAt),
    ...(root ? toDuplicateIssues(root, positionAt) : []),
  ];
  if (root === undefined || issues.length > 0) throw new MappingError(name, issues);
  return {
    value: toValue(root),
    locate: (path, part) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node === undefined) continue;
        const isKey = part === "key" && length === path.length && node.parent?.type === "property";
        return positionAt((isKey ? node.parent?.offset : undefined) ?? node.offset);
      }
      return undefined;
    },
  };
}

/** The parser goes on after a mistake and finds more of the same: one a line is enough. */
function toSyntaxIssues(
  errors: readonly ParseError[],
  positionAt: (offset: number) => Position,
): readonly MappingIssue[] {
  const byLine = new Map<number, MappingIssue>();
  for (const { error, offset } of errors) {
    const position = positionAt(offset);
    const code = printParseErrorCode(error as ParseErrorCode);
    if (!byLine.has(position.line))
      byLine.set(position.line, {
        path: "",
        ...position,
        message: `not JSON: ${ERROR_WORDS[code] ?? code}.`,
      });
  }
  return [...byLine.values()];
}

function toDuplicateIssues(root: Node, positionAt: (offset: number) => Position): readonly MappingIssue[] {
  const issues: MappingIssue[] = [];
  const visit = (node: Node, path: readonly (string | number)[]) => {
    const first = new Map<string, Position>();
    for (const [index, child] of (node.children ?? []).entries()) {
      if (node.type === "array") visit(child, [...path, index]);
      if (child.type !== "property") continue;
      const [key, value] = child.children ?? [];
      const name = String(key?.value);
      const earlier = first.get(name);
      if (earlier !== undefined)
        issues.push({
          path: toPathText([...path, name]),
          ...positionAt(child.offset),
          message: `this key stands in line ${earlier.line} already; a key may occur once.`,
        });
      else first.set(name, positionAt(child.offset));
      if (value !== undefined) visit(value, [...path, name]);
    }
  };
  visit(root, []);
  return issues;
}

/** The parser's own conversion would lose a key named `__proto__`. */
function toValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value;
  const object: Draft = {};
  for (const { children: [key, value] = [] } of node.children ?? [])
    if (key !== undefined && value !== undefined) setOwn(object, String(key.value), toValue(value));
  return object;
}

function createPositionFinder(text: string): (offset: number) => Position {
  return (offset) => {
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
}
