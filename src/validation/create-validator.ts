import type { ErrorObject } from "ajv";
import type { Endpoint, JsonObject, RejectReason } from "../domain.js";
import { type OrderedItem, toOrderKeys } from "../to-order-keys.js";
import { createItemWriter } from "./create-item-writer.js";
import { compile } from "./endpoint-matcher.js";
import { MAX_ENDPOINT_BYTES } from "./limits.js";
import { toReasons } from "./to-reasons.js";

export interface Validator {
  /** Turns what a mapping made into an endpoint that can travel, or into all the reasons why it cannot. */
  (item: JsonObject): Endpoint | readonly RejectReason[];
  /** The mistakes of an item that lacks fields, since they could not be mapped: only what is there is judged. */
  findMistakes(draft: JsonObject): readonly RejectReason[];
}

/** Keywords that are about what is not there. */
const ABSENCE = new Set(["required", "dependencies"]);

/** Reports every mistake of an endpoint, not the first one. */
export function createValidator(): Validator {
  const matches = compile();
  const write = createItemWriter();

  const validate = (item: JsonObject): Endpoint | readonly RejectReason[] => {
    if (!matches(item)) return toRejects(matches.errors ?? []);
    const { buffer, start, end } = write(item);
    const bytes = end - start;
    if (bytes > MAX_ENDPOINT_BYTES) {
      const reason = `the endpoint has ${bytes} bytes; Pinpoint takes ${MAX_ENDPOINT_BYTES}`;
      return [{ code: "endpoint_too_large", reason }];
    }
    const valid = item as unknown as OrderedItem;
    return { id: valid.Id, buffer, start, end, orderKeys: toOrderKeys(valid) };
  };

  return Object.assign(validate, {
    findMistakes: (draft: JsonObject): readonly RejectReason[] =>
      matches(draft) ? [] : toRejects((matches.errors ?? []).filter(({ keyword }) => !ABSENCE.has(keyword))),
  });
}

function toRejects(errors: readonly ErrorObject[]): readonly RejectReason[] {
  const rejects: RejectReason[] = [];
  for (const reason of toReasons(errors)) rejects.push({ code: "endpoint_invalid", reason });
  return rejects;
}
