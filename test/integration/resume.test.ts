import { once } from "node:events";
import { createReadStream } from "node:fs";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  ConfigurationError,
  type ImportOptions,
  type ImportProgress,
  type ImportReport,
  listState,
  type MappingDefinition,
  runImport,
  type Sandbox,
} from "../../src/index.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { type CliResult, collect, reportOf, runCli, startCli } from "../helpers/run-cli.js";
import { startSandbox, targetArgs } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const ROWS = 3_000;
/** No address: turned away here. */
const isInvalid = (row: number) => row % 40 === 0;
/** Turned away by Pinpoint. */
const isRefused = (row: number) => row % 997 === 0 && !isInvalid(row);
const isGood = (row: number) => !isInvalid(row) && !isRefused(row);

const rowsFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => {
    const row = first + index;
    return {
      Id: `c${row}`,
      ChannelType: "EMAIL",
      Address: isInvalid(row) ? "nobody" : `p${row}@example.com`,
    };
  });
const toCsv = (first = 1, last = ROWS) =>
  `Id,ChannelType,Address\n${rowsFrom(first, last)
    .map((row) => Object.values(row).join(","))
    .join("\n")}\n`;
const toJsonl = () =>
  rowsFrom(1, ROWS)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");

const goodIds = Array.from({ length: ROWS }, (_, index) => index + 1)
  .filter(isGood)
  .map((row) => `c${row}`);
const badIds = Array.from({ length: ROWS }, (_, index) => index + 1)
  .filter((row) => !isGood(row))
  .map((row) => `c${row}`);

async function startPinpoint(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  sandbox.refuse(({ Id }) => (isRefused(Number(String(Id).slice(1))) ? "not this one" : undefined));
  return sandbox;
}

const storedIds = (sandbox: Sandbox) => sandbox.endpoints("demo").map(({ Id }) => Id);
const byNumber = (a: string, b: string) => Number(a.slice(1)) - Number(b.slice(1));
/** What is in the rejects files of a directory, with an Id as often as it stands there. */
async function rejectedIds(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.includes("rejects"));
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
  return texts
    .flatMap((text) => [...text.matchAll(/^(?:\{\s*"Id":\s*")?(c\d+)\b/gm)].map(([, id]) => id ?? ""))
    .sort(byNumber);
}
const untilStored = async (sandbox: Sandbox, count: number) => {
  while (sandbox.endpoints("demo").length < count) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The whole outcome, after however many interruptions. */
async function expectAllThere(directory: string, sandbox: Sandbox, report: ImportReport): Promise<void> {
  expectBalance(report);
  expect(report).toMatchObject({
    status: "complete",
    exitCode: 1,
    resumeCommand: null,
    rows: { read: ROWS, accepted: goodIds.length, rejected: badIds.length, pending: 0 },
    endpoints: { mapped: ROWS, accepted: goodIds.length, rejected: badIds.length },
  });
  expect(storedIds(sandbox).sort(byNumber)).toEqual(goodIds);
  expect(await rejectedIds(directory)).toEqual(badIds);
  expect((await readdir(join(directory, "state"))).filter((name) => !name.startsWith("rates"))).toEqual([]);
}

interface Interrupted {
  readonly cwd: string;
  readonly sandbox: Sandbox;
  readonly args: readonly string[];
  readonly result: CliResult;
}

/** A run that gets a signal once so many endpoints are stored; `stdin` is piped in where it is given. */
async function interrupt(
  files: Record<string, string | Buffer>,
  signal: NodeJS.Signals,
  {
    inputs = Object.keys(files),
    after = 1_800,
    stdin,
  }: { inputs?: string[]; after?: number; stdin?: string } = {},
): Promise<Interrupted> {
  const sandbox = await startPinpoint();
  const cwd = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) await writeFile(join(cwd, name), content);
  const args = [
    ...inputs,
    ...targetArgs(sandbox),
    "--state-dir",
    "state",
    "--rate",
    "12",
    "--summary",
    "json",
  ];
  const child = startCli(["run", ...args], { cwd });
  const ended = collect(child);
  if (stdin === undefined) child.stdin?.end();
  else createReadStream(join(cwd, stdin)).pipe(child.stdin?.on("error", () => {}) as NodeJS.WritableStream);
  await untilStored(sandbox, after);
  child.kill(signal);
  return { cwd, sandbox, args, result: await ended };
}

const halves = { "a.csv": toCsv(1, 1_200), "b.csv": toCsv(1_201, ROWS) };
const document = (indent?: number) => JSON.stringify({ data: { records: rowsFrom(1, ROWS) } }, null, indent);

test.each([
  ["a CSV file", { "in.csv": toCsv() }, [], undefined],
  ["JSONL", { "in.jsonl": toJsonl() }, [], undefined],
  ["a JSON document", { "in.json": document(1) }, ["--select", "data.records"], undefined],
  ["gzip", { "in.csv.gz": gzipSync(toCsv()) }, [], undefined],
  ["two files", halves, [], undefined],
  ["UTF-16", { "in.csv": Buffer.from(`\uFEFF${toCsv()}`, "utf16le") }, [], undefined],
  ["standard input", { "in.csv": toCsv() }, ["-"], "in.csv"],
] as const)(
  "kill -9, then --resume: nothing is lost and nothing rejected twice, with %s",
  async (_, files, more, stdin) => {
    const inputs = stdin === undefined ? [...Object.keys(files), ...more] : [...more];
    const run = await interrupt(files, "SIGKILL", { inputs, ...(stdin === undefined ? {} : { stdin }) });
    expect(run.result.code).toBeNull();
    let seesFirstRow = false;
    run.sandbox.refuse(({ Id }) => {
      seesFirstRow ||= Id === "c1";
      return isRefused(Number(String(Id).slice(1))) ? "not this one" : undefined;
    });
    const resumed = await runCli(["run", "--resume", ...run.args, "--rate", "100"], {
      cwd: run.cwd,
      ...(stdin === undefined ? {} : { stdin: await readFile(join(run.cwd, stdin)) }),
    });
    expect(resumed.code).toBe(1);
    const report = reportOf(resumed);
    await expectAllThere(run.cwd, run.sandbox, report);
    expect(report.resumed?.rows).toBeGreaterThan(0);
    // It went on, rather than beginning anew.
    expect(seesFirstRow).toBe(false);
  },
);

test("kill -9 again and again: nothing is lost and nothing rejected twice", async () => {
  const sandbox = await startPinpoint({ failRate: 0.1, dropRate: 0.05 });
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), toCsv());
  const args = [
    "run",
    "--resume",
    "in.csv",
    ...targetArgs(sandbox),
    "--state-dir",
    "state",
    "--rate",
    "40",
    "--rejects",
    "rejects.csv",
  ];
  for (let kills = 0; kills < 6; kills += 1) {
    const child = startCli(args, { cwd });
    child.stdin?.end();
    const ended = once(child, "exit");
    // Moments from before the first checkpoint to the middle of the run, none of them chosen by what the program does.
    setTimeout(() => child.kill("SIGKILL"), 250 + kills * 190);
    await ended;
  }
  const last = await runCli([...args, "--summary", "json"], { cwd });
  await expectAllThere(cwd, sandbox, reportOf(last));
});

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: the command that the summary prints goes on where the run stopped", async (signal, code) => {
  const run = await interrupt({ "in.csv": toCsv() }, signal);
  expect(run.result.code).toBe(code);
  const stopped = reportOf(run.result);
  expectBalance(stopped);
  expect(storedIds(run.sandbox)).toHaveLength(stopped.rows.accepted);
  expect(await rejectedIds(run.cwd)).toHaveLength(stopped.rows.rejected);
  const [program, ...command] = (stopped.resumeCommand ?? "").split(" ");
  expect([program, ...command.slice(0, 2)]).toEqual(["pinpoint-import", "run", "--resume"]);
  const resumed = await runCli(command, { cwd: run.cwd });
  await expectAllThere(run.cwd, run.sandbox, reportOf(resumed));
});

test("a second signal ends at once, and the run can still be resumed", async () => {
  // Some requests are always in flight, so that the first signal has something to wait for.
  const sandbox = await startPinpoint({ latencyMs: 300 });
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), toCsv());
  const args = ["in.csv", ...targetArgs(sandbox), "--state-dir", "state", "--summary", "json"];
  const child = startCli(["run", ...args, "--rate", "20"], { cwd });
  child.stdin?.end();
  const ended = collect(child);
  await untilStored(sandbox, 500);
  child.stderr?.on("data", (text: string) => {
    if (text.includes("a second signal ends at once")) child.kill("SIGINT");
  });
  child.kill("SIGINT");
  const { code, stderr, stdout } = await ended;
  expect([code, stdout]).toEqual([130, ""]);
  expect(stderr).toContain("ended at once");
  const resumed = await runCli(["run", "--resume", ...args, "--rate", "100"], { cwd });
  await expectAllThere(cwd, sandbox, reportOf(resumed));
});

interface Library {
  readonly directory: string;
  readonly sandbox: Sandbox;
  readonly run: (options?: Partial<ImportOptions>) => Promise<ImportReport>;
}

/** The library on one file, with a state directory. */
async function setUp(options: Parameters<typeof startSandbox>[0] = {}): Promise<Library> {
  const sandbox = await startPinpoint(options);
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "in.csv"), toCsv());
  return {
    directory,
    sandbox,
    run: (different) =>
      runImport({
        inputs: [join(directory, "in.csv")],
        applicationId: "demo",
        region: "us-east-1",
        endpointUrl: sandbox.url,
        credentials: { accessKeyId: "a", secretAccessKey: "s" },
        stateDir: join(directory, "state"),
        rate: 1_000,
        resumeCommand: "go on",
        ...different,
      }),
  };
}

/** Stops once so many rows are accepted, or what else is enough. */
async function runUntil(
  enough: number | ((progress: ImportProgress) => boolean),
  { run }: Library,
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const controller = new AbortController();
  const report = await run({
    rate: 50,
    signal: controller.signal,
    onProgress: (progress) => {
      if (typeof enough === "number" ? progress.rowsAccepted >= enough : enough(progress)) controller.abort();
    },
    ...options,
  });
  expect(report).toMatchObject({ status: "stopped", resumeCommand: "go on" });
  expect(report.rows.pending).toBeGreaterThan(0);
  return report;
}

test("a stopped run sends little twice: what was decided in a row is not sent again", async () => {
  const library = await setUp();
  await runUntil(1_500, library);
  const report = await library.run({ resume: true });
  await expectAllThere(library.directory, library.sandbox, report);
  const sent = library.sandbox.stats().requests.byOperation.UpdateEndpointsBatch?.["202"] ?? 0;
  expect(sent).toBeLessThanOrEqual(ROWS / 100 + 30);
});

test("--limit and --skip mean the same rows in a run that was interrupted", async () => {
  const library = await setUp();
  const part = { skip: 500, limit: 2_000 };
  await runUntil(700, library, part);
  const report = await library.run({ ...part, resume: true });
  expect(report.rows).toMatchObject({ read: 2_000, pending: 0 });
  const ids = goodIds.filter((id) => Number(id.slice(1)) > 500 && Number(id.slice(1)) <= 2_500);
  expect(storedIds(library.sandbox).sort(byNumber)).toEqual(ids);
  await runUntil(700, library, part);
  await expect(library.run({ limit: 2_000, resume: true })).rejects.toThrow("--skip 500");
});

const MAPPING: MappingDefinition = {
  endpoints: [{ fields: { Id: "Id", ChannelType: { value: "EMAIL" }, Address: "Address" } }],
};

test.each([
  [
    "a file with more in it",
    (path: string) => appendFile(path, "c9,EMAIL,x@example.com\n"),
    {},
    "in.csv is not the same",
  ],
  [
    "a file of the same size with another beginning",
    async (path: string) => writeFile(path, (await readFile(path, "utf8")).replace("p1@", "q1@")),
    {},
    "its beginning differs",
  ],
  ["another mapping", undefined, { mapping: MAPPING }, "it used the mapping pinpoint, this one uses mapping"],
  [
    "another application",
    undefined,
    { applicationId: "other" },
    "it imported into the application demo, this one into other",
  ],
  ["another region", undefined, { region: "eu-west-1" }, "into the region us-east-1"],
  ["another delimiter", undefined, { delimiter: "," }, "--delimiter"],
  ["another limit", undefined, { limit: 10 }, "--limit"],
] as const)("--resume with %s is refused, and nothing is sent", async (_, change, options, words) => {
  const library = await setUp();
  await runUntil(500, library);
  await change?.(join(library.directory, "in.csv"));
  const before = library.sandbox.stats().requests.total;
  const refused = library.run({ ...options, resume: true });
  await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
  await expect(refused).rejects.toMatchObject({ code: "resume_mismatch" });
  await expect(refused).rejects.toThrow(words);
  expect(library.sandbox.stats().requests.total).toBe(before);
});

test("--resume with other inputs than those of the interrupted run is refused", async () => {
  const library = await setUp();
  await runUntil(500, library);
  const other = join(library.directory, "other.csv");
  await writeFile(other, toCsv());
  await expect(library.run({ inputs: [other], resume: true })).rejects.toThrow("in.csv, this one reads");
});

test("rows that are skipped before the first one count once, also where nothing was accepted before the stop", async () => {
  const library = await setUp();
  const b = join(library.directory, "b.csv");
  await writeFile(join(library.directory, "in.csv"), toCsv(1, 500));
  await writeFile(b, toCsv(501, 1_100));
  const options = { inputs: [join(library.directory, "in.csv"), b], skip: 500, maxAttempts: 1 };
  library.sandbox.failNext({ status: 503, times: Number.POSITIVE_INFINITY });
  expect(await library.run(options)).toMatchObject({ stopReason: { code: "service_down" } });
  library.sandbox.clearFailures();
  const report = await library.run({ ...options, resume: true });
  expect(report.rows).toMatchObject({ read: 600, pending: 0 });
  expect(storedIds(library.sandbox)).toContain("c501");
});

test("a pipe from which less comes than the first time is not taken for complete", async () => {
  const library = await setUp();
  // Long rows: the beginning by which the input is known again, 64 KB, has only some hundred of them.
  const [head, ...rows] = toCsv().split("\n");
  const toText = (last: number): string =>
    [`${head},Attributes.note`, ...rows.slice(0, last).map((row) => `${row},${"x".repeat(99)}`), ""].join(
      "\n",
    );
  const pipe = (last: number): Partial<ImportOptions> => ({
    inputs: ["-"],
    rejects: join(library.directory, "rejects.csv"),
    stdin: Readable.from([Buffer.from(toText(last))]),
  });
  await runUntil(1_500, library, pipe(ROWS));
  // Of the rows that were accepted, those count that no undecided one precedes.
  const { runs } = await listState(join(library.directory, "state"));
  const known = runs[0]?.rows ?? 0;
  expect(known).toBeGreaterThan(600);
  const short = await library.run({ ...pipe(known - 1), resume: true });
  expect(short).toMatchObject({ exitCode: 3, stopReason: { code: "input_changed" }, resumeCommand: "go on" });
  await expectAllThere(
    library.directory,
    library.sandbox,
    await library.run({ ...pipe(ROWS), resume: true }),
  );
});

test("a rejects file that another run has made in the meantime is left alone", async () => {
  const library = await setUp();
  const rejects = join(library.directory, "rejects.csv");
  const path = join(library.directory, "in.csv");
  await writeFile(path, `${toCsv(1, 39)}${toCsv(41, 79).split("\n").slice(1).join("\n")}`);
  // It stops before it has rejected anything.
  library.sandbox.failNext({ status: 403, times: Number.POSITIVE_INFINITY });
  await library.run({ rejects });
  library.sandbox.clearFailures();
  await writeFile(rejects, "the rejects of another run\n");
  library.sandbox.refuse(({ Id }) => (Id === "c5" ? "not this one" : undefined));
  const report = await library.run({ rejects, resume: true });
  expect(await readFile(rejects, "utf8")).toBe("the rejects of another run\n");
  expect(report).toMatchObject({ exitCode: 1, rows: { rejected: 1, pending: 0 } });
  expect(report.rejectsFile).not.toBe(rejects);
});

test("a rejects file that somebody worked on is left alone, however often the same command goes on", async () => {
  const library = await setUp();
  const rejects = join(library.directory, "rejects.csv");
  const first = await runUntil(1_000, library, { rejects });
  await appendFile(rejects, "c5,EMAIL,mended@example.com\n");
  const worked = await readFile(rejects, "utf8");
  // A new file is made when a row is rejected. It waits for those before it, of which one may be refused slowly.
  const isMore = ({ rowsRejected }: ImportProgress) => rowsRejected > first.rows.rejected;
  const again = await runUntil(isMore, library, { rejects, resume: true });
  expect(again.rejectsFile).not.toBe(rejects);
  const report = await library.run({ rejects, resume: true });
  expect(await readFile(rejects, "utf8")).toBe(worked);
  expect(report.rejectsFile).toBe(again.rejectsFile);
  expect(report).toMatchObject({ exitCode: 1, rows: { rejected: badIds.length, pending: 0 } });
  expect(await rejectedIds(library.directory)).toEqual([...badIds, "c5"].sort(byNumber));
});

test("--resume passes over interrupted runs that nobody can mean: nothing was sent, or the input is gone", async () => {
  const library = await setUp();
  library.sandbox.failNext({ status: 404 });
  expect(await library.run({ applicationId: "wrong" })).toMatchObject({ exitCode: 3 });
  const gone = join(library.directory, "gone.csv");
  await writeFile(gone, toCsv());
  await runUntil(500, library, { inputs: [gone] });
  await rm(gone);
  expect(await library.run({ resume: true })).toMatchObject({
    resumed: null,
    rows: { read: ROWS, pending: 0 },
  });
});

test("a run that is killed leaves no report of the run before it", async () => {
  const cwd = await temporaryDirectory();
  const sandbox = await startPinpoint();
  await writeFile(join(cwd, "report.json"), '{ "status": "complete" }');
  await writeFile(join(cwd, "in.csv"), toCsv());
  const args = ["run", "in.csv", ...targetArgs(sandbox), "--state-dir", "state", "--rate", "5"];
  const child = startCli([...args, "--report", "report.json"], { cwd });
  child.stdin?.end();
  await untilStored(sandbox, 100);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await readdir(cwd)).not.toContain("report.json");
});

test("what a stopped run counts is of one moment", async () => {
  const library = await setUp();
  const { rows, endpoints } = await runUntil(1_000, library, { concurrency: 1 });
  expect(endpoints).toMatchObject({ accepted: rows.accepted, rejected: rows.rejected });
});

test("the report names the rejects file that there is, where nothing more was rejected", async () => {
  const library = await setUp();
  const withoutRow80 = toCsv(1, 79) + toCsv(81, 119).replace(/^.*\n/, "");
  await writeFile(join(library.directory, "in.csv"), withoutRow80);
  const stopped = await runUntil(60, library, { batchSize: 10, rate: 5 });
  const report = await library.run({ rejects: join(library.directory, "more.csv"), resume: true });
  expect(report.rejectsFile).toBe(stopped.rejectsFile);
});

test("--resume at another endpoint warns", async () => {
  const library = await setUp();
  await runUntil(1_000, library);
  const other = await startPinpoint();
  const report = await library.run({ endpointUrl: other.url, resume: true });
  expect(report.warnings.join()).toContain(`sent to ${library.sandbox.url}, this one sends to ${other.url}`);
});

test("--max-rejects counts what Pinpoint refuses of the last rows too", async () => {
  const library = await setUp();
  await writeFile(join(library.directory, "in.csv"), toCsv(1, 30));
  library.sandbox.refuse(({ Id }) => (Id === "c7" ? "not this one" : undefined));
  const report = await library.run({ maxRejects: 0 });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "too_many_rejects" },
    rows: { rejected: 1, pending: 0 },
  });
});

test("--resume may do one job while another one like it is active", async () => {
  const library = await setUp();
  const other = join(library.directory, "other.csv");
  await writeFile(other, toCsv(1, 200));
  let second: Promise<ImportReport> | undefined;
  await library.run({
    rate: 60,
    onProgress: () => {
      second ??= library.run({ inputs: [other], resume: true });
    },
  });
  expect(await second).toMatchObject({ status: "complete", rows: { read: 200, pending: 0 } });
});

test("a mapping that was refused can be put right: the run goes on with the old one", async () => {
  const library = await setUp();
  await runUntil(500, library);
  await expect(library.run({ mapping: MAPPING, resume: true })).rejects.toThrow();
  await expectAllThere(library.directory, library.sandbox, await library.run({ resume: true }));
});

test("--resume where nothing was interrupted begins with the first row, and says so", async () => {
  const library = await setUp();
  const report = await library.run({ resume: true });
  await expectAllThere(library.directory, library.sandbox, report);
  expect(report.resumed).toBeNull();
  expect(report.warnings.join()).toContain("nothing to resume");
});

test("without --resume an interrupted run is begun anew, and the run says so", async () => {
  const library = await setUp();
  await runUntil(500, library);
  const report = await library.run();
  expect(report).toMatchObject({ resumed: null, rows: { read: ROWS, pending: 0 } });
  expect(report.warnings.join()).toContain("--resume goes on where that one stopped");
  expect(
    (await readdir(join(library.directory, "state"))).filter((name) => name.startsWith("checkpoint")),
  ).toEqual([]);
});

test("a checkpoint that cannot be read stops a run that is to be resumed, and no other", async () => {
  const library = await setUp();
  await runUntil(500, library);
  const state = join(library.directory, "state");
  const [name] = (await readdir(state)).filter((file) => file.startsWith("checkpoint"));
  await writeFile(join(state, name ?? ""), "{ half of");
  expect(await library.run({ resume: true })).toMatchObject({
    exitCode: 3,
    stopReason: { code: "state_unusable" },
  });
  expect(await library.run()).toMatchObject({ exitCode: 1, status: "complete" });
});

test("rejects go on in the file of the interrupted run, wherever the run is resumed", async () => {
  const library = await setUp();
  const stopped = await runUntil(1_000, library);
  const report = await library.run({ resume: true });
  expect(report.rejectsFile).toBe(stopped.rejectsFile);
  await expectAllThere(library.directory, library.sandbox, report);
});

test("a rejects file that somebody works with is left alone: those from here on go into another", async () => {
  const library = await setUp();
  const stopped = await runUntil(1_000, library);
  const path = stopped.rejectsFile ?? "";
  const mended = (await readFile(path, "utf8")).replaceAll("nobody", "mended@example.com");
  await writeFile(path, mended);
  const report = await library.run({ resume: true });
  expect(await readFile(path, "utf8")).toBe(mended);
  expect(report.rejectsFile).not.toBe(path);
  expect(report.warnings.join()).toContain(path);
  expect(report.rows.rejected).toBe(badIds.length);
  expect(await rejectedIds(library.directory)).toEqual(badIds);
});

test("a run that goes on may write its rejects into another file", async () => {
  const library = await setUp();
  await runUntil(1_000, library);
  const rejects = join(library.directory, "more.rejects.csv");
  const report = await library.run({ resume: true, rejects });
  expect(report.rejectsFile).toBe(rejects);
  expect(await rejectedIds(library.directory)).toEqual(badIds);
});

test("--max-duration stops the run, to be resumed", async () => {
  const library = await setUp();
  const report = await library.run({ maxDurationMs: 700, rate: 20 });
  expect(report).toMatchObject({ exitCode: 3, stopReason: { code: "deadline" }, resumeCommand: "go on" });
  expectBalance(report);
  await expectAllThere(library.directory, library.sandbox, await library.run({ resume: true }));
});

test("--max-rejects stops the run when all before is delivered; going on counts anew", async () => {
  const library = await setUp();
  const limited = { maxRejects: 40 };
  const first = await library.run(limited);
  expect(first).toMatchObject({
    exitCode: 3,
    stopReason: { code: "too_many_rejects" },
    rows: { pending: 0 },
  });
  expect(first.rows.rejected).toBeGreaterThan(40);
  let report = first;
  for (let runs = 0; report.status === "stopped" && runs < 5; runs += 1) {
    report = await library.run({ ...limited, resume: true });
  }
  await expectAllThere(library.directory, library.sandbox, report);
});

test.each([
  ["down", { status: 503 }, "service_down"],
  ["refusing credentials", { status: 403, type: "ExpiredTokenException" }, "access_denied"],
  ["without the application", { status: 404, type: "NotFoundException" }, "application_not_found"],
])(
  "a service that is %s stops the run, nothing is rejected for it, and it can be resumed",
  async (_, fault, code) => {
    const library = await setUp();
    let hurt = false;
    const stopped = await library.run({
      maxAttempts: 2,
      rate: 50,
      onProgress: ({ rowsAccepted }) => {
        if (!hurt && rowsAccepted >= 800)
          library.sandbox.failNext({ ...fault, times: Number.POSITIVE_INFINITY });
        hurt ||= rowsAccepted >= 800;
      },
    });
    expectBalance(stopped);
    expect(stopped).toMatchObject({ exitCode: 3, stopReason: { code }, resumeCommand: "go on" });
    expect(stopped.rejectsByCode).not.toHaveProperty("service_failed");
    library.sandbox.clearFailures();
    await expectAllThere(library.directory, library.sandbox, await library.run({ resume: true }));
  },
);

test("a second run of the job is refused while one is active, and does not disturb it", async () => {
  const library = await setUp();
  let second: Promise<ImportReport> | undefined;
  const first = await library.run({
    rate: 60,
    onProgress: () => {
      second ??= library.run();
    },
  });
  expect(await second).toMatchObject({
    exitCode: 3,
    stopReason: { code: "job_active" },
    rows: { read: 0 },
    resumeCommand: null,
  });
  await expectAllThere(library.directory, library.sandbox, first);
});

test("a state directory that cannot be used stops the run before anything is sent", async () => {
  const library = await setUp();
  const report = await library.run({ stateDir: join(library.directory, "in.csv", "state") });
  expect(report).toMatchObject({ exitCode: 3, stopReason: { code: "state_unusable" }, resumeCommand: null });
  expect(report.stopReason?.message).toContain("--state-dir");
  expect(library.sandbox.stats().requests.total).toBe(0);
});

test("a state directory that goes away stops the run, which is resumed from where it was known", async () => {
  const library = await setUp();
  const stateDir = join(library.directory, "state");
  let gone = false;
  const report = await library.run({
    rate: 15,
    onProgress: ({ rowsAccepted }) => {
      if (!gone && rowsAccepted > 300)
        void rm(stateDir, { recursive: true }).then(() => writeFile(stateDir, ""));
      gone ||= rowsAccepted > 300;
    },
  });
  expect(report).toMatchObject({ exitCode: 3, stopReason: { code: "state_unusable" } });
  expectBalance(report);
});

test("a rejects file that is deleted stops the run; what it held is there again, and the run can be resumed", async () => {
  const library = await setUp();
  let deleted = false;
  const rejects = join(library.directory, "rejects.csv");
  const report = await library.run({
    rate: 15,
    rejects,
    onProgress: ({ rowsAccepted }) => {
      if (!deleted && rowsAccepted > 500) void rm(rejects);
      deleted ||= rowsAccepted > 500;
    },
  });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "rejects_deleted" },
    resumeCommand: "go on",
  });
  await expectAllThere(library.directory, library.sandbox, await library.run({ rejects, resume: true }));
});
