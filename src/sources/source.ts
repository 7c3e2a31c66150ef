import type { Readable } from "node:stream";
import type { SourceColumns, SourceRecord } from "../domain.js";

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
  readonly warnings: readonly string[];
  /** Raw bytes consumed so far, compressed ones if the input is; for progress against `bytes`. */
  bytesRead(): number;
  /**
   * Reads the input from its first record, one array for each piece of input that completed any, in order.
   * Leaving the iteration early closes the input; an aborted signal ends it with the signal's reason.
   *
   * @throws InputError when the input breaks off or cannot be read on, after every record before that point.
   */
  records(signal?: AbortSignal): AsyncIterable<readonly SourceRecord[]>;
}
