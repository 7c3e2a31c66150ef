import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Checkpoint, createCheckpoints } from "../../src/state/checkpoints.js";
import { createCommitted } from "../../src/state/committed.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const KEY = "0123456789abcdef";
const checkpoint: Checkpoint = {
  runId: "run",
  savedAt: "2026-11-25T00:00:00.000Z",
  job: {
    inputs: [{ path: "/in.csv", size: 1, modifiedMs: 2, linesSha256: "aa", headBytes: 1, headSha256: "aa" }],
    reading: { skip: 0 },
    mapping: { name: "m", sha256: "bb" },
    application: { id: "app", region: "us-east-1" },
  },
  endpointUrl: null,
  committed: createCommitted(),
  rejects: { path: "/r.csv", file: null, bytes: 0, sha256: "cc", byReason: [], atMs: 0, isFinal: false },
};

async function setUp() {
  const directory = await temporaryDirectory();
  return { directory, checkpoints: createCheckpoints(directory) };
}

it("comes back as it was saved, and is gone when it is removed", async () => {
  const { directory, checkpoints } = await setUp();
  expect(await checkpoints.load(KEY)).toBeUndefined();
  await checkpoints.save(KEY, checkpoint);
  await checkpoints.save(KEY, { ...checkpoint, runId: "later" });
  expect(await checkpoints.load(KEY)).toEqual({ ...checkpoint, runId: "later" });
  expect(await checkpoints.loadAll()).toHaveLength(1);
  // A run that was killed may have been about to write it.
  await writeFile(join(directory, `checkpoint-${KEY}.json.123.tmp`), "{");
  await checkpoints.remove(KEY);
  await checkpoints.remove(KEY);
  expect(await readdir(directory)).toEqual([]);
});

it("is read by its owner alone", async () => {
  const { directory, checkpoints } = await setUp();
  await checkpoints.save(KEY, checkpoint);
  const [name] = await readdir(directory);
  expect((await stat(join(directory, name ?? ""))).mode & 0o777).toBe(0o600);
});

it.each([
  ["half a file", (text: string) => text.slice(0, 100)],
  ["another version", (text: string) => text.replace('"version": 3', '"version": 2')],
])("with %s is not gone on from, and does not hide the others", async (_, change) => {
  const { directory, checkpoints } = await setUp();
  await checkpoints.save(KEY, checkpoint);
  await checkpoints.save("fedcba9876543210", checkpoint);
  const path = join(directory, `checkpoint-${KEY}.json`);
  await writeFile(path, change(await readFile(path, "utf8")));
  await expect(checkpoints.load(KEY)).rejects.toMatchObject({ code: "state_unusable" });
  expect(await checkpoints.loadAll()).toHaveLength(1);
});

it("is no error to look for where there is no directory", async () => {
  const { directory } = await setUp();
  const checkpoints = createCheckpoints(join(directory, "none"));
  expect(await checkpoints.load(KEY)).toBeUndefined();
  expect(await checkpoints.loadAll()).toEqual([]);
});

it("that cannot be written says where, why, and what to do", async () => {
  const { directory } = await setUp();
  const checkpoints = createCheckpoints(join(directory, "none"));
  const error = await checkpoints.save(KEY, checkpoint).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "state_unusable" });
  expect((error as Error).message).toMatch(/none \(ENOENT\).*--state-dir/);
});
