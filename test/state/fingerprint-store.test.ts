import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CONTENT_BYTES, KEY_BYTES } from "../../src/state/create-fingerprinter.js";
import {
  clearFingerprints,
  type FingerprintStore,
  type FingerprintTarget,
  hasFingerprints,
  listFingerprints,
  openFingerprintStore,
} from "../../src/state/fingerprint-store.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const target: FingerprintTarget = { applicationId: "app", region: "us-east-1", endpointUrl: null };
const key = (text: string) => text.padEnd(CONTENT_BYTES, ".").slice(0, CONTENT_BYTES);

async function setUp() {
  const stateDir = join(await temporaryDirectory(), "state");
  const warnings: string[] = [];
  const openStore = async (of = target): Promise<FingerprintStore> => {
    const store = await openFingerprintStore(stateDir, of, (message) => warnings.push(message));
    let closed = false;
    const close = async (runId: string | undefined): Promise<void> => {
      if (!closed) await store.close(runId);
      closed = true;
    };
    onTestFinished(() => close(undefined));
    return { ...store, close };
  };
  /** A store that a run has left behind, with many entries. */
  const leave = async (): Promise<string> => {
    const store = await openStore();
    store.write(() => {
      for (let n = 0; n < 3_000; n += 1)
        store.endpoints.put(
          randomBytes(KEY_BYTES).toString("latin1"),
          randomBytes(CONTENT_BYTES).toString("latin1"),
        );
      store.endpoints.put(key("known"), key("as it was"));
    });
    await store.close("run-1");
    const [name = ""] = (await readdir(stateDir)).filter((found) => found.startsWith("fingerprints-"));
    return join(stateDir, name);
  };
  return { stateDir, warnings, openStore, leave };
}

it("keeps what was written, by target", async () => {
  const { stateDir, warnings, openStore, leave } = await setUp();
  expect(await hasFingerprints(stateDir, target)).toBe(false);
  await leave();
  expect(await hasFingerprints(stateDir, target)).toBe(true);
  const again = await openStore();
  expect(again.endpoints.get(key("known"))).toEqual(key("as it was"));
  for (const other of [
    { ...target, applicationId: "other" },
    { ...target, region: "eu-west-1" },
    { ...target, endpointUrl: "http://127.0.0.1:1" },
  ])
    expect((await openStore(other)).endpoints.get(key("known"))).toBeUndefined();
  expect(warnings).toEqual([]);
});

it("shows everybody who has it open what was written", async () => {
  const { openStore } = await setUp();
  const [a, b] = await Promise.all([openStore(), openStore()]);
  expect(a.secret).toEqual(b.secret);
  expect(b.endpoints.get(key("new"))).toBeUndefined();
  a.write(() => {
    a.endpoints.put(key("new"), key("1"));
    a.shared.put(key("user"), key("2"));
  });
  b.write(() => b.endpoints.put(key("other"), key("3")));
  expect(b.endpoints.get(key("new"))).toEqual(key("1"));
  expect(b.shared.get(key("user"))).toEqual(key("2"));
  await a.close("a");
  b.write(() => b.endpoints.put(key("new"), key("4")));
  await b.close("b");
  expect((await openStore()).endpoints.get(key("new"))).toEqual(key("4"));
});

it("goes on with what a killed run wrote behind the seal of the last one", async () => {
  const { warnings, openStore, leave } = await setUp();
  await leave();
  const killed = await openStore();
  killed.write(() => killed.endpoints.put(key("later"), key("2")));
  await killed.close(undefined);
  const again = await openStore();
  expect(again.endpoints.get(key("later"))).toEqual(key("2"));
  expect(again.endpoints.get(key("known"))).toEqual(key("as it was"));
  expect(warnings).toEqual([]);
});

describe("a store that cannot be trusted", () => {
  const change = async (path: string, to: (text: string) => string) =>
    writeFile(path, to(await readFile(path, "utf8")));
  const flip = async (path: string, share: number): Promise<void> => {
    const file = await open(path, "r+");
    const position = Math.floor((await file.stat()).size * share);
    const { buffer } = await file.read(Buffer.alloc(64), 0, 64, position);
    await file.write(
      buffer.map((byte) => byte ^ 0xff),
      0,
      64,
      position,
    );
    await file.close();
  };

  it.each<[string, (directory: string) => Promise<unknown>]>([
    [
      "of another version",
      (at) => change(join(at, "target.json"), (text) => text.replace(/"version": \d+/, '"version": 1')),
    ],
    ["without its description", (at) => rm(join(at, "target.json"))],
    ["with half a description", (at) => truncate(join(at, "target.json"), 40)],
    ["of another key", (at) => writeFile(join(at, "..", "fingerprints.key"), `${"ab".repeat(32)}\n`)],
    ["that lost its key", (at) => rm(join(at, "..", "fingerprints.key"))],
    ["with half a key", (at) => truncate(join(at, "..", "fingerprints.key"), 20)],
    ["full of something else", (at) => writeFile(join(at, "data.mdb"), randomBytes(300_000))],
    ["that was cut short", (at) => truncate(join(at, "data.mdb"), 8_192)],
    ["that is empty", (at) => truncate(join(at, "data.mdb"), 0)],
    ["whose data is gone", (at) => rm(join(at, "data.mdb"))],
    ["with a damaged beginning", (at) => flip(join(at, "data.mdb"), 0)],
    ["with a damaged middle", (at) => flip(join(at, "data.mdb"), 0.5)],
    ["with a damaged end", (at) => flip(join(at, "data.mdb"), 0.99)],
  ])("is put aside: one %s", async (_, damage) => {
    const { stateDir, warnings, openStore, leave } = await setUp();
    await damage(await leave());
    const store = await openStore();
    expect(store.endpoints.get(key("known"))).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("put aside")]);
    store.write(() => store.endpoints.put(key("new"), key("1")));
    await store.close("run-2");
    expect((await openStore()).endpoints.get(key("new"))).toEqual(key("1"));
    expect((await readdir(stateDir)).filter((name) => name.includes(".unusable-"))).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});

it("is not written where it was deleted or replaced in the meantime", async () => {
  const { stateDir, openStore, leave } = await setUp();
  const directory = await leave();
  const store = await openStore();
  const write = () => store.write(() => store.endpoints.put(key("late"), key("1")));
  write();
  await rename(directory, `${directory}-aside`);
  expect(write).toThrow("deleted or replaced");
  await (await openStore()).close(undefined);
  expect(write).toThrow("deleted or replaced");
  await rm(stateDir, { recursive: true });
  expect(write).toThrow("deleted or replaced");
});

it("is for its owner only, and holds nothing in clear but the name of the target", async () => {
  const { stateDir, leave } = await setUp();
  const directory = await leave();
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  expect(await modeOf(stateDir)).toBe(0o700);
  expect(await modeOf(directory)).toBe(0o700);
  for (const name of await readdir(directory))
    expect([name, await modeOf(join(directory, name))]).toEqual([name, 0o600]);
  expect(await modeOf(join(stateDir, "fingerprints.key"))).toBe(0o600);
});

it("says where there is no room for it, or no permission", async () => {
  const { stateDir, openStore } = await setUp();
  await writeFile(stateDir, "a file");
  await expect(openStore()).rejects.toMatchObject({ code: "state_unusable" });
});

it("lists what is known, and forgets what it is told to", async () => {
  const { stateDir, openStore, leave } = await setUp();
  expect(await listFingerprints(stateDir)).toEqual([]);
  const directory = await leave();
  await (await openStore({ ...target, applicationId: "a first one" })).close(undefined);
  await mkdir(`${directory}.unusable-1`);
  await mkdir(join(stateDir, "fingerprints-0123456789abcdef"));
  const [first, second, ...more] = await listFingerprints(stateDir);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ applicationId: "a first one", endpoints: 0, lastRun: null });
  expect(second).toMatchObject({ ...target, endpoints: 3_001, lastRun: { runId: "run-1" } });
  expect(second?.bytes).toBe((await stat(join(directory, "data.mdb"))).size);
  await clearFingerprints(stateDir, target);
  expect((await listFingerprints(stateDir)).map(({ applicationId }) => applicationId)).toEqual([
    "a first one",
  ]);
  expect((await readdir(stateDir)).filter((name) => name.includes("unusable"))).toEqual([]);
  // What another process has open is not there any more for the next run.
  await rename(stateDir, `${stateDir}-gone`);
  expect(await listFingerprints(stateDir)).toEqual([]);
});
