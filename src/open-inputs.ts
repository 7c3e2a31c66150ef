import { ConfigurationError, MappingError } from "./errors.js";
import { compileMapping, isPinpointShape } from "./mapping/compile-mapping.js";
import type { BoundMapping, CompiledMapping } from "./mapping/compiled-mapping.js";
import type { MappingTrace } from "./mapping/create-mapping-trace.js";
import { loadMapping } from "./mapping/load-mapping.js";
import { type Options, pick } from "./options.js";
import { DEFAULT_MAX_RECORD_BYTES, openSource, type Source } from "./sources/open-source.js";

/** An input whose shape the mapping fits. */
export interface BoundInput {
  /** Position among the inputs of the run. */
  readonly index: number;
  readonly source: Source;
  readonly bound: BoundMapping;
}

/** Opens all inputs and checks the mapping against each one's columns, so that a mistake shows before anything is sent. */
export async function openInputs(
  options: Options,
  warn: (message: string) => void,
  trace?: MappingTrace,
): Promise<{ inputs: BoundInput[]; mapping: { name: string; sha256: string } }> {
  const given = await findMapping(options);
  const sourceOptions = {
    format: "auto" as const,
    maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
    ...toDefaults(given?.input, options.format),
    ...pick(options, ["format", "delimiter", "encoding", "select", "maxRecordBytes", "stdin", "signal"]),
  };
  const sources: Source[] = [];
  for (const input of options.inputs) sources.push(await openSource(input, sourceOptions));
  for (const { warnings } of sources) for (const warning of warnings) warn(warning);
  const filled = sources.filter(({ columns }) => !isEmpty(columns));
  if (new Set(filled.map(({ columns }) => columns.kind)).size > 1) {
    const formats = filled.map(({ name, format }) => `${name} is ${format}`).join(", ");
    throw new ConfigurationError(
      "inputs_mixed",
      `one run takes CSV files or JSON files, not both (${formats}), since rejected rows go into one file`,
    );
  }
  const mapping = given ?? (await defaultMapping(sources));
  for (const warning of mapping.warnings) warn(warning);
  const inputs = sources.map((source, index) => ({
    index,
    source,
    bound: bind(mapping, source, trace),
  }));
  for (const warning of new Set(inputs.flatMap(({ bound }) => bound.warnings))) warn(warning);
  return { inputs, mapping: { name: mapping.name, sha256: mapping.hash } };
}

/** What the mapping says of the input, but for the place of rows in a document where the input is none: rejects of one are not. */
function toDefaults(
  { select, ...input }: CompiledMapping["input"] = {},
  format: Options["format"],
): CompiledMapping["input"] {
  const isDocument = format === undefined || format === "json" || format === "auto";
  return select === undefined || !isDocument ? input : { ...input, select };
}

/** Where columns are missing, what the header was read as says most: a wrong delimiter shows at once. */
function bind(
  mapping: CompiledMapping,
  { columns, name, delimiter }: Source,
  trace: MappingTrace | undefined,
): BoundMapping {
  try {
    return mapping.bind(columns, name, trace);
  } catch (error) {
    if (!(error instanceof MappingError) || columns.kind === "json") throw error;
    const header = columns.names.map((column) => JSON.stringify(column));
    const shown = header.length > 30 ? [...header.slice(0, 30), "…"] : header;
    const between = delimiter === "\t" ? "tab" : `"${delimiter}"`;
    const message = `the header of ${name}, with ${between} as delimiter, is: ${shown.join(", ")}. Correct the mapping, or delete rules for columns that this export does not have`;
    throw new MappingError(mapping.name, [...error.issues, { path: "", message }]);
  }
}

async function findMapping({ mapping }: Options): Promise<CompiledMapping | undefined> {
  if (mapping === undefined || typeof mapping === "string")
    return mapping === undefined ? undefined : loadMapping(mapping);
  return "bind" in mapping ? mapping : compileMapping(mapping);
}

async function defaultMapping(sources: readonly Source[]): Promise<CompiledMapping> {
  const other = sources.find(({ columns }) => !isEmpty(columns) && !isPinpointShape(columns));
  if (other === undefined) return loadMapping("pinpoint");
  throw new ConfigurationError(
    "mapping_missing",
    `${other.name} is not in Pinpoint's own import format, so it needs a mapping: give --mapping FILE. A shipped one may do, or be a start: salesforce-contacts, hubspot-contacts, mailchimp-audience, klaviyo-profiles, shopify-customers, segment-identify, braze-users`,
  );
}

/** An input without a header or an object says nothing about its shape, and gives no rows. */
export function isEmpty(columns: Source["columns"]): boolean {
  return (columns.kind === "csv" ? columns.names : columns.sample).length === 0;
}
