import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type ImportOptions, type ImportProgress, runImport, type ScriptedAnswer } from "../src/index.js";
import { contactsCsv } from "./helpers/contacts.js";
import { startSandbox } from "./helpers/sandbox.js";
import { temporaryDirectory } from "./helpers/temporary-directory.js";

const ROWS = 12_000;

/** Rows are nearly of one length. */
const NEAR = 0.02;

/** Runs an import of these files into a sandbox; returns where it stood, each time that it told. */
async function watch(
  files: Readonly<Record<string, string | Buffer>>,
  different: Partial<ImportOptions> = {},
  ...answers: readonly ScriptedAnswer[]
): Promise<ImportProgress[]> {
  const directory = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  const sandbox = await startSandbox();
  sandbox.failNext(...answers);
  const progress: ImportProgress[] = [];
  await runImport({
    inputs: Object.keys(files).map((name) => join(directory, name)),
    rejects: join(directory, "rejects"),
    applicationId: "demo",
    region: "us-east-1",
    endpointUrl: sandbox.url,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    rate: 2_000,
    concurrency: 2,
    onProgress: (at) => progress.push(at),
    ...different,
  });
  return progress;
}

function expectShares(progress: readonly ImportProgress[], toShare: (rowsDecided: number) => number): void {
  expect(progress.length).toBeGreaterThan(20);
  for (const { share, rowsDecided } of progress)
    expect(Math.abs((share ?? Number.NaN) - toShare(rowsDecided)), `${rowsDecided} rows`).toBeLessThan(NEAR);
  expect(progress.at(-1)?.share).toBeCloseTo(1);
}

test.each([
  ["a file", { "in.csv": contactsCsv(ROWS) }],
  ["a file that is read at once", { "in.csv": contactsCsv(1_400) }],
  ["a compressed file, all of which is read at once", { "in.csv.gz": gzipSync(contactsCsv(ROWS)) }],
  [
    "several files",
    { "a.csv": contactsCsv(2_000), "b.csv": contactsCsv(ROWS, 3_000), "c.csv": contactsCsv(0) },
  ],
])("the share is that of the rows that are decided: %s", async (_, files) => {
  const progress = await watch(files, { batchSize: 20 });
  const rows = progress.at(-1)?.rowsDecided ?? 0;
  expect(rows).toBeGreaterThan(1_000);
  expectShares(progress, (decided) => decided / rows);
});

test("a compressed file of which gzip does not know the length", async () => {
  // The last of two members is short, and its length stands for that of both.
  const content = Buffer.concat([gzipSync(contactsCsv(100_000)), gzipSync("c0,EMAIL,a@example.com,x\n")]);
  const progress = await watch({ "in.csv.gz": content }, { dryRun: true });
  const rows = progress.at(-1)?.rowsDecided ?? 0;
  const half = progress.find(({ rowsDecided }) => rowsDecided > rows / 2);
  expect(Math.abs((half?.share ?? 0) - 0.5)).toBeLessThan(0.15);
  expect(progress.at(-1)?.share).toBe(1);
});

test("with a limit the end is where that is reached", async () => {
  const progress = await watch({ "in.csv": contactsCsv(ROWS) }, { limit: 3_000, batchSize: 20 });
  expectShares(progress, (decided) => decided / 3_000);
});

test("a limit that is never reached does not matter", async () => {
  const progress = await watch({ "in.csv": contactsCsv(ROWS) }, { limit: 1_000_000 });
  expectShares(progress, (decided) => decided / ROWS);
});

test("rows that are passed over count as decided", async () => {
  const progress = await watch({ "in.csv": contactsCsv(ROWS) }, { skip: 6_000, batchSize: 20 });
  const sent = progress.filter(({ rowsDecided }) => rowsDecided > 0);
  expectShares(sent, (decided) => 0.5 + decided / ROWS);
});

test("a run that goes on begins where the other one ended", async () => {
  const directory = await temporaryDirectory();
  const state = join(directory, "state");
  const input = join(directory, "in.csv");
  await writeFile(input, contactsCsv(ROWS));
  const sandbox = await startSandbox();
  const stop = new AbortController();
  const options: ImportOptions = {
    inputs: [input],
    applicationId: "demo",
    region: "us-east-1",
    endpointUrl: sandbox.url,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    rate: 2_000,
    stateDir: state,
  };
  const first = await runImport({
    ...options,
    signal: stop.signal,
    onProgress: ({ rowsDecided }) => {
      if (rowsDecided >= 0.6 * ROWS) stop.abort();
    },
  });
  expect(first.status).toBe("stopped");
  const progress: ImportProgress[] = [];
  await runImport({ ...options, resume: true, onProgress: (at) => progress.push(at) });
  expect(progress[0]?.share).toBeGreaterThan(0.55);
  expectShares(progress, (decided) => decided / ROWS);
});

test("the size of standard input is not known, unless there is a limit", async () => {
  const stdin = () => Readable.from([contactsCsv(3_000)]);
  const all = await watch({}, { inputs: ["-"], stdin: stdin() });
  expect(all.map(({ share }) => share)).not.toContainEqual(expect.any(Number));
  expect(all.at(-1)?.rowsDecided).toBe(3_000);
  const limited = await watch({}, { inputs: ["-"], stdin: stdin(), limit: 2_000, batchSize: 20 });
  expectShares(limited, (decided) => decided / 2_000);
});

test("batches that were let through are counted, and the rate that they may have", async () => {
  const progress = await watch({ "in.csv": contactsCsv(1_000) });
  expect(progress.at(-1)).toMatchObject({
    batchesPassed: 10,
    requestsSent: 10,
    requestsRetried: 0,
    quotaPerSecond: 2_000,
  });
  const dry = await watch({ "in.csv": contactsCsv(1_000) }, { dryRun: true });
  expect(dry.at(-1)).toMatchObject({
    batchesPassed: 0,
    ratePerSecond: 0,
    quotaPerSecond: undefined,
    rowsDecided: 1_000,
  });
});

test("retries are told when they are made, also while nothing is decided", async () => {
  const progress = await watch({ "in.csv": contactsCsv(1) }, {}, { status: 500 }, { status: 503 });
  expect(progress.map(({ requestsRetried, rowsDecided }) => [requestsRetried, rowsDecided])).toEqual(
    expect.arrayContaining([
      [1, 0],
      [2, 0],
      [2, 1],
    ]),
  );
});
