import type { Endpoint, MappedEndpoint, RejectReason, RowValues } from "./domain.js";
import type { BoundMapping } from "./mapping/compiled-mapping.js";
import type { ChangeFilter } from "./open-changes.js";
import type { LimitWatch } from "./validation/create-limit-watch.js";
import { createValidator } from "./validation/create-validator.js";

/** What becomes of a row by mapping and validation. With neither endpoints nor reasons it was filtered out. */
export interface ConvertedRow {
  /** Endpoints that the mapping made. */
  readonly mapped: number;
  /** Of those that can go, how many need not. */
  readonly unchanged: number;
  /** Those that are to be sent. */
  readonly endpoints: readonly Endpoint[];
  /** Why the others cannot. */
  readonly reasons: readonly RejectReason[];
}

export type Converter = (values: RowValues, mapping: BoundMapping) => ConvertedRow;

/** @param limits Sees every endpoint that is valid, but for those of rows that were accepted before as they are. */
export function createConverter(changes: ChangeFilter | undefined, limits?: LimitWatch): Converter {
  const toValid = createJudge();

  return (values, mapping) => {
    const mapped = mapping.map(values);
    if (changes?.areUnchanged(mapped)) {
      return { mapped: mapped.length, unchanged: mapped.length, endpoints: NONE, reasons: NONE };
    }
    let valid: readonly Endpoint[] = NONE;
    let made: readonly MappedEndpoint[] = NONE;
    let reasons: readonly RejectReason[] = NONE;
    for (const one of mapped) {
      const result = toValid(one);
      if ("buffer" in result) {
        limits?.observe(one.item, result.orderKeys);
        valid = withOneMore(valid, result);
        made = withOneMore(made, one);
        continue;
      }
      reasons = [...reasons, ...toRowReasons(result, one, mapped)];
    }
    const endpoints = changes === undefined ? valid : changes.toChanged(valid, made);
    return { mapped: mapped.length, unchanged: valid.length - endpoints.length, endpoints, reasons };
  };
}

/** Turns what a mapping made into an endpoint that can travel, or into all the reasons why it cannot. */
export function createJudge(): (made: MappedEndpoint) => Endpoint | readonly RejectReason[] {
  const validate = createValidator();
  return (made) => {
    if (made.reasons === undefined) return validate(made.item);
    const failed = made.reasons.map((reason): RejectReason => ({ code: "mapping_failed", reason }));
    return [...failed, ...validate.findMistakes(made.item)];
  };
}

/** The reasons of an endpoint as those of its row. Which endpoint they are about goes without saying when there is one. */
export function toRowReasons(
  reasons: readonly RejectReason[],
  { entry }: MappedEndpoint,
  ofRow: readonly MappedEndpoint[],
): readonly RejectReason[] {
  if (ofRow.length === 1) return reasons;
  return reasons.map(({ code, reason }) => ({ code, reason: `${entry}: ${reason}` }));
}

const NONE: readonly never[] = [];

/** Most lists get one element, for which there is room in no more than that: a list that grows has room for seventeen. */
function withOneMore<T>(list: readonly T[], one: T): readonly T[] {
  return list.length === 0 ? [one] : [...list, one];
}
