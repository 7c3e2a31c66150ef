import { Invalid, quoteValue, toJsonText } from "./invalid.js";

/** Whether a text is empty or all white space: such a value counts as absent. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  // The usual case, a value that begins with a visible ASCII character, needs no trim.
  return !(first > 32 && first < 127) && text.trim() === "";
}

/** Whether a value counts as absent: nothing, null, blank text or an empty list. */
export function isAbsent(value: unknown): boolean {
  if (typeof value === "string") return isBlank(value);
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A scalar as text. Objects and numbers that have lost digits on the way are invalid. */
export function toText(value: unknown): string | Invalid {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      return new Invalid("text: the number is too large; write it as a text in the input");
    // JSON numbers beyond 2^53 were rounded when they were read: as an Id they would name someone else.
    return Number.isSafeInteger(value) || !Number.isInteger(value)
      ? String(value)
      : new Invalid(`text: the number ${value} is too large to be exact; write it as a text in the input`);
  }
  return new Invalid(
    `text: ${quoteValue(value)} is ${Array.isArray(value) ? "a list" : "an object"}, not a text`,
  );
}

/** As {@link toText}, but an object or inner list becomes its JSON text: for attribute values. */
export function toAttributeText(value: unknown): string | Invalid {
  if (typeof value !== "object" || value === null) return toText(value);
  return toJsonText(value) ?? new Invalid("text: the object is nested too deep to be written as text");
}
