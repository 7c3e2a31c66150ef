import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../src/errors.js";
import { type ImportOptions, normalizeOptions, type Options } from "../src/options.js";

const needed = { inputs: ["a.csv"], applicationId: "app" };

/** Options as a program in JavaScript, or a script, may give them. */
const normalize = (given: object): Options => normalizeOptions({ ...needed, ...given } as ImportOptions);

/** The lines of the error, one a mistake; none if there is no error. */
function mistakes(given: object): string[] {
  try {
    normalizeOptions(given as ImportOptions);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "option_invalid" });
    return (error as Error).message.split("\n");
  }
}

describe("defaults", () => {
  it("are filled in", () => {
    expect(normalizeOptions(needed)).toEqual({
      ...needed,
      dryRun: false,
      changedOnly: false,
      full: false,
      concurrency: 10,
      rate: "auto",
      batchSize: 100,
      maxAttempts: 8,
      requestTimeoutMs: 30_000,
      maxRejects: { rows: Number.POSITIVE_INFINITY, share: 1 },
      flushAfterMs: 5_000,
      limit: Number.POSITIVE_INFINITY,
      skip: 0,
      showValues: false,
    });
  });

  it("stand for what is undefined too, and leave no undefined member", () => {
    const options = normalize({ concurrency: undefined, region: undefined, format: undefined });
    expect(options.concurrency).toBe(10);
    expect(options).not.toHaveProperty("region");
    expect(options).not.toHaveProperty("format");
  });

  it("give way to what is given, 0 included", () => {
    expect(normalize({ limit: 0, skip: 3, concurrency: 1, rate: 0.5, dryRun: true })).toMatchObject({
      limit: 0,
      skip: 3,
      concurrency: 1,
      rate: 0.5,
      dryRun: true,
    });
  });
});

const GOOD: Record<string, readonly unknown[]> = {
  inputs: [["a.csv"], ["a.csv", "-"], ["a.csv", "a.csv"]],
  mapping: ["pinpoint", "./m.json", { endpoints: [] }],
  applicationId: ["0123456789abcdef0123456789abcdef", "sandbox"],
  dryRun: [true, false],
  format: ["auto", "csv", "jsonl", "json"],
  delimiter: [";", "\t", "|", "tab"],
  encoding: ["windows-1252"],
  select: ["data.records"],
  maxRecordBytes: [1_024, 1_048_576, 268_435_456],
  region: ["us-east-1"],
  profile: ["mail"],
  endpointUrl: ["http://127.0.0.1:8080"],
  credentials: [{ accessKeyId: "a", secretAccessKey: "b" }],
  concurrency: [1, 1_000],
  rate: ["auto", 0.5, 2, 100_000],
  batchSize: [1, 100],
  maxAttempts: [1, 100],
  requestTimeoutMs: [1, 30_000],
  rejects: ["r.csv"],
  maxRejects: [0, 100, "100", "5%", "0%", "0.5%", "100%"],
  limit: [0, 1, 1e9],
  skip: [0, 1],
  stateDir: ["/tmp/x"],
  report: ["run.json", "run.html"],
  showValues: [true, false],
  command: ["pinpoint-import run in.csv"],
  resumeCommand: ["pinpoint-import run"],
  stdin: [Readable.from([])],
  signal: [new AbortController().signal],
  onProgress: [() => {}],
  onEvent: [() => {}],
};

const BAD: Record<string, readonly unknown[]> = {
  inputs: [[], [""], [5], "a.csv", null, {}],
  mapping: ["", 5, null],
  applicationId: ["", 5, null],
  dryRun: ["true", 1, null],
  format: ["xml", "CSV", ""],
  delimiter: ["", 5],
  encoding: ["", 5],
  select: ["", 5],
  maxRecordBytes: [1_023, 268_435_457, "1M", 1.5e3 + 0.5, Number.NaN],
  region: ["", 5],
  profile: ["", null],
  endpointUrl: ["", 5],
  credentials: ["key", null, {}, { accessKeyId: "a" }],
  concurrency: [0, -1, 1.5, 1_001, "10", Number.NaN, Number.POSITIVE_INFINITY, null, 10n],
  rate: [0, -1, "fast", "10", Number.NaN, 100_001],
  batchSize: [0, 101, 1.5, "100"],
  maxAttempts: [0, 101, 1.5],
  requestTimeoutMs: [0, -1, 0.5],
  rejects: ["", 5],
  maxRejects: [-1, 1.5, "many", "5 %", "101%", "-1%", "", Number.NaN, null, "1e3"],
  limit: [-1, 1.5, "10", Number.NaN],
  skip: [-1, 1.5, "10"],
  stateDir: ["", 5],
  report: ["run.txt", "run.htm", "run", "", 5],
  showValues: ["yes", 1],
  command: ["", 5],
  resumeCommand: ["", 5],
  stdin: ["text", null],
  signal: [null, "x"],
  onProgress: [null, "x"],
  onEvent: [{}, 5],
};

const table = (values: Record<string, readonly unknown[]>) =>
  Object.entries(values).flatMap(([name, each]) => each.map((value) => [name, value] as const));

describe("values that are taken", () => {
  it.each(table(GOOD))("%s: %o", (name, value) => {
    expect(mistakes({ ...needed, [name]: value })).toEqual([]);
    if (name !== "maxRejects") expect(normalize({ [name]: value })).toHaveProperty(name, value);
  });
});

describe("values that are refused", () => {
  it.each(table(BAD))("%s: %o", (name, value) => {
    const found = mistakes({ ...needed, [name]: value });
    expect(found).toHaveLength(1);
    const flag =
      name === "inputs" ? "inputs" : name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(found[0]).toContain(name === "maxRecordBytes" ? "max-record-size" : flag);
    expect(found[0]).toContain("it takes");
  });

  it("cover every option", () => {
    expect(Object.keys(BAD)).toEqual(Object.keys(GOOD));
  });

  it("are shown as they were given", () => {
    expect(mistakes({ ...needed, batchSize: 500 })).toEqual([
      "--batch-size is 500; it takes a whole number from 1 to 100",
    ]);
    expect(mistakes({ ...needed, limit: -1 })).toEqual(["--limit is -1; it takes a whole number from 0"]);
    expect(mistakes({ ...needed, concurrency: Number.NaN })[0]).toContain("NaN");
  });

  it("never show credentials", () => {
    expect(mistakes({ ...needed, credentials: "AKIA-secret" }).join()).not.toContain("AKIA-secret");
  });
});

describe("max-rejects", () => {
  it.each([
    [0, { rows: 0, share: 1 }],
    ["100", { rows: 100, share: 1 }],
    ["5%", { rows: Number.POSITIVE_INFINITY, share: 0.05 }],
    ["0.5%", { rows: Number.POSITIVE_INFINITY, share: 0.005 }],
    ["100%", { rows: Number.POSITIVE_INFINITY, share: 1 }],
  ])("of %s", (maxRejects, limit) => {
    expect(normalize({ maxRejects }).maxRejects).toEqual(limit);
  });
});

describe("what is missing", () => {
  it("is the application, unless nothing is sent", () => {
    const found = mistakes({ inputs: ["a.csv"] });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/--application-id.*PINPOINT_APPLICATION_ID/);
    expect(mistakes({ inputs: ["a.csv"], dryRun: true })).toEqual([]);
    expect(mistakes({ inputs: ["a.csv"], dryRun: false })).toHaveLength(1);
  });

  it("is the input", () => {
    expect(mistakes({ applicationId: "app" })).toHaveLength(1);
  });
});

it("standard input can be read once", () => {
  expect(mistakes({ ...needed, inputs: ["-", "a.csv", "-"] })).toEqual([
    "standard input (-) can be read only once",
  ]);
});

describe("an option that does not exist", () => {
  it("is an error, with the near miss", () => {
    expect(mistakes({ ...needed, concurency: 5 })).toEqual([
      'there is no option concurency. Did you mean "concurrency"?',
    ]);
    expect(mistakes({ ...needed, batchsize: 5 })[0]).toContain('Did you mean "batchSize"?');
  });

  it.each(["zzz", "constructor", "toString", "hasOwnProperty"])("is an error without one: %s", (name) => {
    expect(mistakes({ ...needed, [name]: 5 })).toEqual([`there is no option ${name}.`]);
  });
});

it("all mistakes are told at once, each on its line", () => {
  const found = mistakes({ inputs: [], format: "xml", batchSize: 0, nope: 1, maxRejects: "x" });
  expect(found).toHaveLength(6);
  for (const part of ["inputs", "--format", "--batch-size", "nope", "--max-rejects", "--application-id"]) {
    expect(found.filter((line) => line.includes(part))).toHaveLength(1);
  }
});
