import type { JsonObject, RejectReason } from "../domain.js";

/** What a mapping makes of some rows of an input; `preview --json` prints it as one line. */
export interface Preview {
  /** Path as given, or `stdin`. */
  readonly input: string;
  readonly format: "csv" | "jsonl" | "json";
  /** `null` where the input is no CSV. */
  readonly delimiter: string | null;
  readonly encoding: string;
  /** Path or name of the mapping. */
  readonly mapping: string;
  readonly rows: readonly PreviewedRow[];
  /** Columns that no rule and no condition of any entry uses. In JSON paths of the first hundred objects. */
  readonly unusedColumns: readonly string[];
  readonly warnings: readonly string[];
}

export interface PreviewedRow {
  /** Data row, from 1. */
  readonly row: number;
  /** Physical line where it begins, from 1. */
  readonly line: number;
  /** What would become of it. Of a rejected row those endpoints would be sent that have no reasons. */
  readonly outcome: "accepted" | "filtered" | "rejected";
  /** By column, a list where a name is repeated in the header; `null` where the row cannot be read. */
  readonly values: JsonObject | null;
  /** The row as it stands in the input, where it cannot be read; else `null`. */
  readonly raw: string | null;
  readonly endpoints: readonly PreviewedEndpoint[];
  /** Entries whose `when` does not hold, with the columns that it looked at. */
  readonly notApplied: readonly { readonly entry: string; readonly condition: readonly PreviewedSource[] }[];
  /** As they would stand in the rejects file. */
  readonly reasons: readonly RejectReason[];
}

export interface PreviewedEndpoint {
  readonly entry: string;
  /** The `EndpointBatchItem`; what could be made of it where there are reasons. */
  readonly item: JsonObject;
  /** In the order of the mapping. */
  readonly fields: readonly PreviewedField[];
  /** Why it cannot be sent; none if it can. */
  readonly reasons: readonly RejectReason[];
}

export interface PreviewedField {
  /** Dotted name. */
  readonly field: string;
  /** What is sent; `null` where nothing is. */
  readonly value: unknown;
  /** The columns that it was made from; none for a constant, and for an Id made of channel and address. */
  readonly from: readonly PreviewedSource[];
  /** Those reasons of the endpoint that are about this field. */
  readonly reasons: readonly string[];
}

export interface PreviewedSource {
  readonly column: string;
  /** `null` if it is empty. */
  readonly value: unknown;
}
