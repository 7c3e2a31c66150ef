import { isMany, none } from "stream-chain/defs.js";
import { jsonParser, type Token } from "stream-json/parser.js";

/** Walks the JSON around the rows token by token and stops inside the array that holds them. */
export interface DocumentWalker {
  /**
   * Takes text up to and including the bracket that opens the wanted array.
   *
   * @returns The position behind that bracket, or -1 when the array has not begun in this text.
   * @throws DocumentFault when the text is not JSON.
   */
  push(text: string, from: number): number;
  /** Tells that the array was read up to its `]`, which is the next character to push. */
  end(): void;
  /** Physical line reached, from 1. */
  line(): number;
  setLine(line: number): void;
  /** The kind of the whole document, once its first character is there. */
  root(): "array" | "object" | "value" | undefined;
  /** Dotted paths of the arrays met so far. */
  arrays(): readonly string[];
}

/** The document is malformed outside its rows. */
export class DocumentFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = "DocumentFault";
    this.line = line;
  }
}

/** More arrays than this are not remembered for messages. */
const MAX_ARRAYS = 50;

/** @param path Dotted path of the wanted array; undefined for the whole document. */
export function createDocumentWalker(path: string | undefined): DocumentWalker {
  const parse = jsonParser({ packKeys: true, packValues: false, streamKeys: false }) as (
    text: string | typeof none,
  ) => unknown;
  /** One entry for each open bracket: the key that is being read in an object, undefined in an array. */
  const keys: (string | undefined)[] = [];
  const kinds: ("object" | "array")[] = [];
  const arrays = new Set<string>();
  let root: "array" | "object" | "value" | undefined;
  let found = false;
  let line = 1;

  function feed(text: string | typeof none): boolean {
    let result: unknown;
    try {
      result = parse(text);
    } catch (error) {
      throw new DocumentFault(toExpectation(error as Error), line);
    }
    let entered = false;
    for (const token of toTokens(result)) entered = take(token);
    return entered;
  }

  /** True when the token opens the wanted array. */
  function take(token: Token): boolean {
    if (token.name === "keyValue") {
      keys[keys.length - 1] = token.value;
      return false;
    }
    root ??= token.name === "startArray" ? "array" : token.name === "startObject" ? "object" : "value";
    if (token.name === "endArray" || token.name === "endObject") {
      keys.pop();
      kinds.pop();
    }
    if (token.name === "startObject") open("object");
    if (token.name !== "startArray") return false;
    const here = kinds.includes("array") ? undefined : keys.join(".");
    open("array");
    if (here === undefined) return false;
    if (arrays.size < MAX_ARRAYS && here !== "") arrays.add(here);
    if (found || (path === undefined ? kinds.length > 1 : here !== path)) return false;
    found = true;
    return true;
  }

  function open(kind: "object" | "array"): void {
    kinds.push(kind);
    keys.push(undefined);
  }

  return {
    push(text, from) {
      // Pieces end at each bracket, so that the array is noticed before any of its text is fed, and at each line
      // end, so that a fault is found on its line.
      for (let start = from; start < text.length; ) {
        const bracket = found ? -1 : text.indexOf("[", start);
        const newline = text.indexOf("\n", start);
        const last = bracket === -1 ? newline : newline === -1 ? bracket : Math.min(bracket, newline);
        const end = last === -1 ? text.length : last + 1;
        if (feed(text.slice(start, end))) return end;
        if (last !== -1 && last === newline) line += 1;
        start = end;
      }
      return -1;
    },
    end: () => {
      feed(none);
    },
    line: () => line,
    setLine: (reached) => {
      line = reached;
    },
    root: () => root,
    arrays: () => [...arrays],
  };
}

function toTokens(result: unknown): readonly Token[] {
  if (isMany(result)) return result.values as Token[];
  return [];
}

/** What stream-json says, as what was expected. */
function toExpectation(error: Error): string {
  const [, expected] = /(?<!un)expected (.+)$/.exec(error.message) ?? [];
  return expected === undefined ? "nothing more was expected here" : `${expected} was expected`;
}
