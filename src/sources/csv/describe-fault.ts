import { describeOverlong } from "../overlong-record.js";
import type { FrameFault } from "./csv-framer.js";

/** What is wrong with a record, in words for the owner of the file, and what to do. */
export function describeFault(fault: FrameFault, names: readonly string[], maxRecordBytes: number): string {
  if (fault.kind === "too-long") return describeOverlong(fault.bytes, maxRecordBytes);
  const column = describeColumn(fault.column, names);
  if (fault.kind === "quote-in-value")
    return `a quote stands inside the unquoted value of ${column}; put the value in quotes and double each quote in it`;
  if (fault.kind === "text-after-quote")
    return `text follows the closing quote of ${column}; double each quote that belongs to the value`;
  return `the quote opened in ${column} is not closed properly; close it, or double the quote if it belongs to the value`;
}

export function describeCount(count: number, columns: number): string {
  const values = count === 1 ? "1 value" : `${count} values`;
  return `has ${values}, the header has ${columns} column${columns === 1 ? "" : "s"}; ${
    count < columns ? "add the missing delimiters" : "quote values that contain the delimiter"
  }`;
}

function describeColumn(column: number, names: readonly string[]): string {
  const name = names[column - 1];
  return name === undefined || name === "" ? `column ${column}` : `column ${column} ("${name}")`;
}
