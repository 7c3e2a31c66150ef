/**
 * The library behind the command line: `runImport` loads contacts into Amazon Pinpoint, `compileMapping` turns a
 * mapping into a function from row to endpoints, `createSandbox` starts a local Pinpoint to develop and test against.
 */

export type { AwsCredentials } from "./delivery/create-pinpoint-target.js";
export type {
  JsonObject,
  MappedEndpoint,
  RejectCode,
  RejectGroup,
  RejectPlace,
  RowValues,
  SourceColumns,
} from "./domain.js";
export { REJECT_CODES } from "./domain.js";
export {
  ConfigurationError,
  ImporterError,
  InputError,
  InterruptedError,
  MappingError,
  type MappingIssue,
  RunStoppedError,
} from "./errors.js";
export {
  forgetRun,
  forgetTarget,
  type InterruptedRun,
  type KeptState,
  listState,
} from "./list-state.js";
export { compileMapping } from "./mapping/compile-mapping.js";
export type { BoundMapping, CompiledMapping } from "./mapping/compiled-mapping.js";
export { listShippedMappings, loadMapping } from "./mapping/load-mapping.js";
export type { MappingDefinition } from "./mapping/mapping-definition.js";
export type { ImportOptions } from "./options.js";
export { type PreviewOptions, previewImport } from "./preview-import.js";
export type { ImportEvent, ImportProgress } from "./reporting/events.js";
export type {
  Preview,
  PreviewedEndpoint,
  PreviewedField,
  PreviewedRow,
  PreviewedSource,
} from "./reporting/preview.js";
export type { EndpointCounts, ImportReport, RowCounts, SendingPlan } from "./reporting/report.js";
export { toLine } from "./reporting/to-line.js";
export { toPlanWords } from "./reporting/to-plan-words.js";
export { type NextStep, toSummary } from "./reporting/to-summary.js";
export { runImport } from "./run-import.js";
export {
  createSandbox,
  type EndpointResponse,
  type RequestLogEntry,
  type Sandbox,
  type SandboxBehaviors,
  type SandboxOptions,
  type SandboxStats,
  type ScriptedAnswer,
} from "./sandbox/create-sandbox.js";
export type { FingerprintTarget, KnownTarget } from "./state/fingerprint-store.js";
export { type Suggestion, type SuggestOptions, suggestMapping } from "./suggestion/suggest-mapping.js";
