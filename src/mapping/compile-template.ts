import type { Binder } from "./binder.js";
import type { ColumnReader } from "./column-reader.js";
import type { Path } from "./issue-list.js";
import { toText } from "./to-text.js";

type Part = { readonly text: string } | { readonly column: string };

export interface TemplatePlan {
  readonly columns: readonly string[];
  bind(binder: Binder, path: Path): ColumnReader;
}

/** Compiles `{Record ID}-email`. `{{` and `}}` stand for the braces themselves. `report` gets the mistakes. */
export function compileTemplate(template: string, report: (message: string) => void): TemplatePlan {
  const parts = toParts(template, report);
  return {
    columns: parts.flatMap((part) => ("column" in part ? [part.column] : [])),
    bind: (binder, path) => {
      const readers = parts.map((part) =>
        "column" in part ? toTextReader(binder.column(part.column, path)) : part.text,
      );
      return (values) => {
        let text = "";
        for (const read of readers) {
          const piece = typeof read === "string" ? read : read(values);
          if (typeof piece !== "string") return piece;
          text += piece;
        }
        return text;
      };
    },
  };
}

/** Of a list the first value; an object has no place in a text. */
function toTextReader(read: ColumnReader): ColumnReader {
  return (values) => {
    const value = read(values);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return first === undefined ? undefined : toText(first);
  };
}

function toParts(template: string, report: (message: string) => void): readonly Part[] {
  const parts: Part[] = [];
  let text = "";
  let isBroken = false;
  for (let at = 0; at < template.length; at += 1) {
    const char = template.charAt(at);
    if (char !== "{" && char !== "}") text += char;
    else if (template[at + 1] === char) {
      text += char;
      at += 1;
    } else if (char === "}") {
      report(`"}" at character ${at + 1} closes nothing. Write "}}" for the character itself.`);
    } else {
      const end = template.indexOf("}", at);
      if (end < 0) {
        report(`"{" at character ${at + 1} is never closed. Write "{{" for the character itself.`);
        isBroken = true;
        break;
      }
      const column = template.slice(at + 1, end);
      if (column.trim() === "") report(`"{}" at character ${at + 1} names no column.`);
      if (text !== "") parts.push({ text });
      text = "";
      parts.push({ column });
      at = end;
    }
  }
  if (text !== "") parts.push({ text });
  if (!parts.some((part) => "column" in part) && !isBroken)
    report('the template names no column. Use "value" for a constant.');
  return parts;
}
