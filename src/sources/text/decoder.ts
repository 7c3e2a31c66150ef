/** A piece of text; `marked` when it holds marks of invalid bytes, so that clean text costs no search. */
export interface DecodedText {
  readonly text: string;
  readonly marked: boolean;
}

/** Bytes to text, piece by piece; characters may be split over pieces. */
export interface Decoder {
  write(bytes: Buffer): DecodedText;
  /** What an incomplete last character leaves: its bytes as marks. */
  end(): DecodedText;
  /**
   * How many of the bytes written last make `pending`, the end of the text given out, and the character behind it
   * that is not complete yet. Undefined where text does not tell how many bytes it was.
   */
  readonly unreadBytes: ((pending: string) => number) | undefined;
}
