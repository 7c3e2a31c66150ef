import type { Endpoint, MappedEndpoint, RejectReason, RowValues } from "./domain.js";
import type { BoundMapping } from "./mapping/compiled-mapping.js";
import type { OpenChanges } from "./open-changes.js";
import { createValidator } from "./validation/create-validator.js";

/** What becomes of a row by mapping and validation. With neither endpoints nor reasons it was filtered out. */
export interface ConvertedRow {
  /** Endpoints that the mapping made. */
  readonly mapped: number;
  /** Those that can go. */
  readonly endpoints: readonly Endpoint[];
  /** What each of them was made of. */
  readonly made: readonly MappedEndpoint[];
  /** Why the others cannot. */
  readonly reasons: readonly RejectReason[];
}

export type Converter = (values: RowValues, mapping: BoundMapping) => ConvertedRow;

export function createConverter(changes: OpenChanges | undefined): Converter {
  const validate = createValidator();

  const toEndpoint = (made: MappedEndpoint): Endpoint | readonly RejectReason[] => {
    if (made.reasons === undefined) return validate(made.item);
    const failed = made.reasons.map((reason): RejectReason => ({ code: "mapping_failed", reason }));
    return [...failed, ...validate.findMistakes(made.item)];
  };

  return (values, mapping) => {
    const endpoints: Endpoint[] = [];
    const made: MappedEndpoint[] = [];
    const reasons: RejectReason[] = [];
    const mapped = mapping.map(values);
    for (const one of mapped) {
      const endpoint = toEndpoint(one);
      if ("json" in endpoint) {
        endpoints.push(endpoint);
        made.push(one);
        continue;
      }
      // Which of a row's endpoints a reason is about goes without saying when there is one.
      const about = mapped.length > 1 ? `${one.entry}: ` : "";
      for (const { code, reason } of endpoint) reasons.push({ code, reason: about + reason });
    }
    return {
      mapped: mapped.length,
      endpoints: changes === undefined ? endpoints : changes.fingerprint(endpoints, made),
      made,
      reasons,
    };
  };
}
