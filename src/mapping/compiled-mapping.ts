import type { MappedEndpoint, RowValues, SourceColumns } from "../domain.js";
import type { MappingTrace } from "./create-mapping-trace.js";
import type { MappingInput } from "./mapping-definition.js";

/** A mapping that has been checked and can be joined to the columns of an input. */
export interface CompiledMapping {
  /** Path as given, `pinpoint` or `mapping`. */
  readonly name: string;
  /** SHA-256 of what the mapping says: the same mapping has the same hash wherever its file lies. */
  readonly hash: string;
  /** Defaults for options that the command line leaves open. */
  readonly input: MappingInput;
  readonly warnings: readonly string[];
  /**
   * Joins the mapping to an input's columns.
   * @param inputName how messages name the input, such as `contacts.csv`
   * @param trace sees what is read of each row; without one rows are mapped faster
   * @throws MappingError with everything that does not fit the header. An empty header (an empty input) fits all.
   */
  bind(columns: SourceColumns, inputName: string, trace?: MappingTrace): BoundMapping;
}

/** A mapping for rows of known columns. */
export interface BoundMapping {
  readonly warnings: readonly string[];
  /** The endpoints of a row, or the reasons why one cannot be made; empty if no entry applies to it. Never throws. */
  map(values: RowValues): readonly MappedEndpoint[];
  /** Warnings that came up while rows were mapped, each once in the life of this mapping: keys of JSON rows renamed by `rest`. */
  takeWarnings(): readonly string[];
}
