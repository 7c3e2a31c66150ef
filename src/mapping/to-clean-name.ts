import { MAX_NAME_CHARACTERS, UNSUITED_IN_NAMES } from "./check-rule.js";

/** A column's name as the name of an attribute: without surrounding white space, what does not suit Pinpoint replaced, cut to 50 characters. */
export function toCleanName(column: string): string {
  const name = column.trim().replace(UNSUITED_IN_NAMES, "_");
  return name.length <= MAX_NAME_CHARACTERS
    ? name
    : [...name].slice(0, MAX_NAME_CHARACTERS).join("").trimEnd();
}

/** Says that a column goes by another name, or undefined if it keeps its own. */
export function describeRenaming(column: string, name: string, prefix: string): string | undefined {
  return column.trim() === name
    ? undefined
    : `column ${JSON.stringify(column)} becomes ${prefix}${name}: names hold at most ${MAX_NAME_CHARACTERS} characters and none of # : ? \\ /.`;
}
