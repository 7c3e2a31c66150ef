/** The same text by itself: one that was cut out of a piece of input keeps the whole piece in memory for as long as it lives. */
export function copyText(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
