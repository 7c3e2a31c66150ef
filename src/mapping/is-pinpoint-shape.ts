import { isRejectName, type JsonObject, type SourceColumns } from "../domain.js";
import { toFieldTarget } from "./field-target.js";

const KEYS: ReadonlySet<string> = new Set(["Id", "Address", "ChannelType", "User.UserId"]);
const MEMBERS: ReadonlySet<string> = new Set([
  "Id",
  "ChannelType",
  "Address",
  "OptOut",
  "EffectiveDate",
  "RequestId",
  "EndpointStatus",
  "Attributes",
  "Metrics",
  "Demographic",
  "Location",
  "User",
]);

/**
 * Whether an input has the form of Pinpoint's own import files. A single `Id` or `Address` among other columns is not
 * enough: every second export has those. An empty input has any form.
 */
export function isPinpointShape(columns: SourceColumns): boolean {
  return columns.kind === "csv" ? isPinpointHeader(columns.names) : columns.sample.every(isEndpoint);
}

function isPinpointHeader(header: readonly string[]): boolean {
  const names = header.map((name) => name.trim()).filter((name) => name !== "" && !isRejectName(name));
  const known = names.filter((name) => toFieldTarget(name) !== undefined);
  if (known.length === names.length) return true;
  if (!known.some((name) => KEYS.has(name))) return false;
  return known.includes("ChannelType") || known.some((name) => name.includes("."));
}

function isEndpoint(row: JsonObject): boolean {
  const keys = Object.keys(row).filter((key) => !isRejectName(key));
  if (typeof row.ChannelType === "string" && (Object.hasOwn(row, "Address") || Object.hasOwn(row, "Id")))
    return true;
  return keys.length > 0 && keys.every((key) => MEMBERS.has(key));
}
