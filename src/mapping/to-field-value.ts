import { Invalid } from "./invalid.js";
import { isAbsent, toAttributeText, toText } from "./to-text.js";
import { toNumber } from "./transforms/number-transforms.js";

/**
 * A rule's value in the type that its field has, or undefined if there is none: a text, a number, or for attributes a
 * list of texts. Where the field takes one value, the first of a list. In a list, bad values stay as {@link Invalid}.
 */
export function toFieldValue(value: unknown, kind: "text" | "number" | "list"): unknown {
  if (kind === "list") return toTexts(value);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (first === undefined || first instanceof Invalid) return first;
  return kind === "number" ? toNumber(first) : toText(first);
}

function toTexts(value: unknown): readonly (string | Invalid)[] | undefined | Invalid {
  if (typeof value === "string") return [value];
  if (value === undefined || value instanceof Invalid) return value;
  if (!Array.isArray(value)) {
    const text = toAttributeText(value);
    return typeof text === "string" ? [text] : text;
  }
  const texts: (string | Invalid)[] = [];
  for (const element of value as unknown[]) {
    const text = element instanceof Invalid || isAbsent(element) ? element : toAttributeText(element);
    if (typeof text === "string" || text instanceof Invalid) if (!isAbsent(text)) texts.push(text);
  }
  return texts.length === 0 ? undefined : texts;
}
