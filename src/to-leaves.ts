/** The values of an object by their dotted path. A list is one value, and so is an empty object. */
export function toLeaves(object: { readonly [key: string]: unknown }): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (path: string, value: unknown): void => {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const members = isObject ? Object.entries(value) : [];
    if (members.length === 0) leaves.set(path, value);
    for (const [key, member] of members) visit(`${path}.${key}`, member);
  };
  for (const [key, value] of Object.entries(object)) visit(key, value);
  return leaves;
}
