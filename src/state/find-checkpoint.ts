import { ConfigurationError } from "../errors.js";
import { exists } from "../exists.js";
import type { Checkpoint, Checkpoints } from "./checkpoints.js";
import { areAkin, findDifference, type Job, toJobKey } from "./job.js";

/**
 * The job as an interrupted run of it knew it, if there was one. Of standard input that run may have seen another length of
 * the beginning, so each run that comes into question is compared by what it saw.
 *
 * @param identify Describes the job of now, as far as its inputs were looked at in the other one.
 * @param isActive Whether a run does the job of that key now.
 * @throws ConfigurationError when only a run of other inputs, another mapping or application was interrupted.
 */
export async function findInterruptedJob(
  checkpoints: Checkpoints,
  identify: (like?: Job) => Promise<Job>,
  isActive: (jobKey: string) => Promise<boolean>,
): Promise<Job> {
  const job = await identify();
  const akin = (await checkpoints.loadAll())
    .filter((checkpoint) => areAkin(checkpoint.job, job))
    .sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  for (const checkpoint of akin) {
    const again = await identify(checkpoint.job);
    if (toJobKey(again) === toJobKey(checkpoint.job)) return again;
  }
  for (const checkpoint of akin) {
    // What a run is at work on was not interrupted.
    if ((await isWorthResuming(checkpoint)) && !(await isActive(toJobKey(checkpoint.job))))
      checkSameJob(checkpoint, await identify(checkpoint.job));
  }
  return job;
}

/** Whether somebody may mean that run: something was accepted in it, and its inputs are there. */
async function isWorthResuming({ job, committed }: Checkpoint): Promise<boolean> {
  if (committed.endpoints.accepted === 0) return false;
  const files = job.inputs.map(({ path }) => path).filter((path) => path !== "-");
  return (await Promise.all(files.map(exists))).every(Boolean);
}

/** @throws ConfigurationError that says in what the interrupted run differs. */
export function checkSameJob({ runId, job: earlier }: Checkpoint, job: Job): void {
  const difference = findDifference(earlier, job);
  if (difference === undefined) return;
  throw new ConfigurationError(
    "resume_mismatch",
    `--resume cannot go on with the interrupted run ${runId}: ${difference}. Give the same inputs, mapping, application and options as then, or leave out --resume to begin with the first row; "pinpoint-import state clear ${runId}" forgets that run`,
  );
}
