import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { RejectsState } from "../domain.js";

/** What an interrupted run rejected: its file, where that can be gone on with, and in any case its counts. */
export interface EarlierRejects {
  readonly path: string;
  readonly byReason: RejectsState["byReason"];
  readonly reopened?: ReopenedRejects | undefined;
}

interface ReopenedRejects {
  readonly file: FileHandle;
  readonly identity: string;
  readonly bytes: number;
  /** Of those bytes; it goes on with what is added. */
  readonly hash: Hash;
}

const PIECE_BYTES = 64 * 1024;

/** What a run that was killed had written behind its last checkpoint, it had written soon after that. */
const SOON_MS = 60_000;

/**
 * Opens the rejects file of an interrupted run and cuts off what was written behind the checkpoint, as those rows are
 * decided again. Gives undefined where the file is gone, no longer begins as it was left, or was added to since: somebody
 * works with it.
 */
export async function reopenRejects(earlier: RejectsState): Promise<ReopenedRejects | undefined> {
  const file = await open(earlier.path, "r+").catch(() => undefined);
  if (file === undefined) return undefined;
  const identity = await identifyFile(file);
  const { size, mtimeMs } = await file.stat();
  // Where nothing was written yet, there is no beginning to know the file by: another run may have made it since.
  const isOwn = earlier.bytes > 0 || identity === earlier.file || size === 0;
  const isAddedTo = size > earlier.bytes && (earlier.isFinal || mtimeMs > earlier.atMs + SOON_MS);
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(PIECE_BYTES);
  let at = 0;
  while (at < earlier.bytes) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(PIECE_BYTES, earlier.bytes - at), at);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  if (!isOwn || isAddedTo || at < earlier.bytes || hash.copy().digest("hex") !== earlier.sha256) {
    await file.close();
    return undefined;
  }
  await file.truncate(earlier.bytes);
  return { file, identity, bytes: earlier.bytes, hash };
}

/** What tells a file from another one of the same name. */
export async function identifyFile(file: FileHandle): Promise<string> {
  const { dev, ino } = await file.stat();
  return `${dev}:${ino}`;
}
