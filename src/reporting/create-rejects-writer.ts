import { constants } from "node:fs";
import { access, type FileHandle, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { RejectCode, RejectReason, SourceRow, UnreadableRow } from "../domain.js";
import { ConfigurationError, RunStoppedError } from "../errors.js";
import type { RejectFormat } from "./reject-lines.js";

/** Writes rejected rows, and counts them once they are on their way to the disk. */
export interface RejectsWriter {
  add(record: SourceRow | UnreadableRow, reasons: readonly RejectReason[], input: number): void;
  /** Resolves when all that was added is written. Rejects with a `RunStoppedError` when the file cannot be written. */
  flush(): Promise<void>;
  /** Flushes to the disk itself and closes the file. */
  close(): Promise<void>;
  /** Rows added, written or not: what `--max-rejects` goes by. */
  readonly added: number;
  readonly written: number;
  readonly writtenByCode: Readonly<Partial<Record<RejectCode, number>>>;
  /** The file, or null as long as there was nothing to write. */
  readonly path: string | null;
}

/**
 * Checks before the run what would stop it later: `path` must not exist, its folder must be writable, and its name must
 * not belong to the other format, as the file could then not be imported again.
 */
export async function checkRejectsPath(path: string, extension: RejectFormat["extension"]): Promise<void> {
  const named = /\.(csv|tsv|jsonl|ndjson|json)$/i.exec(path)?.[1]?.toLowerCase();
  if (path === "-" || (named !== undefined && /^[ct]sv$/.test(named) !== (extension === "csv"))) {
    throw new ConfigurationError(
      "rejects_name",
      `--rejects is "${path}"; the rejects of this input are ${extension === "csv" ? "CSV" : "JSONL"}: name a file that ends in .${extension}`,
    );
  }
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new RunStoppedError(
      "rejects_unwritable",
      `the folder for the rejects file, ${folder}, cannot be written (${(cause as NodeJS.ErrnoException).code}); name another file with --rejects`,
      { cause },
    );
  }
  if (await exists(path)) {
    throw new ConfigurationError(
      "rejects_exist",
      `${path} exists already and is not overwritten; name another file with --rejects`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

interface PendingLine {
  readonly line: string;
  readonly code: RejectCode;
}

/** How many lines fit into `bytes`, and what they measure. */
function countWhole(batch: readonly PendingLine[], bytes: number): { count: number; bytes: number } {
  let count = 0;
  let sum = 0;
  for (const { line } of batch) {
    const length = Buffer.byteLength(line);
    if (sum + length > bytes) break;
    sum += length;
    count += 1;
  }
  return { count, bytes: sum };
}

/** The file comes into being with the first reject, readable by its owner alone: it holds people's data. */
export function createRejectsWriter(path: string, format: RejectFormat): RejectsWriter {
  let file: FileHandle | undefined;
  let size = 0;
  let pending: PendingLine[] = [];
  let added = 0;
  let written = 0;
  const writtenByCode: Partial<Record<RejectCode, number>> = {};
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const batch = pending;
    if (batch.length === 0) return;
    pending = [];
    const start = size;
    const head = start === 0 ? format.head : "";
    try {
      file ??= await open(path, "wx", 0o600);
      const bytes = Buffer.from(head + batch.map(({ line }) => line).join(""));
      while (size - start < bytes.length) {
        const { bytesWritten } = await file.write(bytes, size - start, bytes.length - (size - start), size);
        size += bytesWritten;
      }
    } catch (cause) {
      const whole = countWhole(batch, size - start - Buffer.byteLength(head));
      await keepWhole(start + whole.bytes + (whole.count === 0 && start === 0 ? 0 : Buffer.byteLength(head)));
      count(batch.slice(0, whole.count));
      throw new RunStoppedError(
        "rejects_unwritable",
        `the rejects file ${path} cannot be written (${(cause as NodeJS.ErrnoException).code}): ${batch.length - whole.count} rejected rows are not in it and count as pending. Make room, or name another file with --rejects`,
        { cause },
      );
    }
    count(batch);
  };

  /** A row that was written by half would be none: the file ends with the last whole one. */
  const keepWhole = async (bytes: number): Promise<void> => {
    size = bytes;
    await file?.truncate(bytes).catch(() => {});
    if (bytes === 0 && file !== undefined) await rm(path, { force: true });
  };

  const count = (batch: readonly PendingLine[]): void => {
    written += batch.length;
    for (const { code } of batch) writtenByCode[code] = (writtenByCode[code] ?? 0) + 1;
  };

  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };

  return {
    add(record, reasons, input) {
      added += 1;
      const [first] = reasons;
      if (first !== undefined)
        pending.push({ line: format.toLine(record, reasons, input), code: first.code });
    },
    flush,
    async close() {
      try {
        await flush();
        await file?.sync();
      } finally {
        await file?.close();
        file = undefined;
      }
    },
    get added() {
      return added;
    },
    get written() {
      return written;
    },
    writtenByCode,
    get path() {
      return written > 0 ? path : null;
    },
  };
}
