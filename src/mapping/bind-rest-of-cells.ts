import { isRejectName } from "../domain.js";
import { createCellReader, findPositions } from "./column-reader.js";
import type { ApplyRule } from "./compile-outcome.js";
import type { RestContext } from "./rest-context.js";
import { describeRenaming, toCleanName } from "./to-clean-name.js";

/** The rest of a CSV header. Columns whose cleaned names are the same give their values to one attribute. */
export function bindRestOfCells(header: readonly string[], context: RestContext): ApplyRule {
  const { prefix, use } = context;
  const taken = new Set([...use.columns].flatMap((column) => findPositions(header, column)));
  const byName = new Map<string, number[]>();
  for (const [position, column] of header.entries()) {
    if (taken.has(position) || column.trim() === "" || isRejectName(column)) continue;
    const name = toCleanName(column);
    if (use.fields.has(prefix + name)) {
      context.warn(`column ${JSON.stringify(column)} is left out: ${prefix}${name} has a rule of its own.`);
      continue;
    }
    const renaming = describeRenaming(column, name, prefix);
    if (renaming !== undefined) context.warn(renaming);
    const positions = byName.get(name);
    if (positions === undefined) byName.set(name, [position]);
    else positions.push(position);
  }
  const rules = [...byName].map(([name, positions]) => {
    const columns = new Set(positions.map((position) => header[position] ?? ""));
    return { name, apply: context.toRule(name, [...columns], createCellReader(positions)) };
  });
  // In the order of the names, as all members of an item.
  const inOrder = rules.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ apply }) => apply);
  return (values, draft, reasons) => {
    for (const apply of inOrder) apply(values, draft, reasons);
  };
}
