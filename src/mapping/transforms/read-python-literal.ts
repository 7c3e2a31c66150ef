import { type Draft, setOwn } from "../field-target.js";

/** Deeper nesting is no data that someone would map. */
const MAX_DEPTH = 32;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const CONSTANT = /True|False|None/y;
const SPACE = /\s*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const CONSTANTS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

/** A list or dict as Python prints it: single or double quotes, `True`, `False`, `None`. Undefined for anything else. */
export function readPythonLiteral(text: string): unknown {
  const reader = new LiteralReader(text);
  const value = /^[[{]/.test(text) ? reader.readValue(0) : undefined;
  return reader.isAtEnd ? value : undefined;
}

/** Reads forward through the text; undefined means that it is no literal. */
class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  readValue(depth: number): unknown {
    if (depth > MAX_DEPTH) return undefined;
    this.#match(SPACE);
    const char = this.#text.charAt(this.#at);
    if (char === "[") return this.#readList(depth);
    if (char === "{") return this.#readDict(depth);
    const value = char === "'" || char === '"' ? this.#readText(char) : this.#readPlain();
    this.#match(SPACE);
    return value;
  }

  #readList(depth: number): readonly unknown[] | undefined {
    const list: unknown[] = [];
    const isComplete = this.#readMembers("]", () => {
      const value = this.readValue(depth + 1);
      list.push(value);
      return value !== undefined;
    });
    return isComplete ? list : undefined;
  }

  #readDict(depth: number): Draft | undefined {
    const dict: Draft = {};
    const isComplete = this.#readMembers("}", () => {
      const key = this.readValue(depth + 1);
      if (key === undefined || typeof key === "object" || !this.#take(":")) return false;
      const value = this.readValue(depth + 1);
      setOwn(dict, String(key), value);
      return value !== undefined;
    });
    return isComplete ? dict : undefined;
  }

  /** Reads what stands between the brackets, separated by commas; one may stand before the closing bracket. */
  #readMembers(close: string, readMember: () => boolean): boolean {
    this.#at += 1;
    for (;;) {
      this.#match(SPACE);
      if (this.#take(close)) break;
      if (!readMember()) return false;
      if (this.#take(",")) continue;
      if (this.#take(close)) break;
      return false;
    }
    this.#match(SPACE);
    return true;
  }

  #readText(quote: string): string | undefined {
    let text = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === quote) {
        this.#at += 1;
        return text;
      }
      if (char === "\\") {
        this.#at += 1;
        const escaped = this.#text.charAt(this.#at);
        text += ESCAPES[escaped] ?? escaped;
      } else text += char;
    }
    return undefined;
  }

  #readPlain(): number | boolean | null | undefined {
    const constant = this.#match(CONSTANT);
    if (constant !== undefined) return CONSTANTS[constant];
    const number = this.#match(NUMBER);
    return number === undefined ? undefined : Number(number);
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}
