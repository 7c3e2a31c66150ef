import type { Options } from "./options.js";
import type { Source } from "./sources/open-source.js";
import { type Checkpoint, createCheckpoints } from "./state/checkpoints.js";
import { acquireJobLock, awaitJobLock, isJobActive } from "./state/create-job-lock.js";
import { checkSameJob, findInterruptedJob } from "./state/find-checkpoint.js";
import { type Job, toJobKey } from "./state/job.js";

/** What a run keeps in the state directory as it goes; the job is locked until it is closed. */
export interface RunState {
  /** The interrupted run to go on with. */
  readonly earlier: Checkpoint | undefined;
  /** Whether there is a checkpoint to go on with. */
  readonly saved: boolean;
  save(checkpoint: Omit<Checkpoint, "job" | "savedAt" | "endpointUrl">): Promise<void>;
  /** Adds to the last checkpoint that the rejects file has come into being. */
  rejectsCreated(file: string): Promise<void>;
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
  endpointUrl: string | null,
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
  const lock = options.wait
    ? await awaitJobLock(
        stateDir,
        key,
        ({ message }) => warn(`${message.split(". ")[0]}. This one waits for it`),
        options.signal,
      )
    : await acquireJobLock(stateDir, key);
  try {
    const found = await checkpoints.load(key).catch((error: unknown) => {
      if (options.resume) throw error;
      return undefined;
    });
    if (options.resume && found === undefined)
      warn(
        "no interrupted run of this job is known, so there is nothing to resume: it begins with the first row",
      );
    if (options.resume && found !== undefined) {
      checkSameJob(found, job);
      if (found.endpointUrl !== endpointUrl)
        warn(
          `the interrupted run sent to ${toPlace(found.endpointUrl)}, this one sends to ${toPlace(endpointUrl)}`,
        );
    }
    if (!options.resume && found !== undefined)
      warn(
        `the run ${found.runId} of this job was interrupted; this one begins with the first row all the same (--resume goes on where that one stopped)`,
      );
    let last: Checkpoint | undefined = options.resume ? found : undefined;
    let saving: Promise<void> = Promise.resolve();
    /** One after the other, each from what the one before left. */
    const write = (toNext: () => Checkpoint | undefined): Promise<void> => {
      saving = saving
        .catch(() => {})
        .then(async () => {
          const next = toNext();
          if (next === undefined) return;
          await checkpoints.save(key, next);
          last = next;
        });
      return saving;
    };
    return {
      earlier: last,
      get saved() {
        return last !== undefined;
      },
      save: (checkpoint) =>
        write(() => ({ ...checkpoint, job, endpointUrl, savedAt: new Date().toISOString() })),
      rejectsCreated: (file) => write(() => last && { ...last, rejects: { ...last.rejects, file } }),
      async forget() {
        await checkpoints.remove(key);
        last = undefined;
      },
      close: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function toPlace(endpointUrl: string | null): string {
  return endpointUrl ?? "the region's own endpoint";
}

/** The options that decide which row has which number. */
function toReading({
  format,
  delimiter,
  encoding,
  select,
  maxRecordBytes,
  skip,
  limit,
}: Options): Job["reading"] {
  return {
    format: format === "auto" ? null : (format ?? null),
    delimiter: delimiter ?? null,
    encoding: encoding ?? null,
    select: select ?? null,
    "max-record-size": maxRecordBytes ?? null,
    skip,
    limit: Number.isFinite(limit) ? limit : null,
  };
}
