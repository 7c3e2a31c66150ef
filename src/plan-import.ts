import { createConverter } from "./create-converter.js";
import { createGrouper } from "./delivery/create-grouper.js";
import { countDecided, type Endpoint } from "./domain.js";
import { InputError } from "./errors.js";
import type { Options } from "./options.js";
import type { PreparedRun } from "./prepare-import.js";
import { toSendingPlan } from "./reporting/create-ledger.js";
import type { SendingPlan } from "./reporting/report.js";
import { findStart } from "./state/committed.js";

/** Rows that are looked at; of a longer input they stand for the rest. Each costs what it costs in an import, but for the sending. */
const SAMPLE_ROWS = 5_000;

/**
 * How many requests a run will make and how long that takes, before it makes any: from a look at the first rows, whatever
 * the length of the inputs. Undefined where it cannot be known, since an input can be read once only.
 */
export async function planImport(
  { inputs, changes, start }: PreparedRun,
  options: Options,
  ratePerSecond: number,
): Promise<(SendingPlan & { readonly sampledRows: number | undefined }) | undefined> {
  const ahead = inputs.slice(start?.position.input ?? 0);
  const convert = createConverter(changes?.preview);
  const grouper = createGrouper<Endpoint>(options.batchSize);
  const { signal } = options;
  let toSkip = start === undefined ? options.skip : 0;
  const limit = options.limit - (start === undefined ? 0 : countDecided(start.rows));
  let rows = 0;
  let requests = 0;
  let bytesBefore = 0;
  let firstByte: number | undefined;

  const toPlan = (factor: number, sampledRows: number | undefined) => {
    const rest = grouper.flush();
    // Of an estimate the last batches are no whole ones.
    const left = sampledRows === undefined ? rest.length : rest.flat().length / options.batchSize;
    return { ...toSendingPlan(Math.ceil((requests + left) * factor), ratePerSecond), sampledRows };
  };

  for (const { source, bound, index } of ahead) {
    const { sample, bytes = 0 } = source;
    if (sample === undefined) return undefined;
    const { known, from } = findStart(start, index);
    try {
      let share = (from?.offset ?? 0) / Math.max(1, bytes);
      for await (const piece of sample(signal, from)) {
        for (const [place, record] of piece.records.entries()) {
          if (record.row <= known) continue;
          if (toSkip > 0) {
            toSkip -= 1;
            continue;
          }
          if (rows >= limit) return toPlan(1, undefined);
          // It may lie anywhere in its piece.
          const passed = share + (piece.share - share) * (place / piece.records.length);
          firstByte ??= bytesBefore + passed * bytes;
          rows += 1;
          if (record.kind === "unreadable") continue;
          const { endpoints } = convert(record.values, bound);
          requests += grouper.add(endpoints).length;
        }
        share = piece.share;
        if (rows < SAMPLE_ROWS || share >= 1) continue;
        const total = ahead.reduce((sum, { source: { bytes: size = 0 } }) => sum + size, 0);
        const begin = firstByte ?? 0;
        const factor = (total - begin) / Math.max(1, bytesBefore + share * bytes - begin);
        return toPlan(Math.min(factor, limit / rows), rows);
      }
    } catch (error) {
      // The run says so when it gets there.
      if (!(error instanceof InputError)) throw error;
    }
    bytesBefore += bytes;
  }
  return toPlan(1, undefined);
}
