import { createDelivery, type Delivery, type Outcome } from "./delivery/create-delivery.js";
import { createDryDelivery } from "./delivery/create-dry-delivery.js";
import { createPacer } from "./delivery/create-pacer.js";
import { createPinpointTarget } from "./delivery/create-pinpoint-target.js";
import { type Options, pick } from "./options.js";
import type { Ledger } from "./reporting/create-ledger.js";
import type { TrackedEndpoint } from "./state/create-row-tracker.js";
import { createLearnedRates } from "./state/learned-rates.js";

export interface OpenDelivery {
  readonly delivery: Delivery<TrackedEndpoint>;
  ratePerSecond(): number;
  close(): Promise<void>;
}

/** Delivery to Pinpoint at the pace of the options and of earlier runs; in a dry run, to nowhere. */
export async function openDelivery(
  options: Options,
  ledger: Ledger,
  warn: (message: string) => void,
  onOutcome: (endpoints: readonly TrackedEndpoint[], outcome: Outcome) => Promise<void>,
): Promise<OpenDelivery> {
  if (options.dryRun || options.applicationId === undefined) {
    return { delivery: createDryDelivery({ onOutcome }), ratePerSecond: () => 0, close: async () => {} };
  }
  const { concurrency, maxAttempts, requestTimeoutMs, applicationId, rate } = options;
  const target = await createPinpointTarget({
    applicationId,
    concurrency,
    requestTimeoutMs,
    ...pick(options, ["region", "profile", "endpointUrl", "credentials"]),
  });
  ledger.facts.target = target.description;

  const rates =
    options.stateDir === undefined || rate !== "auto" ? undefined : createLearnedRates(options.stateDir);
  const { region, endpointUrl } = target.description;
  const rateKey = `${endpointUrl ?? region} ${applicationId} UpdateEndpointsBatch`;
  const startRate = await rates?.load(rateKey);
  const pacer = createPacer({ rate, ...(startRate === undefined ? {} : { startRate }) });

  const onEvent = options.onEvent ?? (() => {});
  return {
    delivery: createDelivery({ target, pacer, concurrency, maxAttempts, onOutcome, onEvent }),
    ratePerSecond: () => pacer.ratePerSecond,
    async close() {
      target.close();
      const { learnedRate } = pacer;
      // An endpoint from the environment shows only now: what was learned there says nothing of the region's own.
      const elsewhere = target.description.endpointUrl !== endpointUrl;
      if (learnedRate === undefined || learnedRate === startRate || elsewhere) return;
      await rates?.save(rateKey, learnedRate).catch((error: NodeJS.ErrnoException) => {
        warn(
          `the learned rate could not be kept in ${options.stateDir} (${error.code}); the next run learns it anew`,
        );
      });
    },
  };
}
