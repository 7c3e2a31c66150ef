/** Lies beside `src` as well as `dist`, so that the same path leads there from both. */
export const MAPPINGS_DIRECTORY = new URL("../../mappings/", import.meta.url);
