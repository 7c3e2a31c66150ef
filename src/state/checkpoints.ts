import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RejectsState } from "../domain.js";
import { RunStoppedError } from "../errors.js";
import { writeFileAtomically } from "../write-file-atomically.js";
import type { Committed } from "./committed.js";
import type { Job } from "./job.js";

/** Changes with the form of the file: a checkpoint of another one cannot be gone on from. */
const VERSION = 3;

/** Where an interrupted run can be taken up again. */
export interface Checkpoint {
  readonly runId: string;
  readonly savedAt: string;
  readonly job: Job;
  /** Where the endpoints went; null is the region's own endpoint. */
  readonly endpointUrl: string | null;
  readonly committed: Committed;
  /** The rejects file with the committed rows; what stands in it behind those is written again. */
  readonly rejects: RejectsState;
}

/** The checkpoints of a state directory, one a job. Whoever writes holds the job's lock. */
export interface Checkpoints {
  load(jobKey: string): Promise<Checkpoint | undefined>;
  /** Those of all jobs; what cannot be read is left out. */
  loadAll(): Promise<readonly Checkpoint[]>;
  save(jobKey: string, checkpoint: Checkpoint): Promise<void>;
  remove(jobKey: string): Promise<void>;
}

class VersionError extends Error {}

export function createCheckpoints(stateDir: string): Checkpoints {
  const toName = (jobKey: string): string => `checkpoint-${jobKey}.json`;
  const toPath = (jobKey: string): string => join(stateDir, toName(jobKey));

  const unusable = (what: string, cause: unknown): RunStoppedError => {
    const { code } = cause as NodeJS.ErrnoException;
    return new RunStoppedError(
      "state_unusable",
      `the checkpoint cannot be ${what} in ${stateDir} (${code ?? (cause as Error).message}): make room and see to its permissions. With another --state-dir a run begins with the first row`,
      { cause },
    );
  };

  const load = async (path: string): Promise<Checkpoint | undefined> => {
    try {
      const { version, ...checkpoint } = JSON.parse(await readFile(path, "utf8"));
      if (version !== VERSION) throw new VersionError("it is of another version of this program");
      return checkpoint;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return undefined;
      throw new RunStoppedError(
        "state_unusable",
        `the checkpoint ${path} cannot be read (${code ?? (error instanceof VersionError ? error.message : "it is damaged")}); leave out --resume to begin with the first row`,
        { cause: error },
      );
    }
  };

  return {
    load: (jobKey) => load(toPath(jobKey)),
    async loadAll() {
      const names = await readdir(stateDir).catch(() => []);
      const paths = names
        .filter((name) => /^checkpoint-\w+\.json$/.test(name))
        .map((name) => join(stateDir, name));
      const loaded = await Promise.all(paths.map((path) => load(path).catch(() => undefined)));
      return loaded.filter((checkpoint) => checkpoint !== undefined);
    },
    async save(jobKey, checkpoint) {
      const text = `${JSON.stringify({ version: VERSION, ...checkpoint }, null, 2)}\n`;
      await writeFileAtomically(toPath(jobKey), text, 0o600).catch((error: unknown) => {
        throw unusable("written", error);
      });
    },
    async remove(jobKey) {
      try {
        // What a run that was killed was about to write goes with it.
        const names = (await readdir(stateDir)).filter((name) => name.startsWith(toName(jobKey)));
        for (const name of names) await rm(join(stateDir, name), { force: true });
      } catch (error) {
        throw unusable("removed", error);
      }
    },
  };
}
