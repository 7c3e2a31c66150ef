import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { RejectLine, RejectsSnapshot } from "../domain.js";
import { ConfigurationError, RunStoppedError } from "../errors.js";
import { exists } from "../exists.js";
import { syncDirectory } from "../write-file-atomically.js";
import { createRejectTally, type RejectTally } from "./create-reject-tally.js";
import type { RejectFormat } from "./reject-lines.js";
import { type EarlierRejects, identifyFile } from "./reopen-rejects.js";
import { restoreDeleted } from "./restore-deleted.js";

/** Characters that are worth a write, and milliseconds after which any row is: a write for every few took 0.1 ms each. */
const WORTH_A_WRITE = 64 * 1024;
const SOON_MS = 100;

/** Writes rejected rows, and counts them once they are in the file. */
export interface RejectsWriter {
  add(line: RejectLine): void;
  /** Resolves when all that was added is written. Rejects with a `RunStoppedError` when the file cannot be written. */
  flush(): Promise<void>;
  /** The same for as much as is worth a write; less of it is written soon. Resolves when no write is under way. */
  relieve(): Promise<void>;
  /** Brings all that was added to the disk itself, and tells what the file is with it. */
  checkpoint(): Promise<RejectsSnapshot>;
  /** The same, and closes the file. */
  close(): Promise<void>;
  /** What is written, that of the interrupted run included. */
  readonly tally: Omit<RejectTally, "add">;
  /** The file, or that of the interrupted run; null as long as there was nothing to write. */
  readonly path: string | null;
  /** To be called once: `action` is waited for when the file has come into being, before anything is written. */
  onCreated(action: (file: string) => Promise<void>): void;
}

/**
 * Checks before the run what would stop it later: `path` must not exist, its folder must be writable, and its name must
 * not belong to the other format, as the file could then not be imported again.
 */
export async function checkRejectsPath(path: string, extension: RejectFormat["extension"]): Promise<void> {
  const named = /\.(csv|tsv|jsonl|ndjson|json)$/i.exec(path)?.[1]?.toLowerCase();
  if (path === "-" || (named !== undefined && /^[ct]sv$/.test(named) !== (extension === "csv"))) {
    throw new ConfigurationError(
      "rejects_name",
      `--rejects is "${path}"; the rejects of this input are ${extension === "csv" ? "CSV" : "JSONL"}: name a file that ends in .${extension}`,
    );
  }
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new RunStoppedError(
      "rejects_unwritable",
      `the folder for the rejects file, ${folder}, cannot be written (${(cause as NodeJS.ErrnoException).code}); name another file with --rejects`,
      { cause },
    );
  }
  if (await exists(path)) {
    throw new ConfigurationError(
      "rejects_exist",
      `${path} exists already and is not overwritten; name another file with --rejects`,
    );
  }
}

/** How many lines fit into `bytes`, and what they measure. */
function countWhole(batch: readonly RejectLine[], bytes: number): { count: number; bytes: number } {
  let count = 0;
  let sum = 0;
  for (const { text } of batch) {
    const length = Buffer.byteLength(text);
    if (sum + length > bytes) break;
    sum += length;
    count += 1;
  }
  return { count, bytes: sum };
}

/**
 * The file comes into being with the first reject, readable by its owner alone: it holds people's data. With `earlier`
 * the file of an interrupted run, or only its counts, are gone on with.
 */
export function createRejectsWriter(
  path: string,
  format: Pick<RejectFormat, "head">,
  earlier?: EarlierRejects,
): RejectsWriter {
  let file: FileHandle | undefined = earlier?.reopened?.file;
  const hash = earlier?.reopened?.hash ?? createHash("sha256");
  let size = earlier?.reopened?.bytes ?? 0;
  let pending: RejectLine[] = [];
  let pendingLength = 0;
  let soon: NodeJS.Timeout | undefined;
  const tally = createRejectTally(earlier?.byReason);
  let writing: Promise<void> = Promise.resolve();
  let identity = earlier?.reopened?.identity ?? null;
  let created = async (_file: string): Promise<void> => {};

  const write = async (batch: readonly RejectLine[]): Promise<void> => {
    if (batch.length === 0) return;
    const start = size;
    const head = start === 0 ? format.head : "";
    try {
      file ??= await create();
      const bytes = Buffer.from(head + batch.map(({ text }) => text).join(""));
      while (size - start < bytes.length) {
        const { bytesWritten } = await file.write(bytes, size - start, bytes.length - (size - start), size);
        size += bytesWritten;
      }
      hash.update(bytes);
    } catch (cause) {
      const whole = countWhole(batch, size - start - Buffer.byteLength(head));
      await keepWhole(start + whole.bytes + (whole.count === 0 && start === 0 ? 0 : Buffer.byteLength(head)));
      for (const line of batch.slice(0, whole.count)) tally.add(line);
      throw unwritable(
        cause,
        `: ${batch.length - whole.count} rejected rows are not in it and count as pending`,
      );
    }
    for (const line of batch) tally.add(line);
  };

  const create = async (): Promise<FileHandle> => {
    const made = await open(path, "wx+", 0o600);
    await syncDirectory(dirname(path));
    identity = await identifyFile(made);
    await created(identity);
    return made;
  };

  const unwritable = (cause: unknown, lost = ""): RunStoppedError => {
    // Whoever was told that the file has come into being could not go on, and says why.
    if (cause instanceof RunStoppedError) return cause;
    return new RunStoppedError(
      "rejects_unwritable",
      `the rejects file ${path} cannot be written (${(cause as NodeJS.ErrnoException).code})${lost}. Make room, or name another file with --rejects`,
      { cause },
    );
  };

  /** A row that was written by half would be none: the file ends with the last whole one. */
  const keepWhole = async (bytes: number): Promise<void> => {
    size = bytes;
    await file?.truncate(bytes).catch(() => {});
    if (bytes === 0 && file !== undefined) await rm(path, { force: true });
  };

  /** Writes what was added until now, then does something with the file. Once it failed, it fails for good. */
  const writeThen = <T>(action: () => T | Promise<T>): Promise<T> => {
    const batch = pending;
    pending = [];
    pendingLength = 0;
    clearTimeout(soon);
    soon = undefined;
    const done = writing.then(() => write(batch)).then(action);
    writing = done.then(() => {});
    writing.catch(() => {});
    return done;
  };

  const sync = async (): Promise<void> => {
    if (file === undefined) return;
    await file.sync().catch((cause: unknown) => {
      throw unwritable(cause);
    });
    await restoreDeleted(path, file, async (copy) => created(await identifyFile(copy)));
  };

  const flush = (): Promise<void> => (pending.length === 0 ? writing : writeThen(() => {}));

  return {
    add(line) {
      pending.push(line);
      pendingLength += line.text.length;
    },
    flush,
    relieve() {
      if (pendingLength >= WORTH_A_WRITE) return flush();
      if (pending.length > 0) soon ??= setTimeout(() => void flush().catch(() => {}), SOON_MS);
      return writing;
    },
    checkpoint: () =>
      writeThen(async () => {
        await sync();
        return {
          path,
          file: identity,
          bytes: size,
          sha256: hash.copy().digest("hex"),
          byReason: tally.byReason,
        };
      }),
    async close() {
      try {
        await writeThen(sync);
      } finally {
        await file?.close();
        file = undefined;
      }
    },
    tally,
    get path() {
      if (size > 0) return path;
      return tally.rows > 0 ? (earlier?.path ?? path) : null;
    },
    onCreated(action) {
      created = action;
    },
  };
}
