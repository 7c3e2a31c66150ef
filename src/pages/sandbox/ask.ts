import type { Inspection } from "../../sandbox/inspection.js";

/** What the sandbox said to a question it does not take. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/**
 * Asks the sandbox about itself. Members of the query that are undefined or empty are left out.
 *
 * @throws Refusal for a question it does not take; TypeError where it does not answer; AbortError after `signal`
 */
export async function ask<Path extends keyof Inspection>(
  path: Path,
  query: Readonly<Record<string, string | number | undefined>> = {},
  signal: AbortSignal | null = null,
): Promise<Inspection[Path]> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const response = await fetch(`${path}?${parameters}`, { signal });
  const body = await response.json();
  if (!response.ok) throw new Refusal(body.message);
  return body;
}
