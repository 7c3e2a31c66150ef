import { type FileHandle, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { writeFileAtomically } from "../src/write-file-atomically.js";
import { temporaryDirectory } from "./helpers/temporary-directory.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What all file handles share. */
async function fileHandles(directory: string): Promise<FileHandle> {
  const path = join(directory, "probe");
  const handle = await open(path, "w");
  await handle.close();
  await rm(path);
  return Object.getPrototypeOf(handle);
}

it("brings the text to the disk before the name, and the name too", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "file");
  const names: string[][] = [];
  const prototype = await fileHandles(directory);
  const { sync } = prototype;
  vi.spyOn(prototype, "sync").mockImplementation(async function (this: FileHandle) {
    names.push(await readdir(directory));
    return sync.call(this);
  });
  await writeFileAtomically(path, "text");
  expect(names).toEqual([[expect.stringMatching(/^file\.\d+\.tmp$/)], ["file"]]);
  expect(await readFile(path, "utf8")).toBe("text");
});

it("leaves the old file and nothing else where it fails", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "file");
  await writeFileAtomically(path, "old");
  vi.spyOn(await fileHandles(directory), "sync").mockRejectedValue(
    Object.assign(new Error("full"), { code: "ENOSPC" }),
  );
  await expect(writeFileAtomically(path, "new")).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await readdir(directory)).toEqual(["file"]);
  expect(await readFile(path, "utf8")).toBe("old");
});
