import type { Target, TargetDescription } from "./delivery/target.js";
import type { Endpoint, MappedEndpoint } from "./domain.js";
import type { Options } from "./options.js";
import { type ChangeWatch, createChangeWatch } from "./state/create-change-watch.js";
import { createFingerprinter } from "./state/create-fingerprinter.js";
import { hasFingerprints, openFingerprintStore } from "./state/fingerprint-store.js";

/** Tells which endpoints need not be sent. */
export interface ChangeFilter {
  /** Whether it is known, before it is validated, that all that a row made was accepted as it is. */
  areUnchanged(row: readonly MappedEndpoint[]): boolean;
  /** Of the valid endpoints of a row those that have to be sent, with the fingerprints of what they were made of. */
  toChanged(endpoints: readonly Endpoint[], made: readonly MappedEndpoint[]): readonly Endpoint[];
}

/** What this machine knows of the endpoints that a target has accepted. To be asked in the order of the input. */
export interface OpenChanges extends ChangeFilter, Pick<ChangeWatch, "settled" | "flush"> {
  /** Answers as long as nothing is sent, and nothing follows from its questions. */
  readonly preview: ChangeFilter;
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
  const toFingerprint = createFingerprinter(store.secret);
  const { sending, accepted, isUnchanged, take, ...changes } = createChangeWatch({
    store,
    stateDir,
    sendsAll,
  });
  const watched =
    <T extends Endpoint | readonly Endpoint[]>(send: (sent: T) => Promise<void>) =>
    async (sent: T): Promise<void> => {
      const endpoints = [sent].flat() as readonly Endpoint[];
      sending(endpoints);
      await send(sent);
      accepted(endpoints);
    };
  const areUnchanged = (row: readonly MappedEndpoint[]): boolean => {
    if (sendsAll) return false;
    for (const made of row) {
      // What was not made field by field may be anything before it is validated.
      if (made.isSorted !== true || made.reasons !== undefined) return false;
      if (!isUnchanged(toFingerprint(made, row), made.item)) return false;
    }
    return true;
  };
  const toFilter = (onChanged: (endpoint: Endpoint) => void): ChangeFilter => ({
    areUnchanged,
    toChanged(endpoints, made) {
      const changed: Endpoint[] = [];
      for (const [index, endpoint] of endpoints.entries()) {
        const of = made[index] as MappedEndpoint;
        const one = { ...endpoint, fingerprint: toFingerprint(of, made) };
        if (isUnchanged(one.fingerprint, of.item)) continue;
        // What follows it in the row may have to do with it.
        onChanged(one);
        changed.push(one);
      }
      return changed;
    },
  });
  return {
    ...changes,
    ...toFilter(take),
    preview: toFilter(() => {}),
    watch: (inner) => ({ ...inner, send: watched(inner.send), sendOne: watched(inner.sendOne) }),
    close: (runId) => store.close(runId),
  };
}
