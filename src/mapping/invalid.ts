/** What a step returns in place of a value that it cannot use. A value, not an error: bad data is expected. */
export class Invalid {
  /** Begins with the name of the rule: `number: "abc" is not a number`. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const MAX_QUOTED_CHARACTERS = 60;

/** A value for a message: in quotes, control characters escaped, cut to 60 characters. */
export function quoteValue(value: unknown): string {
  const text = typeof value === "string" ? value : (toJsonText(value) ?? typeof value);
  if (text.length <= MAX_QUOTED_CHARACTERS) return JSON.stringify(text);
  const start = [...text.slice(0, 2 * MAX_QUOTED_CHARACTERS)].slice(0, MAX_QUOTED_CHARACTERS).join("");
  return JSON.stringify(start === text ? text : `${start}…`);
}

/** JSON text of a value, or undefined where there is none: nested deeper than the stack allows, for one. */
export function toJsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
