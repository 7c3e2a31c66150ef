import { ConfigurationError, InputError } from "../errors.js";
import { isPinpointShape } from "../mapping/compile-mapping.js";
import type { Source } from "../sources/open-source.js";
import { toNames } from "./profile-columns.js";
import { isEmailAddress, isInternationalNumber } from "./value-forms.js";

/** Columns that a message names. */
const MAX_NAMED = 30;

/**
 * Refuses what has no columns, and what needs no mapping.
 *
 * @throws InputError where there is nothing.
 * @throws ConfigurationError where there is no header, or the input is in Pinpoint's own format.
 */
export function checkColumns({ columns, name }: Source): void {
  const isEmpty = columns.kind === "csv" ? columns.names.length === 0 : columns.sample.length === 0;
  if (isEmpty)
    throw new InputError("input_empty", `${name} holds no rows, so there is nothing to make a mapping from`);
  if (isPinpointShape(columns))
    throw new ConfigurationError(
      "mapping_not_needed",
      `${name} is in Pinpoint's own import format and needs no mapping: run it as it is, as in pinpoint-import check ${name}`,
    );
  if (columns.kind !== "csv") return;
  const names = columns.names.map((one) => one.trim());
  const found = names.some(isEmailAddress)
    ? "an e-mail address"
    : names.some(isInternationalNumber)
      ? "a phone number"
      : undefined;
  if (found !== undefined)
    throw new ConfigurationError(
      "header_missing",
      `${name} seems to have no header: its first line holds ${found}. Put a line with the names of the columns before it`,
    );
}

/** No column holds an address. */
export function createAddressError({ columns, name, delimiter }: Source): ConfigurationError {
  const names = toNames(columns).map((column) => JSON.stringify(column));
  const shown = names.length > MAX_NAMED ? [...names.slice(0, MAX_NAMED), "…"] : names;
  const read =
    delimiter === undefined
      ? ""
      : `, read with ${delimiter === "\t" ? "tab" : `"${delimiter}"`} as delimiter,`;
  return new ConfigurationError(
    "address_missing",
    `${name} has no column that looks like e-mail addresses, phone numbers or device tokens, and an endpoint needs one. Its columns${read} are ${shown.join(", ")}`,
  );
}
