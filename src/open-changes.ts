import type { Target, TargetDescription } from "./delivery/target.js";
import type { Endpoint, Fingerprint, MappedEndpoint } from "./domain.js";
import type { Options } from "./options.js";
import { type ChangeWatch, createChangeWatch } from "./state/create-change-watch.js";
import { createFingerprinter } from "./state/create-fingerprinter.js";
import { hasFingerprints, openFingerprintStore } from "./state/fingerprint-store.js";

/** What this machine knows of the endpoints that a target has accepted. */
export interface OpenChanges extends Pick<ChangeWatch, "isKnown" | "isUnchanged" | "settled" | "flush"> {
  /** The endpoints of a row, with the fingerprints of what they were made of. */
  fingerprint(endpoints: readonly Endpoint[], made: readonly MappedEndpoint[]): readonly Endpoint[];
  /** The target, whose requests are taken note of. */
  watch(target: Target): Target;
  /** Nothing is remembered of a check. */
  close(runId: string | undefined): Promise<void>;
}

/**
 * Every run keeps up what is known of its target, so that it stays true; only where nothing is known yet, and nobody asks
 * for it, nothing is begun.
 */
export async function openChanges(
  { stateDir, changedOnly, full, dryRun }: Options,
  target: TargetDescription,
  warn: (message: string) => void,
): Promise<OpenChanges | undefined> {
  if (stateDir === undefined) return undefined;
  const sendsAll = full || !changedOnly;
  // A check only asks, and where everything is sent there is nothing to ask.
  if (dryRun && sendsAll) return undefined;
  const begins = !dryRun && (changedOnly || full);
  if (!begins && !(await hasFingerprints(stateDir, target))) return undefined;
  const store = await openFingerprintStore(stateDir, target, warn);
  const toFingerprints = createFingerprinter(store.secret);
  const { sending, accepted, ...changes } = createChangeWatch({ store, stateDir, sendsAll });
  const watched =
    <T extends Endpoint | readonly Endpoint[]>(send: (sent: T) => Promise<void>) =>
    async (sent: T): Promise<void> => {
      const endpoints = [sent].flat() as readonly Endpoint[];
      sending(endpoints);
      await send(sent);
      accepted(endpoints);
    };
  return {
    ...changes,
    fingerprint(endpoints, made) {
      const items = endpoints.map(({ buffer, start, end }, index) => {
        const { item, madeUp } = made[index] as MappedEndpoint;
        return { item, madeUp, json: buffer.toString("utf8", start, end) };
      });
      const fingerprints = toFingerprints(items);
      return endpoints.map((endpoint, index) => ({
        ...endpoint,
        fingerprint: fingerprints[index] as Fingerprint,
      }));
    },
    watch: (inner) => ({ ...inner, send: watched(inner.send), sendOne: watched(inner.sendOne) }),
    close: (runId) => store.close(runId),
  };
}
