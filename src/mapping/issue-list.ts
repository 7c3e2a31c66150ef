import type { MappingIssue } from "../errors.js";

/** A place in the mapping: the keys and indexes that lead to it. */
export type Path = readonly (string | number)[];

/** Where a place stands in the mapping file. `key` asks for the property's name instead of its value. */
export type Locate = (path: Path, part: "key" | "value") => { line: number; column: number } | undefined;

const PLAIN_KEY = /^[\w$*]+$/;

/** `["endpoints", 0, "fields", "User.UserId"]` -> `endpoints[0].fields["User.UserId"]`. */
export function toPathText(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Collects the mistakes of a mapping, so that all of them are reported at once. */
export class IssueList {
  readonly #issues: MappingIssue[] = [];
  readonly #locate: Locate;

  constructor(locate: Locate = () => undefined) {
    this.#locate = locate;
  }

  add(path: Path, message: string, part: "key" | "value" = "value"): void {
    this.#issues.push({ path: toPathText(path), ...this.#locate(path, part), message });
  }

  get isEmpty(): boolean {
    return this.#issues.length === 0;
  }

  /** In the order of the file, as far as places are known. */
  toSorted(): readonly MappingIssue[] {
    return this.#issues.toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
  }
}
