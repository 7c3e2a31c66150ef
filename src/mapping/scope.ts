import { isRejectName } from "../domain.js";
import type { StructureFaults } from "./check-structure.js";
import { type IssueList, type Path, toPathText } from "./issue-list.js";

/**
 * A place in the mapping under compilation: reports go there. Parts that the schema has already found to be of a
 * wrong type are not sound; they are left out of the further checks, so that one mistake is reported once.
 */
export class Scope {
  readonly path: Path;
  readonly #issues: IssueList;
  readonly #warnings: Set<string>;
  readonly #faults: StructureFaults;

  constructor(issues: IssueList, warnings: Set<string>, faults: StructureFaults, path: Path = []) {
    this.#issues = issues;
    this.#warnings = warnings;
    this.#faults = faults;
    this.path = path;
  }

  at(...steps: Path): Scope {
    return new Scope(this.#issues, this.#warnings, this.#faults, [...this.path, ...steps]);
  }

  /** Whether this place, and what it stands in, has the type that it must have. What it holds may be wrong. */
  get isUsable(): boolean {
    return (
      this.#faults.unsound.length === 0 ||
      !this.#faults.unsound.some((path) => isWithin(toPathText(this.path), path))
    );
  }

  /** Whether the schema also found nothing wrong with what stands in this place. */
  get isSound(): boolean {
    return this.isUsable && !this.#faults.unsound.some((path) => isWithin(path, toPathText(this.path)));
  }

  /** As {@link report}, for something that is missing: not if a misspelt key explains it. */
  reportMissing(message: string): void {
    if (!this.#faults.misnamed.includes(toPathText(this.path))) this.report(message);
  }

  report(message: string): void {
    if (this.isUsable) this.#issues.add(this.path, message);
  }

  reportKey(message: string): void {
    if (this.isUsable) this.#issues.add(this.path, message, "key");
  }

  warn(message: string): void {
    this.#warnings.add(message);
  }

  checkColumn(name: unknown): void {
    if (typeof name === "string" && isRejectName(name))
      this.report(
        `column ${JSON.stringify(name)}: names that begin with "_reject" belong to the rejects file and are never a source.`,
      );
  }
}

function isWithin(path: string, place: string): boolean {
  return path === place || place === "" || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
}
