import { createDelivery, type Delivery, type Outcome } from "./delivery/create-delivery.js";
import { createPacer, type Pacer } from "./delivery/create-pacer.js";
import { createPinpointTarget, describePinpointTarget } from "./delivery/create-pinpoint-target.js";
import type { Target, TargetDescription } from "./delivery/target.js";
import { DEFAULT_QUOTA_PER_SECOND, DEFAULT_SINGLE_QUOTA_PER_SECOND } from "./domain.js";
import { type Options, pick } from "./options.js";
import type { ImportProgress } from "./reporting/events.js";
import type { TrackedEndpoint } from "./state/create-commit-tracker.js";
import { createLearnedRates } from "./state/learned-rates.js";

export interface OpenDelivery {
  readonly delivery: Delivery<TrackedEndpoint>;
  /** How batches get on: what `ImportProgress` tells of it. */
  pace(): Pick<ImportProgress, "batchesPassed" | "ratePerSecond" | "quotaPerSecond">;
  /** Keeps the rates that were learned until now for the next run. */
  saveRates(): Promise<void>;
}

export async function openTarget(options: Options, applicationId: string): Promise<Target> {
  return createPinpointTarget({
    applicationId,
    ...pick(options, ["concurrency", "requestTimeoutMs", "region", "profile", "endpointUrl", "credentials"]),
  });
}

/** Where a run with these options would send to; undefined where that is neither known nor asked for. */
export async function describeTarget(options: Options): Promise<TargetDescription | undefined> {
  const { applicationId, stateDir, changedOnly } = options;
  if (applicationId === undefined || stateDir === undefined) return undefined;
  const location = { applicationId, ...pick(options, ["region", "profile", "endpointUrl"]) };
  const description = describePinpointTarget(location);
  return changedOnly ? description : description.catch(() => undefined);
}

/** Requests a second: as the options say, or as an earlier run learned, or the documented quota. */
export async function findKnownRate(
  { rate, stateDir }: Options,
  target: TargetDescription | undefined,
): Promise<number> {
  if (rate !== "auto") return rate;
  if (target === undefined || stateDir === undefined) return DEFAULT_QUOTA_PER_SECOND;
  const learned = await createLearnedRates(stateDir).load(toRateKey(target, BATCH_OPERATION));
  return learned ?? DEFAULT_QUOTA_PER_SECOND;
}

/** Delivery at the pace of the options and of earlier runs. */
export async function openDelivery(
  options: Options,
  target: Target,
  warn: (message: string) => void,
  onOutcome: (endpoints: readonly TrackedEndpoint[], outcome: Outcome) => Promise<void>,
): Promise<OpenDelivery> {
  const { concurrency, maxAttempts, rate, onEvent = () => {} } = options;
  const batch = await openPacer(options, target, BATCH_OPERATION, rate, DEFAULT_QUOTA_PER_SECOND);
  // `--rate` says nothing of this operation, which has a quota of its own.
  const single = await openPacer(options, target, "UpdateEndpoint", "auto", DEFAULT_SINGLE_QUOTA_PER_SECOND);
  const pacers = { batch: batch.pacer, single: single.pacer };
  let warned = false;
  return {
    delivery: createDelivery({ target, pacers, concurrency, maxAttempts, onOutcome, onEvent }),
    pace: () => ({
      batchesPassed: batch.pacer.passed,
      ratePerSecond: batch.pacer.ratePerSecond,
      quotaPerSecond: rate === "auto" ? batch.pacer.learnedRate : rate,
    }),
    async saveRates() {
      try {
        await batch.saveRate();
        await single.saveRate();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (!warned)
          warn(
            `the learned rate could not be kept in ${options.stateDir} (${code}); the next run learns it anew`,
          );
        warned = true;
      }
    },
  };
}

const BATCH_OPERATION = "UpdateEndpointsBatch";

function toRateKey({ applicationId, region, endpointUrl }: TargetDescription, operation: string): string {
  return `${endpointUrl ?? region} ${applicationId} ${operation}`;
}

/** A rate moves all the time; what is less than this apart is not worth a write. */
const NEAR = 0.02;

/** The pace of one operation, from where an earlier run left it. An application stands for the account that it belongs to. */
async function openPacer(
  { stateDir }: Options,
  { description }: Target,
  operation: string,
  rate: Options["rate"],
  defaultRate: number,
): Promise<{ pacer: Pacer; saveRate(): Promise<void> }> {
  const key = toRateKey(description, operation);
  const rates = stateDir === undefined || rate !== "auto" ? undefined : createLearnedRates(stateDir);
  const startRate = await rates?.load(key);
  const pacer = createPacer({ rate, defaultRate, ...(startRate === undefined ? {} : { startRate }) });
  let saved = startRate ?? 0;
  return {
    pacer,
    async saveRate() {
      const { learnedRate = saved } = pacer;
      if (Math.abs(learnedRate - saved) <= NEAR * saved) return;
      saved = learnedRate;
      await rates?.save(key, learnedRate);
    },
  };
}
