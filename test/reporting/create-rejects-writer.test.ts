import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RejectCode } from "../../src/domain.js";
import { ConfigurationError, RunStoppedError } from "../../src/errors.js";
import { checkRejectsPath, createRejectsWriter } from "../../src/reporting/create-rejects-writer.js";
import { reopenRejects } from "../../src/reporting/reopen-rejects.js";
import { rejectLine } from "../helpers/reporting-records.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** One line of ten bytes a row, and a head of five. */
const format = { head: "head\n" };
const lineOf = (row: number): string => `${String(row).padStart(9, "0")}\n`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function setUp() {
  const folder = await temporaryDirectory();
  const path = join(folder, "rejects.csv");
  const writer = createRejectsWriter(path, format);
  const add = (row: number, code: RejectCode = "endpoint_invalid") =>
    writer.add(rejectLine(lineOf(row), code, row));
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

it("leaves it to whoever is told of the new file to say why that was no use", async () => {
  const { writer, add } = await setUp();
  const fault = new RunStoppedError("state_unusable", "no room for the checkpoint");
  writer.onCreated(async () => {
    throw fault;
  });
  add(1);
  await expect(writer.flush()).rejects.toBe(fault);
  await writer.close().catch(() => {});
});

describe("the file", () => {
  it("does not come into being as long as there is nothing to write", async () => {
    const { folder, writer } = await setUp();
    await writer.flush();
    await writer.close();
    expect(await readdir(folder)).toEqual([]);
    expect(writer.path).toBeNull();
    expect(writer.tally.rows).toBe(0);
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
    expect(writer.tally.rows).toBe(500);
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

  it("gets much at once, and little within a tenth of a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { writer, add } = await setUp();
      add(1);
      await writer.relieve();
      await vi.advanceTimersByTimeAsync(99);
      await writer.relieve();
      expect(writer.tally.rows).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      await writer.relieve();
      expect(writer.tally.rows).toBe(1);

      for (let row = 2; row <= 6_553; row += 1) add(row);
      await writer.relieve();
      expect(writer.tally.rows).toBe(1);
      for (let row = 6_554; row <= 6_555; row += 1) add(row);
      await writer.relieve();
      expect(writer.tally.rows).toBe(6_555);
      await writer.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("tells who gets on with the run that little could not be written", async () => {
    const { path, writer, add } = await setUp();
    await writeFile(path, "somebody's work");
    add(1);
    await writer.relieve();
    await vi.waitFor(() => expect(writer.relieve()).rejects.toMatchObject({ code: "rejects_unwritable" }));
    await writer.close().catch(() => {});
  });

  it("never overwrites one that is there", async () => {
    const { path, writer, add, text } = await setUp();
    await writeFile(path, "somebody's work");
    add(1);
    await expect(writer.flush()).rejects.toMatchObject({ code: "rejects_unwritable" });
    await writer.close().catch(() => {});
    expect(await text()).toBe("somebody's work");
    expect(writer.path).toBeNull();
    expect(writer.tally.rows).toBe(0);
  });

  it("holds what UTF-8 needs, at its place", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "rejects.csv");
    const writer = createRejectsWriter(path, format);
    for (let row = 1; row <= 3; row += 1) {
      writer.add(rejectLine(`é🦊${row}\n`));
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
    add(2, "endpoint_refused");
    add(3);
    expect(writer.tally.rows).toBe(0);
    expect(writer.tally.byCode).toEqual({});
    await writer.flush();
    expect(writer.tally.rows).toBe(3);
    expect(writer.tally.byCode).toEqual({ endpoint_invalid: 2, endpoint_refused: 1 });
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
    expect(writer.tally.rows).toBe(1);
  });

  it("leaves whole rows only, and counts those that are in it", async () => {
    const { path, writer, add, text } = await setUp();
    add(1);
    await writer.flush();
    await fillDiskAfter(25, path);
    for (const row of [2, 3, 4, 5]) add(row, "endpoint_refused");
    await writer.flush().catch(() => {});
    await writer.close().catch(() => {});
    expect(await text()).toBe(`head\n${[1, 2, 3].map(lineOf).join("")}`);
    expect(writer.tally.rows).toBe(3);
    expect(writer.tally.byCode).toEqual({ endpoint_invalid: 1, endpoint_refused: 2 });
    expect(writer.path).toBe(path);
  });

  it.each([0, 3, 5, 8])("before a first row of it was written (%i bytes) names no file", async (bytes) => {
    const { path, writer, add } = await setUp();
    await fillDiskAfter(bytes, path);
    add(1);
    await expect(writer.flush()).rejects.toBeInstanceOf(RunStoppedError);
    await writer.close().catch(() => {});
    expect(writer.tally.rows).toBe(0);
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
    expect(writer.tally.rows).toBe(0);
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

describe("a checkpoint", () => {
  it("tells what the file is with all that was added until then, and no more", async () => {
    const { path, writer, add, text } = await setUp();
    add(1);
    const first = writer.checkpoint();
    add(2, "endpoint_refused");
    const second = writer.checkpoint();
    expect(await first).toEqual({
      path,
      file: expect.stringMatching(/^\d+:\d+$/),
      bytes: 15,
      sha256: sha256(`head\n${lineOf(1)}`),
      byReason: [expect.objectContaining({ code: "endpoint_invalid", rows: 1 })],
    });
    expect(await second).toMatchObject({
      bytes: 25,
      byReason: [
        { code: "endpoint_invalid", rows: 1 },
        { code: "endpoint_refused", rows: 1 },
      ],
    });
    expect((await second).sha256).toBe(sha256(await text()));
    await writer.close();
  });

  it("of a file that is not there yet knows its name", async () => {
    const { path, folder, writer } = await setUp();
    expect(await writer.checkpoint()).toEqual({
      path,
      file: null,
      bytes: 0,
      sha256: sha256(""),
      byReason: [],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("is on the disk itself when it resolves", async () => {
    const { path, writer, add } = await setUp();
    const sync = vi.spyOn(await fileHandles(`${path}.probe`), "sync");
    add(1);
    await writer.flush();
    const before = sync.mock.calls.length;
    await writer.checkpoint();
    expect(sync.mock.calls.length).toBe(before + 1);
    await writer.close();
  });
});

describe("a file that was deleted while the run wrote to it", () => {
  it("stops the run at the next checkpoint, and what it held is there again", async () => {
    const { path, writer, add, text } = await setUp();
    for (let row = 1; row <= 20_000; row += 1) add(row);
    await writer.flush();
    await rm(path);
    add(20_001);
    const error = await writer.checkpoint().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunStoppedError);
    expect(error).toMatchObject({ code: "rejects_deleted" });
    expect((error as Error).message).toContain("was written there again");
    const rows = Array.from({ length: 20_001 }, (_, index) => lineOf(index + 1));
    expect(await text()).toBe(`head\n${rows.join("")}`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(writer.close()).rejects.toMatchObject({ code: "rejects_deleted" });
  });

  it("is not written again over another one", async () => {
    const { path, writer, add, text } = await setUp();
    add(1);
    await writer.flush();
    await rm(path);
    await writeFile(path, "somebody's work");
    await expect(writer.close()).rejects.toMatchObject({ code: "rejects_deleted" });
    expect(await text()).toBe("somebody's work");
  });

  it("with its folder stops the run all the same", async () => {
    const { folder, writer, add } = await setUp();
    add(1);
    await writer.flush();
    await rm(folder, { recursive: true });
    const error = await writer.checkpoint().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "rejects_deleted" });
    expect((error as Error).message).toContain("ENOENT");
    await writer.close().catch(() => {});
  });
});

describe("the file of an interrupted run", () => {
  /** A file with two rows, the state of it with one, and what an interrupted run leaves. */
  async function interrupt() {
    const made = await setUp();
    made.add(1);
    const state = { ...(await made.writer.checkpoint()), atMs: Date.now(), isFinal: false };
    made.add(2);
    await made.writer.close();
    return { ...made, state };
  }

  it("is gone on with as the checkpoint knew it: what came behind is cut off", async () => {
    const { state, path, text } = await interrupt();
    const reopened = await reopenRejects(state);
    expect(await text()).toBe(`head\n${lineOf(1)}`);
    const writer = createRejectsWriter(path, format, { path, byReason: state.byReason, reopened });
    expect(writer.tally.rows).toBe(1);
    writer.add(rejectLine(lineOf(3), "endpoint_refused", 3));
    const next = await writer.checkpoint();
    await writer.close();
    expect(await text()).toBe(`head\n${lineOf(1)}${lineOf(3)}`);
    expect(next).toMatchObject({ bytes: 25, sha256: sha256(await text()) });
    expect(writer.tally.byCode).toEqual({ endpoint_invalid: 1, endpoint_refused: 1 });
  });

  it.each([
    ["gone", (path: string) => rm(path)],
    ["shorter", (path: string) => writeFile(path, "head\n")],
    ["mended by somebody", (path: string) => writeFile(path, `head\nmended by me\n${lineOf(2)}`)],
  ])("is left alone when it is %s", async (_, change) => {
    const { state, path } = await interrupt();
    await change(path);
    const before = await readFile(path).catch(() => undefined);
    expect(await reopenRejects(state)).toBeUndefined();
    expect(await readFile(path).catch(() => undefined)).toEqual(before);
  });

  it("is left alone when somebody added to it, after the run had ended or long after it was killed", async () => {
    const { state, path, text } = await interrupt();
    const before = await text();
    expect(await reopenRejects({ ...state, isFinal: true })).toBeUndefined();
    const later = new Date(state.atMs + 61_000);
    await utimes(path, later, later);
    expect(await reopenRejects(state)).toBeUndefined();
    expect(await text()).toBe(before);
    const exact = { ...state, bytes: before.length, sha256: sha256(before), isFinal: true };
    await (await reopenRejects(exact))?.file.close();
    expect(await text()).toBe(before);
  });

  it("gives its counts alone to a run that writes elsewhere", async () => {
    const { folder, state } = await interrupt();
    const path = join(folder, "other.csv");
    const writer = createRejectsWriter(path, format, { path: state.path, byReason: state.byReason });
    writer.add(rejectLine(lineOf(9)));
    await writer.close();
    expect(await readFile(path, "utf8")).toBe(`head\n${lineOf(9)}`);
    expect(writer.tally.rows).toBe(2);
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
