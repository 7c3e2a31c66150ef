import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Database } from "lmdb";
import { RunStoppedError } from "../errors.js";
import { readTransaction } from "./read-transaction.js";

/** An environment as it was left: whatever else is found in it later is damage. */
export interface Seal {
  /** The last transaction. Where more have followed, a process was killed before it could seal them. */
  readonly transaction: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Keys and values are hashes, one character a byte. */
export interface Table {
  /** Entries with a value of so many bytes. */
  count(bytes: number): number;
  get(key: string): string | undefined;
  /** The keys that begin with this. */
  keysWith(beginning: string): string[];
  put(key: string, value: string): void;
}

/** An LMDB environment (https://github.com/kriszyp/lmdb-js): transactions survive a crash, and several processes share it. */
export interface Environment {
  /** Fingerprints, by Id. */
  readonly endpoints: Table;
  /** What endpoints share and by which it is held, by user or address. */
  readonly shared: Table;
  /** Runs the work in one transaction; what it has done is on the disk then. Throws where that cannot be. */
  write(work: () => void): void;
  /** @param earlier What holds as long as nothing was written. Undefined while another process writes. */
  seal(earlier: Seal | null): Promise<Seal | undefined>;
  close(): Promise<void>;
}

/** Why an environment is not to be trusted. */
export class DamagedError extends Error {}

/**
 * Address space for a store of five million endpoints. It takes no memory, while a map that is made larger again and again
 * is held in all its sizes.
 */
const MAP_BYTES = 512 * 1024 * 1024;

/** @throws DamagedError when it is not as it was sealed. */
export async function openEnvironment(directory: string, seal: Seal | null): Promise<Environment> {
  const file = join(directory, "data.mdb");
  await check(file, seal);
  const { open } = await import("lmdb");
  const binary = { encoding: "binary", keyEncoding: "binary" } as const;
  const root = open({ path: directory, ...binary, maxDbs: 2, mapSize: MAP_BYTES });
  await Promise.all([file, join(directory, "lock.mdb")].map((path) => chmod(path, 0o600)));
  const { ino: inode } = statSync(file);
  const endpoints = root.openDB<Buffer, Buffer>("endpoints", binary);
  const shared = root.openDB<Buffer, Buffer>("shared", binary);
  return {
    endpoints: toTable(endpoints),
    shared: toTable(shared),
    write(work) {
      // What is written to a file that was deleted, or put aside by another run, nobody would ever see.
      if (statSync(file, { throwIfNoEntry: false })?.ino !== inode)
        throw new RunStoppedError(
          "state_unusable",
          `${directory} was deleted or replaced while the run was at work; run it again without touching the state directory`,
        );
      // Of a transaction that is not synchronous lmdb-js does not tell every failure to whoever waits for it.
      root.transactionSync(work);
      // What is read from here on is read as it is now.
      endpoints.resetReadTxn();
      shared.resetReadTxn();
    },
    async seal(earlier) {
      const before = await readTransaction(file);
      if (earlier !== null && earlier.transaction === before) return earlier;
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
    count(bytes) {
      let count = 0;
      for (const { value } of database.getRange()) if (value.length === bytes) count += 1;
      return count;
    },
    get(key) {
      // What it returns is overwritten by the next one, and longer than what was found.
      const found = database.getBinaryFast(toBuffer(key));
      return found?.toString("latin1", 0, found.length);
    },
    keysWith(beginning) {
      const start = toBuffer(beginning);
      const end = Buffer.concat([start, BEHIND_ALL_KEYS]);
      return Array.from(database.getKeys({ start, end }), (key) => key.toString("latin1"));
    },
    put: (key, value) => void database.put(toBuffer(key), toBuffer(value)),
  };
}

/** Behind whatever the rest of a key is. */
const BEHIND_ALL_KEYS = Buffer.alloc(16, 0xff);

function toBuffer(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest("hex");
}
