import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLearnedRates } from "../../src/state/learned-rates.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const setUp = async () => {
  const directory = join(await temporaryDirectory(), "deep", "state");
  return { directory, path: join(directory, "rates.json"), rates: createLearnedRates(directory) };
};

describe("a learned rate", () => {
  it("is unknown at first, and looking for it writes nothing", async () => {
    const { directory, rates } = await setUp();
    expect(await rates.load("us-east-1 app")).toBeUndefined();
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
  });

  it("is kept from run to run", async () => {
    const { directory, rates } = await setUp();
    await rates.save("us-east-1 app", 12.5);
    expect(await createLearnedRates(directory).load("us-east-1 app")).toBe(12.5);
    expect(await rates.load("us-east-1 other")).toBeUndefined();
  });

  it("takes the place of an earlier one, beside those of other targets", async () => {
    const { rates } = await setUp();
    await rates.save("a", 1);
    await rates.save("b", 2);
    await rates.save("a", 3);
    expect(await rates.load("a")).toBe(3);
    expect(await rates.load("b")).toBe(2);
  });

  it("is found under names that mean something to JavaScript", async () => {
    const { rates } = await setUp();
    expect(await rates.load("constructor")).toBeUndefined();
    await rates.save("__proto__", 4);
    expect(await rates.load("__proto__")).toBe(4);
  });

  it("stands in a file of its owner's, and nothing else is left behind", async () => {
    const { directory, path, rates } = await setUp();
    await rates.save("a", 1);
    expect(await readdir(directory)).toEqual(["rates.json"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ a: { ratePerSecond: 1 } });
  });
});

it("keeps the hundred targets that were learned last", async () => {
  const { rates, path } = await setUp();
  for (let index = 0; index < 100; index += 1) await rates.save(`t${index}`, index + 1);
  await rates.save("t0", 500);
  await rates.save("new", 7);
  expect(Object.keys(JSON.parse(await readFile(path, "utf8")))).toHaveLength(100);
  expect(await rates.load("t0")).toBe(500);
  expect(await rates.load("t1")).toBeUndefined();
  expect(await rates.load("t2")).toBe(3);
  expect(await rates.load("new")).toBe(7);
});

describe("a file that is damaged", () => {
  it.each([
    "",
    "{",
    "null",
    "[]",
    "5",
    '{"a":null}',
    '{"a":5}',
    '{"a":{"ratePerSecond":"5"}}',
    '{"a":{"ratePerSecond":0}}',
    '{"a":{"ratePerSecond":-1}}',
    '{"a":{"ratePerSecond":1e999}}',
    "\u0000\u0001",
  ])("counts as empty, and is mended by the next save: %j", async (text) => {
    const { directory, path, rates } = await setUp();
    await mkdir(directory, { recursive: true });
    await writeFile(path, text);
    expect(await rates.load("a")).toBeUndefined();
    await rates.save("a", 5);
    expect(await rates.load("a")).toBe(5);
  });
});

describe("a directory that cannot be written", () => {
  it("is an error of save alone", async () => {
    const folder = await temporaryDirectory();
    await writeFile(join(folder, "file"), "");
    const rates = createLearnedRates(join(folder, "file", "state"));
    expect(await rates.load("a")).toBeUndefined();
    await expect(rates.save("a", 1)).rejects.toMatchObject({ code: expect.stringMatching(/ENOTDIR|EEXIST/) });
  });

  it("leaves no half-made file behind", async () => {
    const { directory, path, rates } = await setUp();
    await mkdir(join(path, "inside"), { recursive: true });
    await expect(rates.save("a", 1)).rejects.toThrow();
    expect(await readdir(directory)).toEqual(["rates.json"]);
  });
});
