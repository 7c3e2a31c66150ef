import type { SearchField } from "./inspection.js";
import type { AttributeValues } from "./parse-attributes.js";
import type { StoredEndpoint } from "./stored-endpoint.js";

/** Whether an endpoint is what is searched for. The attributes of its user are asked for where they matter. */
export type EndpointSearch = (
  endpoint: StoredEndpoint,
  userAttributesOf: (endpoint: StoredEndpoint) => AttributeValues,
) => boolean;

/**
 * Makes a search for a text, whatever its case, anywhere in an id, address, user id or attribute. An attribute is
 * `name=value`, and so are metrics, demographic and location: a part of either will do, or both with the sign.
 *
 * @param text empty fits every endpoint
 * @param field where to look; everywhere if undefined
 */
export function compileSearch(text: string, field: SearchField | undefined): EndpointSearch {
  if (text === "") return () => true;
  // A regular expression leaves no garbage, where text in lower case would be a copy of all that is stored.
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "iu");
  const looksIn = (name: SearchField) => field === undefined || field === name;
  const [inId, inAddress, inUser] = [looksIn("id"), looksIn("address"), looksIn("user")];
  const fitsAttributes = looksIn("attribute") ? compileAttributes(text, pattern) : () => false;

  return (endpoint, userAttributesOf) =>
    (inId && pattern.test(endpoint.id)) ||
    (inAddress && endpoint.address !== undefined && pattern.test(endpoint.address)) ||
    (inUser && endpoint.userId !== undefined && pattern.test(endpoint.userId)) ||
    fitsAttributes(endpoint, userAttributesOf);
}

function compileAttributes(text: string, pattern: RegExp): EndpointSearch {
  // Joining them is what costs most.
  const fits = text.includes("=")
    ? (name: string, value: string) => pattern.test(`${name}=${value}`)
    : (name: string, value: string) => pattern.test(value) || pattern.test(name);

  const fitsLists = (lists: AttributeValues): boolean => {
    for (const [name, values] of lists) {
      for (const value of values) if (fits(name, value)) return true;
      if (values.length === 0 && fits(name, "")) return true;
    }
    return false;
  };
  const fitsValues = (members: ReadonlyMap<string, string | number>): boolean => {
    for (const [name, value] of members) if (fits(name, String(value))) return true;
    return false;
  };

  return (endpoint, userAttributesOf) =>
    fitsLists(endpoint.attributes) ||
    fitsLists(userAttributesOf(endpoint)) ||
    fitsValues(endpoint.metrics) ||
    fitsValues(endpoint.location) ||
    fitsValues(endpoint.demographic);
}
