import { createConverter } from "../create-converter.js";
import { compileMapping } from "../mapping/compile-mapping.js";
import type { MappingDefinition } from "../mapping/mapping-definition.js";
import type { Source } from "../sources/open-source.js";
import type { Sample } from "./take-sample.js";

/** What a mapping makes of the rows of a sample. */
export interface Trial {
  readonly accepted: number;
  readonly filtered: number;
  /** Those that could not be read counted. */
  readonly rejected: number;
  /** Of the rejected, those that make an endpoint of more bytes than Pinpoint takes. */
  readonly tooLarge: number;
}

export function tryMapping(mapping: MappingDefinition, source: Source, { rows, unreadable }: Sample): Trial {
  const bound = compileMapping(mapping).bind(source.columns, source.name);
  const convert = createConverter(undefined);
  const count = { accepted: 0, filtered: 0, rejected: unreadable.all, tooLarge: 0 };
  for (const row of rows) {
    const { mapped, reasons } = convert(row, bound);
    if (reasons.length > 0) count.rejected += 1;
    else if (mapped === 0) count.filtered += 1;
    else count.accepted += 1;
    if (reasons.some(({ code }) => code === "endpoint_too_large")) count.tooLarge += 1;
  }
  return count;
}
