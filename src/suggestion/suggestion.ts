import type { Readable } from "node:stream";
import type { MappingDefinition } from "../mapping/mapping-definition.js";
import type { LeftOut } from "./plan.js";

/** What `suggestMapping` takes. */
export interface SuggestOptions {
  /** A path, or `-` for `stdin`. */
  readonly input: string;
  /** Default `auto`: by name, then by content. */
  readonly format?: "auto" | "csv" | "jsonl" | "json";
  /** One character; default: detected. */
  readonly delimiter?: string;
  /** Text encoding; default: detected. A byte order mark always wins. */
  readonly encoding?: string;
  /** Where in a JSON document the array of rows is, as a dotted path. */
  readonly select?: string;
  /** Bytes of one record; a longer one is passed over. Default 1 MiB. */
  readonly maxRecordBytes?: number;
  /** What `-` reads; default `process.stdin`. */
  readonly stdin?: Readable;
  /** Ends the look at the input with its reason. */
  readonly signal?: AbortSignal;
}

/** A first mapping for an input. */
export interface Suggestion {
  /** The mapping file: JSON with comments that say why each rule is there. */
  readonly text: string;
  /** The same for a program. */
  readonly mapping: MappingDefinition;
  /** What the input was read as. */
  readonly source: {
    readonly name: string;
    readonly format: "csv" | "jsonl" | "json";
    readonly delimiter?: string;
    readonly encoding: string;
    readonly columns: number;
  };
  /** The rows that were looked at, and what the mapping makes of them. */
  readonly sample: {
    readonly rows: number;
    /** `all` of the input, its `beginning`, or its beginning and places `spread` through it. */
    readonly extent: "all" | "beginning" | "spread";
    readonly accepted: number;
    readonly filtered: number;
    /** Rows that could not be read counted. */
    readonly rejected: number;
  };
  /** What each column becomes that has a rule of its own. */
  readonly fields: readonly {
    readonly entry: string;
    readonly field: string;
    readonly columns: readonly string[];
  }[];
  /** What the input does not tell, and what to do if the guess is wrong. They stand in the file as comments too. */
  readonly doubts: readonly string[];
  /** Columns that become nothing, and why. */
  readonly leftOut: readonly LeftOut[];
}
