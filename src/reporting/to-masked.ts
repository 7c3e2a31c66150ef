const LONGEST = 60;

/**
 * A value without what it says, so that one sees what is wrong with its form: letters become `x` and `X`, digits `9`; ASCII
 * punctuation and spaces stay. A long one ends with dots.
 */
export function toMasked(value: string): string {
  return toShort(value)
    .replaceAll(/[\p{Lu}\p{Lt}]\p{M}*/gu, "X")
    .replaceAll(/(?!X)\p{L}\p{M}*/gu, "x")
    .replaceAll(/\p{N}/gu, "9")
    .replaceAll(/[^\p{ASCII}\s…]/gu, "•");
}

/** As much of a value as a page has room for. */
export function toShort(value: string): string {
  const characters = [...value.slice(0, 2 * LONGEST)];
  return characters.length <= LONGEST ? value : `${characters.slice(0, LONGEST - 1).join("")}…`;
}
