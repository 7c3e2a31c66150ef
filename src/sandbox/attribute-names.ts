import { MAX_ATTRIBUTE_NAMES } from "./limits.js";
import { matchGlob } from "./match-glob.js";
import type { Change } from "./read-member.js";
import { badRequest } from "./service-error.js";
import { createUndoableMap, type UndoJournal } from "./undo-journal.js";

/** The three maps whose names are counted together. */
export type AttributeKind = "Attributes" | "Metrics" | "UserAttributes";

/** The custom attribute names an application knows. */
export interface AttributeNames {
  /**
   * Registers the names of an update and leaves out those that were removed from the application.
   *
   * @throws ServiceError 400 if the application would have more than 250 names.
   */
  capture<V>(kind: AttributeKind, values: Change<ReadonlyMap<string, V>>): Change<ReadonlyMap<string, V>>;
  /** Stops capturing the names that fit one of the globs. Says which known names that were, and which are left. */
  remove(kind: AttributeKind, patterns: readonly string[]): { removed: string[]; remaining: string[] };
}

export function createAttributeNames(journal: UndoJournal): AttributeNames {
  const createKind = () => ({
    known: createUndoableMap<string, true>(journal),
    removedPatterns: createUndoableMap<string, true>(journal),
  });
  const kinds = { Attributes: createKind(), Metrics: createKind(), UserAttributes: createKind() };
  const countKnown = () =>
    kinds.Attributes.known.size + kinds.Metrics.known.size + kinds.UserAttributes.known.size;

  return {
    capture<V>(kind: AttributeKind, values: Change<ReadonlyMap<string, V>>) {
      if (values === undefined || values === null) return values;
      const { known, removedPatterns } = kinds[kind];
      let captured = values;
      if (removedPatterns.size > 0) {
        const patterns = [...removedPatterns.keys()];
        captured = new Map(
          [...values].filter(([name]) => !patterns.some((pattern) => matchGlob(pattern, name))),
        );
      }
      for (const [name, value] of captured) {
        // Removing a metric is no use of its name.
        if (value === null || known.has(name)) continue;
        if (countKnown() >= MAX_ATTRIBUTE_NAMES) throw badRequest("Too many custom attributes");
        known.set(name, true);
      }
      return captured;
    },
    remove(kind, patterns) {
      const { known, removedPatterns } = kinds[kind];
      for (const pattern of patterns) removedPatterns.set(pattern, true);
      const removed = [...known.keys()].filter((name) =>
        patterns.some((pattern) => matchGlob(pattern, name)),
      );
      for (const name of removed) known.delete(name);
      return { removed, remaining: [...known.keys()] };
    },
  };
}
