import type { Options } from "./options.js";
import type { Source } from "./sources/open-source.js";
import { type Checkpoint, createCheckpoints } from "./state/checkpoints.js";
import { acquireJobLock, isJobActive } from "./state/create-job-lock.js";
import { checkSameJob, findInterruptedJob } from "./state/find-checkpoint.js";
import { type Job, toJobKey } from "./state/job.js";

/** What a run keeps in the state directory as it goes; the job is locked until it is closed. */
export interface RunState {
  /** The interrupted run to go on with. */
  readonly earlier: Checkpoint | undefined;
  /** Whether there is a checkpoint to go on with. */
  readonly saved: boolean;
  save(checkpoint: Omit<Checkpoint, "job" | "savedAt">): Promise<void>;
  /** The job is done: nothing is left to go on with. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Locks the job and finds where an interrupted run of it stopped.
 *
 * @throws ConfigurationError when the interrupted run was of other inputs, another mapping or application.
 * @throws RunStoppedError when another run does this job now, or the directory cannot be used.
 */
export async function openState(
  stateDir: string,
  options: Options,
  sources: readonly Source[],
  { mapping, application }: Pick<Job, "mapping" | "application">,
  warn: (message: string) => void,
): Promise<RunState> {
  const checkpoints = createCheckpoints(stateDir);
  const identify = async (like?: Job): Promise<Job> => ({
    inputs: await Promise.all(
      sources.map((source, index) => source.identify(like?.inputs[index]?.headBytes)),
    ),
    reading: toReading(options),
    mapping,
    application,
  });
  const isActive = (jobKey: string): Promise<boolean> => isJobActive(stateDir, jobKey);
  const job = await (options.resume ? findInterruptedJob(checkpoints, identify, isActive) : identify());
  const key = toJobKey(job);
  const lock = await acquireJobLock(stateDir, key);
  try {
    const found = await checkpoints.load(key).catch((error: unknown) => {
      if (options.resume) throw error;
      return undefined;
    });
    if (options.resume && found === undefined)
      warn(
        "no interrupted run of this job is known, so there is nothing to resume: it begins with the first row",
      );
    if (options.resume && found !== undefined) checkSameJob(found, job);
    if (!options.resume && found !== undefined)
      warn(
        `the run ${found.runId} of this job was interrupted; this one begins with the first row all the same (--resume goes on where that one stopped)`,
      );
    let saved = options.resume === true && found !== undefined;
    return {
      earlier: options.resume ? found : undefined,
      get saved() {
        return saved;
      },
      async save(checkpoint) {
        await checkpoints.save(key, { ...checkpoint, job, savedAt: new Date().toISOString() });
        saved = true;
      },
      async forget() {
        await checkpoints.remove(key);
        saved = false;
      },
      close: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The options that decide which row has which number. */
function toReading({ format, delimiter, encoding, select, maxRecordBytes, skip }: Options): Job["reading"] {
  return {
    format: format === "auto" ? null : (format ?? null),
    delimiter: delimiter ?? null,
    encoding: encoding ?? null,
    select: select ?? null,
    "max-record-size": maxRecordBytes ?? null,
    skip,
  };
}
