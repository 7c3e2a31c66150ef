import { type FileHandle, open, stat } from "node:fs/promises";
import { RunStoppedError } from "../errors.js";

const PIECE_BYTES = 64 * 1024;

/**
 * Checks that an open file still stands under its name. One that was deleted lives as long as it is open: what it holds
 * is written under that name again.
 *
 * @param onRestored Waited for when a copy was made.
 * @throws RunStoppedError when it did not stand there any more.
 */
export async function restoreDeleted(
  path: string,
  file: FileHandle,
  onRestored: (copy: FileHandle) => Promise<void>,
): Promise<void> {
  const own = await file.stat();
  const there = await stat(path).catch(() => undefined);
  if (there?.ino === own.ino && there.dev === own.dev) return;
  const message =
    there === undefined
      ? `the rejects file ${path} was deleted or moved while the run wrote to it; ${await restore(path, file, onRestored)}`
      : `another file took the place of the rejects file ${path} while the run wrote to it; name another one with --rejects`;
  throw new RunStoppedError("rejects_deleted", message);
}

async function restore(
  path: string,
  file: FileHandle,
  onRestored: (copy: FileHandle) => Promise<void>,
): Promise<string> {
  try {
    const copy = await open(path, "wx", 0o600);
    try {
      const buffer = Buffer.alloc(PIECE_BYTES);
      for (let at = 0; ; ) {
        const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, at);
        if (bytesRead === 0) break;
        await copy.writeFile(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
      await copy.sync();
      await onRestored(copy);
    } finally {
      await copy.close();
    }
    return "what it held was written there again";
  } catch (error) {
    return `what it held could not be written there again (${(error as NodeJS.ErrnoException).code})`;
  }
}
