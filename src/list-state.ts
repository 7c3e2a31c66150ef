import { countDecided } from "./domain.js";
import { RunStoppedError } from "./errors.js";
import { createCheckpoints } from "./state/checkpoints.js";
import { isJobActive } from "./state/create-job-lock.js";
import {
  clearFingerprints,
  type FingerprintTarget,
  type KnownTarget,
  listFingerprints,
} from "./state/fingerprint-store.js";
import { toJobKey } from "./state/job.js";

/** A run that `resume` can go on with. */
export interface InterruptedRun {
  readonly runId: string;
  readonly inputs: readonly string[];
  readonly applicationId: string;
  readonly region: string;
  /** Rows that are decided. */
  readonly rows: number;
  /** When it was last known to be at work, ISO 8601. */
  readonly savedAt: string;
  /** It is at work now. */
  readonly isActive: boolean;
}

/** What runs have left in a state directory. */
export interface KeptState {
  /** Targets of which it is known what they accepted. */
  readonly targets: readonly KnownTarget[];
  readonly runs: readonly InterruptedRun[];
}

/** What is kept in a state directory; nothing where there is none. */
export async function listState(stateDir: string): Promise<KeptState> {
  return { targets: await listFingerprints(stateDir), runs: await listRuns(stateDir) };
}

async function listRuns(stateDir: string): Promise<readonly InterruptedRun[]> {
  const checkpoints = await createCheckpoints(stateDir).loadAll();
  const runs = checkpoints.map(
    async ({ runId, job, committed, savedAt }): Promise<InterruptedRun> => ({
      runId,
      inputs: job.inputs.map(({ path }) => path),
      applicationId: job.application.id,
      region: job.application.region,
      rows: countDecided(committed.rows),
      savedAt,
      isActive: await isJobActive(stateDir, toJobKey(job)),
    }),
  );
  return Promise.all(runs);
}

/**
 * Forgets what a target has accepted: the next run into it sends everything.
 *
 * @throws RunStoppedError while a run into it is at work.
 */
export async function forgetTarget(stateDir: string, target: FingerprintTarget): Promise<void> {
  const { applicationId, region } = target;
  const active = (await listRuns(stateDir)).find(
    (run) => run.isActive && run.applicationId === applicationId && run.region === region,
  );
  if (active !== undefined) throw toAtWork(active.runId);
  await clearFingerprints(stateDir, target);
}

/**
 * Forgets an interrupted run: it cannot be gone on with any more. Its rejects file stays.
 *
 * @throws RunStoppedError while it is at work.
 */
export async function forgetRun(stateDir: string, runId: string): Promise<void> {
  const checkpoints = createCheckpoints(stateDir);
  for (const { runId: found, job } of await checkpoints.loadAll()) {
    if (found !== runId) continue;
    const key = toJobKey(job);
    if (await isJobActive(stateDir, key)) throw toAtWork(runId);
    await checkpoints.remove(key);
  }
}

function toAtWork(runId: string): RunStoppedError {
  return new RunStoppedError("job_active", `the run ${runId} is at work; stop it first`);
}
