import { parseJson } from "./json/parse-json.js";
import type { SourceFormat } from "./source.js";

const BY_EXTENSION: Readonly<Record<string, SourceFormat>> = {
  csv: "csv",
  tsv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
};

/**
 * The format of an input, by its name, then by its content. A file called `.json` may hold one object a line.
 *
 * @param head The beginning of the text.
 * @param complete Whether that is the whole of it.
 * @param select Whether an array inside a document was asked for.
 */
export function detectFormat(name: string, head: string, complete: boolean, select: boolean): SourceFormat {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const named = BY_EXTENSION[extension];
  if (named !== undefined && named !== "json") return named;
  const text = head.trimStart();
  if (text.startsWith("{")) return !select && firstLineIsObject(text, complete) ? "jsonl" : "json";
  return named ?? (text.startsWith("[") ? "json" : "csv");
}

function firstLineIsObject(text: string, complete: boolean): boolean {
  const end = text.indexOf("\n");
  if (end === -1 && !complete) return false;
  try {
    const value = parseJson(end === -1 ? text : text.slice(0, end));
    return typeof value === "object";
  } catch {
    return false;
  }
}
