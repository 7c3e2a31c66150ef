import type { Readable } from "node:stream";
import type { RowValues, SourceColumns, SourceIdentity, SourceMark, SourceRecord } from "../domain.js";

/** 1 MiB: what a record's text may measure in UTF-8 unless `maxRecordBytes` says otherwise. */
export const DEFAULT_MAX_RECORD_BYTES = 1024 * 1024;

export type SourceFormat = "csv" | "jsonl" | "json";

export interface SourceOptions {
  /** `auto`: by the input's name, then by its content. */
  format: "auto" | SourceFormat;
  /** CSV: one character, `\t` or `tab`; detected among `,` `;` tab and `|` when absent. */
  delimiter?: string;
  /** Name of the text encoding; a byte-order mark in the input beats it. UTF-8 when absent. */
  encoding?: string;
  /** JSON: dotted path of the array inside an object, such as `data.records`. */
  select?: string;
  /** Longest record, in bytes of its text as UTF-8. */
  maxRecordBytes: number;
  /** What the input name `-` means. */
  stdin?: Readable;
  /** Its abort ends opening, with its reason, and lets go of the input; `records()` takes a signal of its own. */
  signal?: AbortSignal;
}

/** What one piece of input completed. */
export interface SourcePiece {
  readonly records: readonly SourceRecord[];
  /** The place behind these records; undefined where reading cannot begin again. */
  readonly mark: SourceMark | undefined;
}

/** A piece of a look ahead. */
export interface SamplePiece extends Pick<SourcePiece, "records"> {
  /** How much of the input was read by then, from 0 to 1. */
  readonly share: number;
}

/** An input whose shape is known; `records()` reads it. */
export interface Source {
  /** The path as given, or `stdin`. */
  readonly name: string;
  readonly format: SourceFormat;
  /** CSV: the header's names, verbatim, duplicates kept. JSON: objects from the head of the input. */
  readonly columns: SourceColumns;
  /** CSV only. */
  readonly delimiter?: string;
  /** CSV only: the line end as detected; a file with `\r\n` may hold `\n` as well. */
  readonly newline?: "\n" | "\r\n" | "\r";
  /** Whether the text begins with Excel's `sep=` line; CSV only. */
  readonly sepLine: boolean;
  /** The encoding in use, by its usual name. */
  readonly encoding: string;
  /** Whether the input begins with a byte-order mark. */
  readonly bom: boolean;
  /** Size on disk (compressed, if it is); undefined for standard input and pipes. */
  readonly bytes: number | undefined;
  /**
   * What tells the input from another; to be asked before its records are read.
   *
   * @param headBytes That of an earlier identity, to compare with: so much is waited for, also in a slow pipe.
   * @throws the reason of the signal with which the source was opened, when that was aborted.
   */
  identify(headBytes?: number): Promise<SourceIdentity>;
  readonly warnings: readonly string[];
  /**
   * Raw bytes consumed so far, compressed ones if the input is, those before a mark included; for progress against
   * `bytes`.
   */
  bytesRead(): number;
  /** How much of the input the records given so far are, from 0 to 1; undefined where its size is not known. */
  share(): number | undefined;
  /**
   * Reads the input from its first record, in order; yields once for each piece of input that completed any.
   * Leaving the iteration early closes the input; an aborted signal ends it with the signal's reason.
   *
   * @param from A mark that the same input gave: reading begins there. Marks are given in files that are not
   * compressed, for CSV and JSONL, in UTF-8 and single-byte encodings; elsewhere `from` is ignored, and all records
   * come again.
   * @throws InputError when the input breaks off or cannot be read on, after every record before that point.
   */
  records(signal?: AbortSignal, from?: SourceMark): AsyncIterable<SourcePiece>;
  /** The values of a row by its text. */
  readAgain(text: string): RowValues;
  /** The same as `records` for a look ahead, before `records()`; undefined for what can be read once only. */
  readonly sample: ((signal?: AbortSignal, from?: SourceMark) => AsyncIterable<SamplePiece>) | undefined;
}
