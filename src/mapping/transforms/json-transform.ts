import type { RowValues } from "../../domain.js";
import { Invalid, quoteValue } from "../invalid.js";
import { readPythonLiteral } from "./read-python-literal.js";
import type { Transform } from "./transform.js";

/**
 * Reads a list or object written in a cell, as JSON or as the Python literal that some exports hold: `['a', 'b']`. A list
 * gives its values, an object stays one. What is a list or object already, in JSON input, passes.
 */
export function compileJson(): Transform {
  const read: Transform = (value) => {
    if (typeof value !== "string") return value;
    const result = parse(value.trim());
    return result === undefined ? new Invalid(`json: ${quoteValue(value)} is no list or object`) : result;
  };
  return Object.assign((value: unknown, values: RowValues) => read(value, values), {
    ofElement: ((value, values) =>
      typeof value === "string" && !/^\s*[[{]/.test(value) ? value : read(value, values)) satisfies Transform,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return readPythonLiteral(text);
  }
}
