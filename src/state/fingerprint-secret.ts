import { randomBytes } from "node:crypto";
import { link, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../write-file-atomically.js";

/** As long as the hashes of SHA-256 that it is for. */
const SECRET_BYTES = 32;

/** The key of all fingerprints of a state directory; it is made when it is missing. */
export async function loadFingerprintSecret(stateDir: string): Promise<Buffer> {
  const path = join(stateDir, "fingerprints.key");
  const load = async (): Promise<Buffer | undefined> => {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const secret = Buffer.from(text.trim(), "hex");
    return secret.length === SECRET_BYTES ? secret : undefined;
  };

  const found = await load();
  if (found !== undefined) return found;
  // Of two runs that make one at the same time the first one's counts; a file that holds none is replaced.
  await rm(path, { force: true });
  const own = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFileAtomically(own, `${randomBytes(SECRET_BYTES).toString("hex")}\n`, 0o600);
  try {
    await link(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(own, { force: true });
  }
  const made = await load();
  if (made === undefined) throw new Error(`${path} cannot be read back`);
  return made;
}
