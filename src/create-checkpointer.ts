import { resolve } from "node:path";
import type { OpenChanges } from "./open-changes.js";
import type { RunState } from "./open-state.js";
import type { RejectsWriter } from "./reporting/create-rejects-writer.js";
import type { CommitTracker } from "./state/create-commit-tracker.js";

/** What a crash may cost: rows that were accepted within so long may be sent again. */
const INTERVAL_MS = 1_000;

/** Brings to the disk what has been decided: rejects and fingerprints first, then the checkpoint that counts on them. */
export interface Checkpointer {
  /** To be called as the run gets on; most of the time only the rejects are written. Rejects when the run must stop. */
  progressed(): Promise<void>;
  /** `isFinal`: nothing more is decided in this run. */
  save(isFinal: boolean): Promise<void>;
  /** Every row is decided: the rejects are safe, and there is nothing to go on with. */
  complete(): Promise<void>;
}

export interface CheckpointerOptions {
  readonly runId: string;
  readonly tracker: CommitTracker;
  readonly rejects: RejectsWriter;
  readonly changes: OpenChanges | undefined;
  /** Absent where nothing is kept. */
  readonly state: RunState | undefined;
}

export function createCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { runId, tracker, rejects, changes, state } = options;
  let savedAt = performance.now();
  let saving = false;

  const save = async (isFinal: boolean): Promise<void> => {
    if (state === undefined) return rejects.flush();
    // Both are taken at the same moment; what is decided while they are written belongs to the next checkpoint.
    const committed = structuredClone(tracker.committed);
    const written = rejects.checkpoint();
    const { path, ...file } = await written;
    changes?.flush();
    // Whoever goes on may stand in another directory.
    await state.save({
      runId,
      committed,
      rejects: { ...file, path: resolve(path), atMs: Date.now(), isFinal },
    });
  };

  // A file of that name could be another's: what a crash leaves behind is to be known for what it is.
  rejects.onCreated(async (file) => state?.rejectsCreated(file));

  return {
    save,
    async progressed() {
      if (saving || performance.now() - savedAt < INTERVAL_MS) return rejects.relieve();
      saving = true;
      try {
        await save(false);
      } finally {
        saving = false;
        savedAt = performance.now();
      }
    },
    async complete() {
      await rejects.checkpoint();
      changes?.flush();
      await state?.forget();
    },
  };
}
