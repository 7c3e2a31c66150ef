import { rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import {
  ConfigurationError,
  compileMapping,
  type ImportEvent,
  type ImportOptions,
  type ImportProgress,
  type MappingDefinition,
  MappingError,
  runImport,
  type Sandbox,
} from "../src/index.js";
import { contactsCsv } from "./helpers/contacts.js";
import { expectBalance } from "./helpers/expect-balance.js";
import { startSandbox } from "./helpers/sandbox.js";
import { temporaryDirectory } from "./helpers/temporary-directory.js";

const MAPPING: MappingDefinition = {
  endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, Address: "Email", "Attributes.City": "City" } }],
};

/** A directory with these files, and the options that are always the same. */
async function prepare(files: Record<string, string>) {
  const directory = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  const path = (name: string) => join(directory, name);
  return { path, options: { inputs: Object.keys(files).map(path), rejects: path("rejects"), dryRun: true } };
}

function targetOf(sandbox: Sandbox): Partial<ImportOptions> {
  const credentials = { accessKeyId: "a", secretAccessKey: "s" };
  return {
    dryRun: false,
    applicationId: "demo",
    region: "us-east-1",
    endpointUrl: sandbox.url,
    credentials,
    rate: 1_000,
  };
}

test("a mapping may be a definition, a compiled mapping, a path or a shipped name", async () => {
  const { options, path } = await prepare({ "in.csv": "Email,City\nann@example.com,Rome\n" });
  await writeFile(path("m.json"), JSON.stringify(MAPPING));
  for (const mapping of [MAPPING, compileMapping(MAPPING), path("m.json")]) {
    expect((await runImport({ ...options, mapping })).rows.accepted).toBe(1);
  }
  await expect(runImport({ ...options, mapping: "hubspot-contacts" })).rejects.toBeInstanceOf(MappingError);
  await expect(runImport({ ...options, mapping: "hubspot-contact" })).rejects.toThrow("hubspot-contacts");
});

test("options are checked before anything is done, all mistakes at once", async () => {
  const wrong = runImport({ inputs: ["x"], dryRun: true, batchSize: 0, maxAttempts: 0 });
  await expect(wrong).rejects.toBeInstanceOf(ConfigurationError);
  await expect(wrong).rejects.toThrow(/--batch-size.*\n.*--max-attempts/);
});

test("a mapping's own input options hold where the caller leaves them open", async () => {
  const { options } = await prepare({ "in.txt": "Email|City\nann@example.com|Rome,Italy\n" });
  const mapping = { ...MAPPING, input: { format: "csv", delimiter: "|" } } as const;
  expect((await runImport({ ...options, mapping })).rows.accepted).toBe(1);
  await expect(runImport({ ...options, mapping, delimiter: "," })).rejects.toBeInstanceOf(MappingError);
});

test("files with different columns are one run, with one rejects file that goes back in", async () => {
  const { options, path } = await prepare({
    "a.csv": "Email,City\nann@example.com,Rome\nbad,Oslo\n",
    "b.csv": "City;Plan;Email\nParis;gold;worse\nBonn;silver;bea@example.com\n",
  });
  const report = await runImport({ ...options, mapping: MAPPING });
  expect(report).toMatchObject({ rows: { read: 4, accepted: 2, rejected: 2 }, source: { format: "csv" } });
  const rejects = await readFile(path("rejects"), "utf8");
  const lines = rejects.split("\n").map((line) => line.split(",").slice(0, 5));
  expect(lines.slice(0, 3)).toEqual([
    ["Email", "City", "Plan", "_reject_row", "_reject_line"],
    ["bad", "Oslo", "", "2", "3"],
    ["worse", "Paris", "gold", "1", "2"],
  ]);
  await writeFile(
    path("mended.csv"),
    rejects.replace("bad", "bad@example.com").replace("worse", "worse@example.com"),
  );
  const again = await runImport({
    ...options,
    inputs: [path("mended.csv")],
    rejects: path("r2"),
    mapping: MAPPING,
  });
  expect(again.rows).toMatchObject({ read: 2, accepted: 2 });
});

test("CSV and JSON do not go together, since their rejects cannot share a file", async () => {
  const { options } = await prepare({ "a.csv": "Email,City\n", "b.jsonl": '{"Email":"a@example.com"}\n' });
  await expect(runImport({ ...options, mapping: MAPPING })).rejects.toThrow(
    /a\.csv is csv.*b\.jsonl is jsonl/,
  );
});

test("an empty file among others does no harm", async () => {
  const { options } = await prepare({ "a.jsonl": '{"Email":"a@example.com","City":"Rome"}\n', "b.csv": "" });
  const report = await runImport({ ...options, mapping: MAPPING });
  expect(report.rows).toMatchObject({ read: 1, accepted: 1 });
  expect(report.warnings.join()).toContain("b.csv");
});

test("a stream takes the place of standard input", async () => {
  const sandbox = await startSandbox();
  const { options } = await prepare({});
  const stdin = Readable.from([Buffer.from("Email,Ci"), Buffer.from("ty\nann@example.com,Rome\n")]);
  const report = await runImport({
    ...options,
    ...targetOf(sandbox),
    inputs: ["-"],
    stdin,
    mapping: MAPPING,
  });
  expect(report).toMatchObject({ exitCode: 0, rows: { accepted: 1 }, source: { inputs: ["-"] } });
  expect(sandbox.endpoints("demo")).toHaveLength(1);
});

test("a row of two endpoints: the good one is sent, the row is rejected with the name of the bad one", async () => {
  const sandbox = await startSandbox();
  const { options, path } = await prepare({ "in.csv": "Email,Phone\nann@example.com,12\n" });
  const mapping: MappingDefinition = {
    endpoints: [
      { name: "email", fields: { ChannelType: { value: "EMAIL" }, Address: "Email" } },
      { name: "sms", fields: { ChannelType: { value: "SMS" }, Address: "Phone" } },
    ],
  };
  const report = await runImport({ ...options, ...targetOf(sandbox), mapping });
  expectBalance(report);
  expect(report).toMatchObject({
    rows: { read: 1, accepted: 0, rejected: 1 },
    endpoints: { mapped: 2, accepted: 1, rejected: 1 },
  });
  expect(sandbox.endpoints("demo").map(({ ChannelType }) => ChannelType)).toEqual(["EMAIL"]);
  expect(await readFile(path("rejects"), "utf8")).toContain("sms: Address");
});

test("events tell what belongs into a log, progress where the run stands", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext({ status: 500 }, { status: 429 });
  sandbox.refuse(({ Id }) => (Id === "c3" ? "no" : undefined));
  const { options } = await prepare({ "in.csv": contactsCsv(250) });
  const events: ImportEvent[] = [];
  const progress: ImportProgress[] = [];
  const report = await runImport({
    ...options,
    ...targetOf(sandbox),
    concurrency: 1,
    onEvent: (event) => events.push(event),
    onProgress: (at) => progress.push(at),
  });
  expect(report).toMatchObject({ exitCode: 1, requests: { retried: 1, throttled: 1 } });
  const kinds = new Set(events.map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(["started", "planned", "retry", "throttled", "refused", "finished"]));
  expect(events[0]).toMatchObject({ kind: "started", runId: report.runId });
  expect(events.at(-1)).toEqual({ kind: "finished", status: "complete", rows: report.rows });
  expect(progress.at(-1)).toMatchObject({ share: 1, rowsRead: 250, rowsAccepted: 249, rowsRejected: 1 });
  expect(progress.every(({ rowsRead }, index) => rowsRead >= (progress[index - 1]?.rowsRead ?? 0))).toBe(
    true,
  );
});

test("an AbortSignal ends the run in order, with a report", async () => {
  const sandbox = await startSandbox();
  const { options } = await prepare({ "in.csv": contactsCsv(5_000) });
  const controller = new AbortController();
  const report = await runImport({
    ...options,
    ...targetOf(sandbox),
    rate: 50,
    signal: controller.signal,
    onProgress: ({ rowsAccepted }) => {
      if (rowsAccepted >= 300) controller.abort();
    },
  });
  expectBalance(report);
  expect(report).toMatchObject({ status: "stopped", exitCode: 130, stopReason: { code: "interrupted" } });
  expect(report.rows.accepted).toBeGreaterThanOrEqual(300);
  expect(report.rows.accepted).toBeLessThan(5_000);
  expect(sandbox.endpoints("demo")).toHaveLength(report.rows.accepted);
});

test("a signal that is aborted already sends nothing", async () => {
  const sandbox = await startSandbox();
  const { options } = await prepare({ "in.csv": contactsCsv(500) });
  const report = await runImport({ ...options, ...targetOf(sandbox), signal: AbortSignal.abort() });
  expect(report).toMatchObject({ status: "stopped", rows: { accepted: 0, rejected: 0 } });
  expect(sandbox.stats().requests.total).toBe(0);
});

test("warnings: each limit of a whole run once, and nothing turned away for it", async () => {
  const names = Array.from({ length: 260 }, (_, index) => `Attributes.A${index}`);
  const rows = Array.from(
    { length: 20 },
    (_, index) => `${index},EMAIL,one@example.com,u,${names.map(() => "x").join(",")}`,
  );
  const { options } = await prepare({
    "in.csv": `Id,ChannelType,Address,User.UserId,${names.join(",")}\n${rows.join("\n")}\n`,
  });
  const report = await runImport(options);
  expect(report).toMatchObject({ exitCode: 0, rows: { accepted: 20 } });
  expect(report.warnings).toHaveLength(3);
  for (const words of ["250", "15", "two Ids"]) expect(report.warnings.join("\n")).toContain(words);
});

test("a report that cannot be written stops the run before it sends, with code 3", async () => {
  const sandbox = await startSandbox();
  const { options, path } = await prepare({ "in.csv": contactsCsv(5) });
  const report = await runImport({ ...options, ...targetOf(sandbox), report: path("nowhere/report.json") });
  expect(report).toMatchObject({ exitCode: 3, stopReason: { code: "report_unwritable" } });
  expect(sandbox.stats().requests.total).toBe(0);
});

test("a report that cannot be written in the end leaves nothing to go on with", async () => {
  const sandbox = await startSandbox();
  const { options, path } = await prepare({ "in.csv": contactsCsv(5) });
  await mkdir(path("reports"));
  const report = await runImport({
    ...options,
    ...targetOf(sandbox),
    report: path("reports/report.json"),
    resumeCommand: "go on",
    onEvent: ({ kind }) => {
      if (kind === "planned") rmSync(path("reports"), { recursive: true });
    },
  });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "report_unwritable" },
    resumeCommand: null,
    rows: { accepted: 5, pending: 0 },
  });
});

test("a report takes the place of no file of the run", async () => {
  const { options, path } = await prepare({ "in.json": '[{"Email":"a@example.com"}]' });
  await writeFile(
    path("m.json"),
    JSON.stringify({ endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, Address: "Email" } }] }),
  );
  const rejects = path("rejects.json");
  for (const report of [path("in.json"), path("m.json"), rejects]) {
    await expect(runImport({ ...options, mapping: path("m.json"), rejects, report })).rejects.toMatchObject({
      code: "report_name",
    });
  }
});

test("a service that is gone is named as that", async () => {
  const sandbox = await startSandbox({ behaviors: { retired: "410" } });
  const { options } = await prepare({ "in.csv": contactsCsv(5) });
  const report = await runImport({ ...options, ...targetOf(sandbox) });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "service_gone" },
    rows: { rejected: 0, pending: 5 },
  });
  expect(report.stopReason?.message).toContain("2026-10-30");
});

test("all mistakes of an endpoint are reported together, those of the mapping and those of validation", async () => {
  const { options, path } = await prepare({ "in.csv": "Email,Age\nnot-mail,old\n" });
  const mapping: MappingDefinition = {
    endpoints: [
      {
        fields: {
          Id: { value: "1" },
          ChannelType: { value: "EMAIL" },
          Address: "Email",
          "Metrics.Age": "Age",
        },
      },
    ],
  };
  expect((await runImport({ ...options, mapping })).rejectsByCode).toEqual({ mapping_failed: 1 });
  const rejects = await readFile(path("rejects"), "utf8");
  expect(rejects).toContain("Metrics.Age");
  expect(rejects).toContain("e-mail address");
});

test("rejects of a file with a sep= line go back in, whatever the delimiter", async () => {
  const { options, path } = await prepare({
    "in.csv": "sep=:\nEmail:City\nnobody:Rome\nann@example.com:Oslo\n",
  });
  expect((await runImport({ ...options, mapping: MAPPING })).rows).toMatchObject({
    accepted: 1,
    rejected: 1,
  });
  const rejects = await readFile(path("rejects"), "utf8");
  expect(rejects).toMatch(/^sep=:\nEmail:City:_reject_row:/);
  await writeFile(path("mended.csv"), rejects.replace("nobody", "bob@example.com"));
  const again = await runImport({
    ...options,
    inputs: [path("mended.csv")],
    rejects: path("r2"),
    mapping: MAPPING,
  });
  expect(again.rows).toMatchObject({ read: 1, accepted: 1 });
});

test("an AbortSignal ends a run that still waits for its first byte", async () => {
  const { options } = await prepare({});
  const controller = new AbortController();
  const stdin = new Readable({ read: () => controller.abort() });
  const report = await runImport({
    ...options,
    inputs: ["-"],
    stdin,
    mapping: MAPPING,
    signal: controller.signal,
  });
  expect(report).toMatchObject({ status: "stopped", exitCode: 130, stopReason: { code: "interrupted" } });
});
