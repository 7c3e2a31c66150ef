import { open, rm } from "node:fs/promises";

/** Writes a file that must not be there yet. Where the whole cannot be written there is none, so that a second try finds its place free. */
export async function writeNewFile(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    try {
      await file.writeFile(text);
      // A disk may say only now that it is full.
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}
