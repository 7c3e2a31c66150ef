import { closest, distance } from "fastest-levenshtein";

/** The candidate that a mistyped name most likely meant, or undefined when none is near. Case does not count. */
export function findNearMiss(
	name: string,
	candidates: Iterable<string>,
): string | undefined {
	const byFolded = new Map<string, string>();
	for (const candidate of candidates)
		byFolded.set(candidate.trim().toLowerCase(), candidate);
	if (byFolded.size === 0) return undefined;
	const folded = name.trim().toLowerCase();
	const nearest = closest(folded, [...byFolded.keys()]);
	return distance(folded, nearest) <= Math.max(1, Math.floor(name.length / 3))
		? byFolded.get(nearest)
		: undefined;
}

/** ` Did you mean "X"?`, or nothing: to be put behind a message. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
	const nearMiss = findNearMiss(name, candidates);
	return nearMiss === undefined ? "" : ` Did you mean "${nearMiss}"?`;
}
