import type { Suggestion, SuggestOptions } from "./suggestion.js";

export type { Suggestion, SuggestOptions } from "./suggestion.js";

/**
 * Makes a first mapping for an input, by its header and a sample of its rows. However large the input is, that takes no
 * longer and no more memory.
 *
 * @throws InputError when the input cannot be read, or holds nothing.
 * @throws ConfigurationError when no mapping can be made of it, or none is needed.
 */
export async function suggestMapping(options: SuggestOptions): Promise<Suggestion> {
  // An import needs none of it.
  const { makeSuggestion } = await import("./make-suggestion.js");
  return makeSuggestion(options);
}
