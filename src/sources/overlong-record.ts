/** How much of an overlong record its reject shows, in characters. */
const SHOWN_CHARACTERS = 1000;

/** How much of it must be held for that, in units of a string: a character has at most two. */
export const HELD_UNITS = SHOWN_CHARACTERS * 2 + 2;

/** UTF-8 never takes more bytes than this for one unit of a string. */
export const MAX_BYTES_PER_UNIT = 3;

/** Whether the text takes more than `maxBytes` in UTF-8; short text is judged by its length alone. */
export function isOverlong(text: string, maxBytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > maxBytes && Buffer.byteLength(text) > maxBytes;
}

/** The beginning of an overlong record with a mark that more followed; no character is cut in two. */
export function cutOverlong(text: string): string {
  const characters = [...text.slice(0, HELD_UNITS)];
  return characters.length <= SHOWN_CHARACTERS ? text : `${characters.slice(0, SHOWN_CHARACTERS).join("")}…`;
}

export function describeOverlong(bytes: number, maxBytes: number): string {
  const number = new Intl.NumberFormat("en-US");
  return (
    `the record has ${number.format(bytes)} bytes, the limit is ${number.format(maxBytes)}; ` +
    "shorten it, or raise --max-record-size"
  );
}
