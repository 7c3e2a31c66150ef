import { open } from "node:fs/promises";

/** Where LMDB's meta page has what is looked for, in bytes: behind a page header of 24 of them (`MDB_meta` in mdb.c). */
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const TRANSACTION_AT = 152;
const META_BYTES = 160;

/** `MDB_MAGIC`, and the version of the data behind it. */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;

/**
 * The number of the last transaction in an LMDB file, 0 for a new one; undefined where the file is none of LMDB's. It is
 * read without LMDB, which ends the process over a file that is not what it should be.
 */
export async function readTransaction(path: string): Promise<number | undefined> {
  const file = await open(path, "r");
  try {
    const readMeta = async (position: number): Promise<Buffer | undefined> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(META_BYTES), 0, META_BYTES, position);
      const isMeta =
        bytesRead === META_BYTES &&
        buffer.readUInt32LE(MAGIC_AT) === MAGIC &&
        buffer.readUInt32LE(MAGIC_AT + 4) === DATA_VERSION;
      return isMeta ? buffer : undefined;
    };
    const first = await readMeta(0);
    // Two pages take turns, so that one of them is always whole.
    const second = first && (await readMeta(first.readUInt32LE(PAGE_SIZE_AT)));
    if (first === undefined || second === undefined) return undefined;
    return Math.max(...[first, second].map((meta) => Number(meta.readBigUInt64LE(TRANSACTION_AT))));
  } finally {
    await file.close();
  }
}
