import * as library from "../../src/index.js";
import type { Block } from "./read-document.js";

/** What the documents tell of already. To be deleted when it is there. */
export function findNotThereYet({ text }: Block): string | undefined {
  return /suggestMapping|pinpoint-import suggest/.test(text) && !Object.hasOwn(library, "suggestMapping")
    ? "nothing is suggested yet"
    : undefined;
}
