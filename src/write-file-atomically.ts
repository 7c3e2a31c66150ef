import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file in one step: whoever reads it, also after a loss of power, sees the whole of the old one or of the new
 * one. Leaves nothing else.
 */
export async function writeFileAtomically(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, "w", mode);
    try {
      await file.writeFile(text);
      // A rename may reach the disk before the text does.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes a new or another name in a directory last. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows opens no directories, and needs none of this.
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
