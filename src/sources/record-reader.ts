import type { SourceRecord } from "../domain.js";

/** The end of the last complete record. */
export interface RecordBoundary {
  /** All text behind it so far. */
  readonly pending: string;
  /** Data rows before it. */
  readonly row: number;
  /** Physical line that begins there, from 1. */
  readonly line: number;
}

/** Turns text into records, synchronously, piece by piece. */
export interface RecordReader {
  /**
   * Takes the next piece of text and appends the records that it completes.
   *
   * @param marked Whether the piece holds marks of invalid bytes (see text/invalid-bytes.ts).
   * @throws InputError when reading cannot go on; `out` then holds all records before that point.
   */
  push(text: string, marked: boolean, out: SourceRecord[]): void;
  /** Appends what was still open when the input ended. */
  end(out: SourceRecord[]): void;
  /** Appends a last record that is complete although the input broke off behind it. */
  breakOff?(out: SourceRecord[]): void;
  /** Where the text stands behind the records given out; undefined while no record can begin there. */
  boundary?(): RecordBoundary | undefined;
}
