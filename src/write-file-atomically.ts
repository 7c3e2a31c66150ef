import { rename, rm, writeFile } from "node:fs/promises";

/** Replaces a file in one step: whoever reads it sees the whole of the old one or of the new one. Leaves nothing else. */
export async function writeFileAtomically(path: string, text: string, mode = 0o666): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
