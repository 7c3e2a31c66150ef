import { didYouMean } from "../did-you-mean.js";
import { CHANNEL_TYPES, ENDPOINT_STATUSES, OPT_OUTS } from "../domain.js";
import type { FieldTarget } from "./field-target.js";
import { Invalid } from "./invalid.js";
import type { Scope } from "./scope.js";
import { toFieldValue } from "./to-field-value.js";

const CHOICES: ReadonlyMap<string, readonly string[]> = new Map([
  ["ChannelType", CHANNEL_TYPES],
  ["OptOut", OPT_OUTS],
  ["EndpointStatus", ENDPOINT_STATUSES],
]);

/** Reports a constant that every row would be rejected for. */
export function checkConstant(value: unknown, target: FieldTarget, scope: Scope): void {
  if (value === null || value === undefined || !scope.isSound) return;
  const choices = CHOICES.get(target.name);
  if (choices !== undefined && !choices.includes(String(value))) {
    scope.report(
      `${JSON.stringify(value)} is no ${target.name}: it is one of ${choices.join(", ")}.${didYouMean(String(value), choices)}`,
    );
    return;
  }
  if (Array.isArray(value) && target.kind !== "list") {
    scope.report(`${target.name} takes one value, not a list.`);
    return;
  }
  const result = toFieldValue(value, target.kind);
  if (result instanceof Invalid) scope.report(`${target.name}: ${result.reason}.`);
}
