import { closest, distance } from "fastest-levenshtein";

/** The candidate that a mistyped name most likely meant, or undefined when none is near. Case does not count. */
export function findNearMiss(name: string, candidates: Iterable<string>): string | undefined {
  const byFolded = new Map<string, string>();
  for (const candidate of candidates) byFolded.set(candidate.trim().toLowerCase(), candidate);
  if (byFolded.size === 0) return undefined;
  const folded = name.trim().toLowerCase();
  const nearest = closest(folded, [...byFolded.keys()]);
  // Two letters in the wrong order ("Emial") count as two changes, and are the most common mistake of all.
  const allowed = Math.max(lettersOf(folded) === lettersOf(nearest) ? 2 : 1, Math.floor(name.length / 3));
  return distance(folded, nearest) <= allowed ? byFolded.get(nearest) : undefined;
}

function lettersOf(name: string): string {
  return [...name].sort().join("");
}

/** ` Did you mean "X"?`, or nothing: to be put behind a message. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearMiss = findNearMiss(name, candidates);
  return nearMiss === undefined ? "" : ` Did you mean "${nearMiss}"?`;
}
