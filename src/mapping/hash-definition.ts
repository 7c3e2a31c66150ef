import { createHash } from "node:crypto";

/** SHA-256 of a definition, whatever the order of its keys; `$schema` and descriptions do not count. */
export function hashDefinition(definition: object): string {
  const text = JSON.stringify(toCanonical(definition));
  return createHash("sha256").update(text, "utf8").digest("hex");
}

const COMMENTS: ReadonlySet<string> = new Set(["$schema", "description"]);

function toCanonical(definition: object): unknown {
  const { endpoints, ...rest } = definition as { endpoints?: unknown };
  const entries = Array.isArray(endpoints)
    ? endpoints.map((entry: object) => withoutComments(entry))
    : endpoints;
  return toSorted({ ...withoutComments(rest), endpoints: entries });
}

function withoutComments(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !COMMENTS.has(key)));
}

/** Objects as lists of their entries by key: so every key is data, and none is reordered by the engine. */
function toSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return { keys: entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, toSorted(inner)]) };
}
