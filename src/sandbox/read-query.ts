import { MAX_PAGE } from "./inspection.js";
import { badRequest } from "./service-error.js";

/**
 * Reads a query by the names it may have.
 *
 * @throws ServiceError 400 for a name that is not among them or occurs twice.
 */
export function readQuery(query: string, known: readonly string[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!known.includes(name)) {
      throw badRequest(`${name}: unknown parameter; known: ${known.join(", ") || "none"}`);
    }
    if (result.has(name)) throw badRequest(`${name}: given more than once`);
    result.set(name, value);
  }
  return result;
}

/** @throws ServiceError 400 if the text is no whole number */
export function readAfter(text = "0"): number {
  if (!/^\d{1,15}$/.test(text)) throw badRequest("after: expected a whole number");
  return Number(text);
}

/** @throws ServiceError 400 if the text is no whole number from 1 to {@link MAX_PAGE} */
export function readLimit(text = "50"): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_PAGE) throw badRequest(`limit: expected a whole number from 1 to ${MAX_PAGE}`);
  return limit;
}
