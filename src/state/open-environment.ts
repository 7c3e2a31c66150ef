import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Database } from "lmdb";
import { readTransaction } from "./read-transaction.js";

/** An environment as it was left: whatever else is found in it later is damage. */
export interface Seal {
  /** The last transaction. Where more have followed, a process was killed before it could seal them. */
  readonly transaction: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Keys and values are hashes. */
export interface Table {
  readonly count: number;
  get(key: Buffer): Buffer | undefined;
  put(key: Buffer, value: Buffer): void;
  remove(key: Buffer): void;
}

/** An LMDB environment (https://github.com/kriszyp/lmdb-js): transactions survive a crash, and several processes share it. */
export interface Environment {
  /** Fingerprints, by Id. */
  readonly endpoints: Table;
  /** What endpoints share, by user or address. */
  readonly shared: Table;
  /** Runs the work in one transaction; resolves when everybody sees what it has done. */
  write(work: () => void): Promise<void>;
  /** Resolves when all that was written is on the disk. */
  flush(): Promise<void>;
  /** Undefined while another process writes. */
  seal(): Promise<Seal | undefined>;
  close(): Promise<void>;
}

/** Why an environment is not to be trusted. */
export class DamagedError extends Error {}

/** @throws DamagedError when it is not as it was sealed. */
export async function openEnvironment(directory: string, seal: Seal | null): Promise<Environment> {
  const file = join(directory, "data.mdb");
  await check(file, seal);
  const { open } = await import("lmdb");
  const binary = { encoding: "binary", keyEncoding: "binary" } as const;
  const root = open({ path: directory, ...binary, maxDbs: 2 });
  await Promise.all([file, join(directory, "lock.mdb")].map((path) => chmod(path, 0o600)));
  const endpoints = root.openDB<Buffer, Buffer>("endpoints", binary);
  const shared = root.openDB<Buffer, Buffer>("shared", binary);
  return {
    endpoints: toTable(endpoints),
    shared: toTable(shared),
    async write(work) {
      await root.transaction(work);
      // What is read from here on is read as it is now.
      endpoints.resetReadTxn();
      shared.resetReadTxn();
    },
    async flush() {
      await root.flushed;
    },
    async seal() {
      await root.flushed;
      const before = await readTransaction(file);
      const { size } = await stat(file);
      const sha256 = await hashFile(file);
      const transaction = await readTransaction(file);
      if (transaction === undefined || transaction !== before) return undefined;
      return { transaction, bytes: size, sha256 };
    },
    close: () => root.close(),
  };
}

async function check(file: string, seal: Seal | null): Promise<void> {
  const bytes = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  // Not yet there, or made and not written yet.
  if (bytes === 0 && seal === null) return;
  if (bytes < (seal?.bytes ?? 0)) throw new DamagedError("it was cut short");
  const transaction = await readTransaction(file);
  if (transaction === undefined || transaction < (seal?.transaction ?? 0))
    throw new DamagedError("it is damaged");
  if (transaction === seal?.transaction && (await hashFile(file)) !== seal.sha256)
    throw new DamagedError("it is damaged");
}

function toTable(database: Database<Buffer, Buffer>): Table {
  return {
    get count() {
      return (database.getStats() as { entryCount: number }).entryCount;
    },
    get: (key) => database.get(key),
    put: (key, value) => void database.put(key, value),
    remove: (key) => void database.remove(key),
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
