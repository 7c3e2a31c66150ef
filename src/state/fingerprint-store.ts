import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RunStoppedError } from "../errors.js";
import { exists } from "../exists.js";
import { writeFileAtomically } from "../write-file-atomically.js";
import { CONTENT_BYTES } from "./create-fingerprinter.js";
import { loadFingerprintSecret } from "./fingerprint-secret.js";
import { DamagedError, type Environment, openEnvironment, type Seal } from "./open-environment.js";

/** Changes with the form of what is kept and with what a fingerprint is made of: a store of another one is of no use. */
const VERSION = 2;

/** Where endpoints go, as far as it decides what is stored there. */
export interface FingerprintTarget {
  readonly applicationId: string;
  readonly region: string;
  /** Null is the region's own endpoint. */
  readonly endpointUrl: string | null;
}

/** The fingerprints of what one target accepted. Several processes may have it open. */
export interface FingerprintStore extends Pick<Environment, "endpoints" | "shared" | "write"> {
  /** Key of the hashes; the same for all targets of a state directory. */
  readonly secret: Buffer;
  /** To be called when the run is over, with its id unless nothing was written. */
  close(runId: string | undefined): Promise<void>;
}

/** What is known of a target, but for the fingerprints themselves. */
export interface KnownTarget extends FingerprintTarget {
  readonly endpoints: number;
  /** Bytes on disk. */
  readonly bytes: number;
  readonly createdAt: string;
  /** Null as long as no run has ended by itself. */
  readonly lastRun: { readonly runId: string; readonly endedAt: string } | null;
}

/** `target.json` beside the environment. */
interface Description extends Omit<KnownTarget, "bytes" | "endpoints"> {
  readonly version: number;
  /** Tells whether the fingerprints were made with the secret that is there now. */
  readonly secretId: string;
  readonly seal: Seal | null;
}

/** Whether something is known of the target, usable or not. */
export async function hasFingerprints(stateDir: string, target: FingerprintTarget): Promise<boolean> {
  return exists(join(stateDir, toName(target)));
}

/**
 * Opens what is known of a target, or begins anew. A store that cannot be trusted is put aside, with a warning.
 *
 * @throws RunStoppedError `state_unusable` where the directory cannot be used.
 */
export async function openFingerprintStore(
  stateDir: string,
  target: FingerprintTarget,
  warn: (message: string) => void,
): Promise<FingerprintStore> {
  const directory = join(stateDir, toName(target));
  try {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const secret = await loadFingerprintSecret(stateDir);
    try {
      return await open(directory, target, secret);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const aside = `${directory}.unusable-${Date.now()}`;
      await rename(directory, aside);
      warn(
        `what is known of earlier imports into ${target.applicationId} cannot be used (${error.message}), so everything counts as changed; it was put aside as ${aside}`,
      );
      return await open(directory, target, secret);
    }
  } catch (cause) {
    throw toFingerprintFault(stateDir, cause);
  }
}

/** The targets of a state directory of which something is known. */
export async function listFingerprints(stateDir: string): Promise<readonly KnownTarget[]> {
  const names = await readdir(stateDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new RunStoppedError(
      "state_unusable",
      `the state directory ${stateDir} cannot be read (${error.code})`,
      { cause: error },
    );
  });
  const found = await Promise.all(
    names
      .filter((name) => /^fingerprints-[0-9a-f]{16}$/.test(name))
      .map(async (name) => {
        const directory = join(stateDir, name);
        const { seal, secretId, version, ...known } = await describe(directory);
        const environment = await openEnvironment(directory, seal);
        const endpoints = environment.endpoints.count(CONTENT_BYTES);
        await environment.close();
        return { ...known, endpoints, bytes: (await stat(join(directory, "data.mdb"))).size };
      })
      // What cannot be read is put aside by the next run.
      .map((reading) => reading.catch(() => undefined)),
  );
  return found
    .filter((known) => known !== undefined)
    .sort((a, b) => a.applicationId.localeCompare(b.applicationId) || a.region.localeCompare(b.region));
}

/** Forgets what is known of a target: the next run sends everything. */
export async function clearFingerprints(stateDir: string, target: FingerprintTarget): Promise<void> {
  const name = toName(target);
  for (const found of await readdir(stateDir)) {
    if (found === name || found.startsWith(`${name}.`))
      await rm(join(stateDir, found), { recursive: true, force: true });
  }
}

/** What the file system or LMDB says when there is no room, or no permission. */
export function toFingerprintFault(stateDir: string, cause: unknown): RunStoppedError {
  if (cause instanceof RunStoppedError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new RunStoppedError(
    "state_unusable",
    `the fingerprints cannot be kept in ${stateDir} (${typeof code === "string" ? code : message}): make room and see to its permissions, or name another directory with --state-dir`,
    { cause },
  );
}

async function open(directory: string, target: FingerprintTarget, secret: Buffer): Promise<FingerprintStore> {
  const secretId = createHmac("sha256", secret).update("secret").digest("hex").slice(0, 16);
  if (!(await exists(directory))) await create(directory, target, secretId);
  const description = await describe(directory);
  if (description.version !== VERSION) throw new DamagedError("it is of another version of this program");
  if (description.secretId !== secretId) throw new DamagedError("its key is gone");
  const environment = await openEnvironment(directory, description.seal);
  return {
    ...environment,
    secret,
    async close(runId) {
      try {
        if (runId === undefined) return;
        const seal = (await environment.seal(description.seal)) ?? null;
        const lastRun = { runId, endedAt: new Date().toISOString() };
        await save(directory, { ...description, seal, lastRun });
      } finally {
        await environment.close();
      }
    },
  };
}

/** Appears in one step: of two runs that begin at the same time the first one's stays. */
async function create(directory: string, target: FingerprintTarget, secretId: string): Promise<void> {
  const { applicationId, region, endpointUrl } = target;
  const own = `${directory}.new-${randomBytes(4).toString("hex")}`;
  await mkdir(own, { recursive: true, mode: 0o700 });
  await save(own, {
    version: VERSION,
    applicationId,
    region,
    endpointUrl,
    createdAt: new Date().toISOString(),
    lastRun: null,
    secretId,
    seal: null,
  });
  await rename(own, directory).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true });
    if (!(await exists(directory))) throw error;
  });
}

async function save(directory: string, description: Description): Promise<void> {
  await writeFileAtomically(toDescriptionPath(directory), `${JSON.stringify(description, null, 2)}\n`, 0o600);
}

async function describe(directory: string): Promise<Description> {
  try {
    return JSON.parse(await readFile(toDescriptionPath(directory), "utf8"));
  } catch {
    throw new DamagedError("its description is damaged");
  }
}

function toDescriptionPath(directory: string): string {
  return join(directory, "target.json");
}

function toName({ applicationId, region, endpointUrl }: FingerprintTarget): string {
  const text = JSON.stringify([applicationId, region, endpointUrl]);
  return `fingerprints-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
