import { readSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";
import { decompress } from "../../src/sources/bytes/decompress.js";
import { readFileBytes } from "../../src/sources/bytes/read-file-bytes.js";
import { createTempDir } from "./support.js";

vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  return { ...fs, readSync: vi.fn(fs.readSync) };
});
const readHere = vi.mocked(readSync);
beforeEach(() => void readHere.mockClear());

const temp = createTempDir();
const file = temp.write("ten.txt", "0123456789");

const read = (path: string, isRegular: boolean) =>
  readFileBytes(path, isRegular, () => {}, undefined, { chunkBytes: 1 });

async function collect(pieces: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece.toString();
  return text;
}

it("reads a regular file in this thread", async () => {
  expect(await collect(read(file, true))).toBe("0123456789");
  // The last one finds the end.
  expect(readHere).toHaveBeenCalledTimes(11);
});

it("leaves a device to another thread, whatever it does", async () => {
  expect(await collect(read("/dev/null", false))).toBe("");
  expect(await collect(read(file, false))).toBe("0123456789");
  expect(readHere).not.toHaveBeenCalled();
});

it("leaves the next read to another thread where one was slow", async () => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  const original = readHere.getMockImplementation() as typeof readSync;
  readHere.mockImplementationOnce((...args) => {
    now += 20;
    return original(...args);
  });
  try {
    expect(await collect(read(file, true))).toBe("0123456789");
  } finally {
    clock.mockRestore();
  }
  // The second one is quick again.
  expect(readHere).toHaveBeenCalledTimes(10);
});

it("is not mixed up where the first bytes come one by one", async () => {
  expect(await collect(decompress(read(file, true), file, false, () => {}))).toBe("0123456789");
});

it("lets answers in between two reads", async () => {
  let turns = 0;
  let pieces = 0;
  const turn = (): void => {
    turns += 1;
    if (pieces < 10) setImmediate(turn);
  };
  setImmediate(turn);
  for await (const _ of read(file, true)) {
    pieces += 1;
    expect(turns).toBeGreaterThanOrEqual(pieces);
  }
  expect(pieces).toBe(10);
});
