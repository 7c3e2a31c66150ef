import { createHash } from "node:crypto";
import { compilePattern } from "../compile-condition.js";
import type { ReplaceOptions } from "../mapping-definition.js";
import type { Scope } from "../scope.js";
import { isBlank } from "../to-text.js";
import { ofText, type Transform } from "./transform.js";

/** Pinpoint keeps at most 100 characters of an attribute value (UpdateEndpointsBatch, EndpointBatchItem). */
export const MAX_ATTRIBUTE_VALUE_CHARACTERS = 100;

export const compileTrim = (): Transform => ofText((text) => text.trim());
export const compileLowercase = (): Transform => ofText((text) => text.toLowerCase());
export const compileUppercase = (): Transform => ofText((text) => text.toUpperCase());

/** The values of a list in one cell: trimmed, without empty ones and repetitions. */
export function compileSplit(separator: string | undefined): Transform {
  const by = separator ?? ";";
  return ofText((text) => {
    const values = new Set<string>();
    for (const part of text.split(by)) if (!isBlank(part)) values.add(part.trim());
    return [...values];
  });
}

/** Cuts to a number of characters, counted as code points so that none is cut in two. */
export function compileTruncate(characters: number = MAX_ATTRIBUTE_VALUE_CHARACTERS): Transform {
  return ofText((text) => {
    if (text.length <= characters) return text;
    return [...text.slice(0, 2 * characters)].slice(0, characters).join("");
  });
}

export function compileReplace(options: ReplaceOptions | undefined, scope: Scope): Transform {
  const replacement = options?.with ?? "";
  const pattern = compilePattern(options?.pattern ?? "", options?.flags ?? "g", scope.at("pattern"));
  return ofText((text) => (pattern === undefined ? text : text.replace(pattern, replacement)));
}

/** SHA-256 of salt and value, as lower-case hex. */
export function compileHash(options: { readonly salt?: string } | undefined): Transform {
  const salt = options?.salt ?? "";
  return ofText((text) =>
    createHash("sha256")
      .update(salt + text, "utf8")
      .digest("hex"),
  );
}
