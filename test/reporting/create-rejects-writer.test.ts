import { type FileHandle, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RejectReason } from "../../src/domain.js";
import { ConfigurationError, RunStoppedError } from "../../src/errors.js";
import { checkRejectsPath, createRejectsWriter } from "../../src/reporting/create-rejects-writer.js";
import type { RejectFormat } from "../../src/reporting/reject-lines.js";
import { csvRow } from "../helpers/reporting-records.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** One line of ten bytes a row, and a head of five. */
const format: RejectFormat = {
  extension: "csv",
  head: "head\n",
  toLine: ({ row }) => `${String(row).padStart(9, "0")}\n`,
};
const lineOf = (row: number): string => `${String(row).padStart(9, "0")}\n`;

const invalid: readonly RejectReason[] = [
  { code: "endpoint_invalid", reason: "x" },
  { code: "mapping_failed", reason: "y" },
];
const refused: readonly RejectReason[] = [{ code: "endpoint_refused", reason: "x" }];

async function setUp() {
  const folder = await temporaryDirectory();
  const path = join(folder, "rejects.csv");
  const writer = createRejectsWriter(path, format);
  const add = (row: number, reasons = invalid) => writer.add(csvRow([], row), reasons, 0);
  return { folder, path, writer, add, text: () => readFile(path, "utf8") };
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** What all file handles share, so that a disk can be full: nothing else says so on every machine. */
async function fileHandles(path: string): Promise<FileHandle> {
  const handle = await open(path, "w");
  await handle.close();
  await rm(path);
  return Object.getPrototypeOf(handle);
}

const diskFull = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

/** Lets `bytes` of what is written from now on onto the disk, then it is full. */
async function fillDiskAfter(bytes: number, path: string): Promise<void> {
  const prototype = (await fileHandles(`${path}.probe`)) as unknown as {
    write(
      this: FileHandle,
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
    ): Promise<unknown>;
  };
  const write = prototype.write;
  let left = bytes;
  vi.spyOn(prototype, "write").mockImplementation(async function (
    this: FileHandle,
    buffer,
    offset,
    length,
    position,
  ) {
    if (left === 0) throw diskFull();
    const fits = Math.min(left, length);
    left -= fits;
    return write.call(this, buffer, offset, fits, position);
  });
}

describe("the file", () => {
  it("does not come into being as long as there is nothing to write", async () => {
    const { folder, writer } = await setUp();
    await writer.flush();
    await writer.close();
    expect(await readdir(folder)).toEqual([]);
    expect(writer.path).toBeNull();
    expect(writer.written).toBe(0);
  });

  it("holds the head once, and each row in the order in which it was added", async () => {
    const { path, writer, add, text } = await setUp();
    add(1);
    add(2);
    await writer.flush();
    add(3);
    await writer.flush();
    await writer.close();
    expect(await text()).toBe(`head\n${lineOf(1)}${lineOf(2)}${lineOf(3)}`);
    expect(writer.path).toBe(path);
  });

  it("is read by its owner alone", async () => {
    const { path, writer, add } = await setUp();
    add(1);
    await writer.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is complete after close alone", async () => {
    const { writer, add, text } = await setUp();
    add(1);
    await writer.close();
    expect(await text()).toBe(`head\n${lineOf(1)}`);
    await writer.close();
  });

  it("keeps the order when it is flushed many times at once", async () => {
    const { writer, add, text } = await setUp();
    const rows = Array.from({ length: 500 }, (_, index) => index + 1);
    const flushes = rows.map((row) => {
      add(row);
      return writer.flush();
    });
    await Promise.all(flushes);
    expect(writer.written).toBe(500);
    await writer.close();
    expect(await text()).toBe(`head\n${rows.map(lineOf).join("")}`);
  });

  it("is whole when a flush resolves", async () => {
    const { writer, add, text } = await setUp();
    add(1);
    await writer.flush();
    expect(await text()).toBe(`head\n${lineOf(1)}`);
    await writer.close();
  });

  it("never overwrites one that is there", async () => {
    const { path, writer, add, text } = await setUp();
    await writeFile(path, "somebody's work");
    add(1);
    await expect(writer.flush()).rejects.toMatchObject({ code: "rejects_unwritable" });
    await writer.close().catch(() => {});
    expect(await text()).toBe("somebody's work");
    expect(writer.path).toBeNull();
    expect(writer.written).toBe(0);
  });

  it("holds what UTF-8 needs, at its place", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "rejects.csv");
    const writer = createRejectsWriter(path, { ...format, toLine: ({ row }) => `é🦊${row}\n` });
    for (let row = 1; row <= 3; row += 1) {
      writer.add(csvRow([], row), invalid, 0);
      await writer.flush();
    }
    await writer.close();
    expect(await readFile(path, "utf8")).toBe("head\né🦊1\né🦊2\né🦊3\n");
  });
});

describe("counts", () => {
  it("are of what is written, by the first reason's code", async () => {
    const { writer, add } = await setUp();
    add(1);
    add(2, refused);
    add(3);
    expect(writer.added).toBe(3);
    expect(writer.written).toBe(0);
    expect(writer.writtenByCode).toEqual({});
    await writer.flush();
    expect(writer.written).toBe(3);
    expect(writer.writtenByCode).toEqual({ endpoint_invalid: 2, endpoint_refused: 1 });
    await writer.close();
  });
});

describe("a disk that is full", () => {
  it("stops the run, and what was not written is not counted", async () => {
    const { path, writer, add } = await setUp();
    add(1);
    await writer.flush();
    await fillDiskAfter(0, path);
    add(2);
    add(3);
    const error = await writer.flush().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunStoppedError);
    expect(error).toMatchObject({ code: "rejects_unwritable", cause: { code: "ENOSPC" } });
    expect((error as Error).message).toMatch(/ENOSPC.*2 rejected rows.*--rejects/);
    expect(writer.written).toBe(1);
    expect(writer.added).toBe(3);
  });

  it("leaves whole rows only, and counts those that are in it", async () => {
    const { path, writer, add, text } = await setUp();
    add(1);
    await writer.flush();
    await fillDiskAfter(25, path);
    for (const row of [2, 3, 4, 5]) add(row, refused);
    await writer.flush().catch(() => {});
    await writer.close().catch(() => {});
    expect(await text()).toBe(`head\n${[1, 2, 3].map(lineOf).join("")}`);
    expect(writer.written).toBe(3);
    expect(writer.writtenByCode).toEqual({ endpoint_invalid: 1, endpoint_refused: 2 });
    expect(writer.path).toBe(path);
  });

  it.each([0, 3, 5, 8])("before a first row of it was written (%i bytes) names no file", async (bytes) => {
    const { path, writer, add } = await setUp();
    await fillDiskAfter(bytes, path);
    add(1);
    await expect(writer.flush()).rejects.toBeInstanceOf(RunStoppedError);
    await writer.close().catch(() => {});
    expect(writer.written).toBe(0);
    expect(writer.path).toBeNull();
  });

  it("fails every later flush and the close, so that nobody takes the rows for written", async () => {
    const { path, writer, add } = await setUp();
    await fillDiskAfter(0, path);
    add(1);
    await expect(writer.flush()).rejects.toBeInstanceOf(RunStoppedError);
    vi.restoreAllMocks();
    add(2);
    await expect(writer.flush()).rejects.toBeInstanceOf(RunStoppedError);
    await expect(writer.close()).rejects.toBeInstanceOf(RunStoppedError);
    expect(writer.written).toBe(0);
  });
});

it("a folder that went away stops the run", async () => {
  const { folder, writer, add } = await setUp();
  await rm(folder, { recursive: true });
  add(1);
  await expect(writer.flush()).rejects.toMatchObject({
    code: "rejects_unwritable",
    cause: { code: "ENOENT" },
  });
});

describe("the check before the run", () => {
  it("takes a new file in a folder that can be written", async () => {
    const { path, folder } = await setUp();
    await checkRejectsPath(path, "csv");
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses a file that is there", async () => {
    const { path } = await setUp();
    await writeFile(path, "");
    const error = await checkRejectsPath(path, "csv").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "rejects_exist" });
  });

  it("refuses a folder that is not there", async () => {
    const { folder } = await setUp();
    await expect(checkRejectsPath(join(folder, "none", "r.csv"), "csv")).rejects.toMatchObject({
      code: "rejects_unwritable",
    });
  });
});
