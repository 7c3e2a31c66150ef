/** Levels of an object that are looked into. */
const MAX_DEPTH = 100;

/** The values of an object by their dotted path. A list is one value, and so is an empty object, and one that lies too deep. */
export function toLeaves(object: { readonly [key: string]: unknown }): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (path: string, value: unknown, depth: number): void => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const members = isObject && depth < MAX_DEPTH ? Object.entries(value) : [];
    if (members.length === 0) leaves.set(path, value);
    for (const [key, member] of members) visit(`${path}.${key}`, member, depth + 1);
  };
  for (const [key, value] of Object.entries(object)) visit(key, value, 1);
  return leaves;
}
