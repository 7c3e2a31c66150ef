import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { collect, reportOf, runCli, startCli } from "../helpers/run-cli.js";
import { startSandbox, targetArgs } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const JSON_SUMMARY = ["--summary", "json"];

test("a CSV row reaches Pinpoint and is read back; stdout holds the summary and nothing else", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(250));
  const result = await runCli(["run", "in.csv", ...targetArgs(sandbox), ...JSON_SUMMARY], { cwd });
  expect(result.code).toBe(0);
  const report = reportOf(result);
  expectBalance(report);
  expect(report).toMatchObject({
    status: "complete",
    exitCode: 0,
    source: { inputs: ["in.csv"], format: "csv" },
    mapping: "pinpoint",
    target: { applicationId: "demo", region: "us-east-1", endpointUrl: sandbox.url },
    rows: { read: 250, accepted: 250 },
    endpoints: { mapped: 250, accepted: 250 },
    requests: { sent: 3, accepted: 3 },
    rejectsFile: null,
    resumeCommand: null,
  });
  expect(sandbox.endpoints("demo")).toHaveLength(250);
  const answer = await fetch(`${sandbox.url}/v1/apps/demo/endpoints/c250`);
  expect(await answer.json()).toMatchObject({
    Address: "person250@example.com",
    Attributes: { Interests: ["Music"] },
  });
});

test("several files, gzip and CSV, are one run in the order given", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "b.csv"), contactsCsv(30));
  await writeFile(join(cwd, "a.csv.gz"), gzipSync(contactsCsv(30).replaceAll("Music", "Chess")));
  const result = await runCli(["run", "b.csv", "a.csv.gz", ...targetArgs(sandbox), ...JSON_SUMMARY], { cwd });
  expect(result.code).toBe(0);
  expect(reportOf(result).rows).toMatchObject({ read: 60, accepted: 60 });
  const stored = sandbox.endpoints("demo");
  expect(stored).toHaveLength(30);
  expect(new Set(stored.flatMap(({ Attributes }) => Attributes?.Interests))).toEqual(new Set(["Chess"]));
});

test.each([
  ["named -", ["run", "-"]],
  ["not named", ["run"]],
])("standard input, %s", async (_, args) => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  const result = await runCli([...args, ...targetArgs(sandbox), ...JSON_SUMMARY], {
    cwd,
    stdin: contactsCsv(120),
  });
  expect(result.code).toBe(0);
  expect(reportOf(result)).toMatchObject({ rows: { read: 120, accepted: 120 }, source: { inputs: ["-"] } });
  expect(sandbox.endpoints("demo")).toHaveLength(120);
});

test("gzip on standard input", async () => {
  const cwd = await temporaryDirectory();
  const result = await runCli(["check", ...JSON_SUMMARY], { cwd, stdin: gzipSync(contactsCsv(12)) });
  expect(reportOf(result).rows.read).toBe(12);
});

test.each(["check", "run --dry-run"])("%s sends nothing, needs no credentials and plans", async (command) => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(250));
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_REGION: undefined };
  const result = await runCli([...command.split(" "), "in.csv", ...JSON_SUMMARY], { cwd, env });
  expect(result.code).toBe(0);
  expect(reportOf(result)).toMatchObject({
    rows: { read: 250, accepted: 250 },
    requests: { sent: 0 },
    plan: { requests: 3, secondsAtDefaultQuota: 1.5 },
  });
});

test("--skip and --limit; row and line numbers stay those of the file", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(50).replace("c12,EMAIL", "c12,FAX"));
  const args = ["run", "in.csv", "--skip", "10", "--limit", "5", "--rejects", "r.csv"];
  const result = await runCli([...args, ...targetArgs(sandbox), ...JSON_SUMMARY], { cwd });
  expect(result.code).toBe(1);
  expect(reportOf(result).rows).toMatchObject({ read: 5, accepted: 4, rejected: 1 });
  expect(sandbox.endpoints("demo").map(({ Id }) => Id)).toEqual(["c11", "c13", "c14", "c15"]);
  expect(await readFile(join(cwd, "r.csv"), "utf8")).toContain(",12,13,endpoint_invalid,");
});

test("--batch-size", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(25));
  await runCli(["run", "in.csv", "--batch-size", "10", ...targetArgs(sandbox)], { cwd });
  expect(sandbox.stats().requests.byOperation.UpdateEndpointsBatch).toEqual({ "202": 3 });
});

test("rejects of a CSV file: repaired and imported again with the same mapping, everything is accepted", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(
    join(cwd, "in.csv"),
    'Name;Email;Phone\r\n"Ann; ""A""";ann@example.com;+12065550100\r\nBob;bob(at)example.com;+12065550101\r\n"Cy\r\nOld";cy@example.com;12\r\nDee;dee@example.com\r\nEve;"eve"@example.com;+12065550104\r\n',
  );
  const mapping = {
    endpoints: [
      {
        name: "email",
        fields: {
          Id: { template: "{Name}-e" },
          ChannelType: { value: "EMAIL" },
          Address: "Email",
          "Attributes.Name": "Name",
        },
      },
      {
        name: "sms",
        fields: { Id: { template: "{Name}-s" }, ChannelType: { value: "SMS" }, Address: "Phone" },
      },
    ],
  };
  await writeFile(join(cwd, "m.json"), JSON.stringify(mapping));
  const first = await runCli(
    ["run", "in.csv", "-m", "m.json", "--rejects", "r.csv", ...targetArgs(sandbox), ...JSON_SUMMARY],
    { cwd },
  );
  expect(first.code).toBe(1);
  expect(reportOf(first)).toMatchObject({
    rows: { read: 5, accepted: 1, rejected: 4 },
    rejectsByCode: { endpoint_invalid: 2, row_unparsable: 2 },
    rejectsFile: "r.csv",
  });
  expectBalance(reportOf(first));

  const rejects = await readFile(join(cwd, "r.csv"), "utf8");
  expect(rejects).toMatch(
    /^Name;Email;Phone;_reject_row;_reject_line;_reject_code;_reject_reason;_reject_raw\r\n/,
  );
  expect(rejects).toContain('\r\n"Cy\r\nOld";cy@example.com;12;3;4;endpoint_invalid;');

  // As it is, nothing gets through a second time, and no row is taken for another one.
  const unrepaired = await runCli(
    ["run", "r.csv", "-m", "m.json", "--rejects", "r2.csv", ...targetArgs(sandbox), ...JSON_SUMMARY],
    { cwd },
  );
  expect(reportOf(unrepaired).rows).toMatchObject({ read: 4, accepted: 0, rejected: 4 });

  const repaired = rejects
    .replace("bob(at)example.com", "bob@example.com")
    .replace("cy@example.com;12;", "cy@example.com;+12065550102;")
    .replace(/\r\n;;;(?=4;)/, "\r\nDee;dee@example.com;+12065550103;")
    .replace(/\r\n;;;(?=5;)/, "\r\nEve;eve@example.com;+12065550104;");
  await writeFile(join(cwd, "r.csv"), repaired);
  const second = await runCli(["run", "r.csv", "-m", "m.json", ...targetArgs(sandbox), ...JSON_SUMMARY], {
    cwd,
  });
  expect(second.stderr).not.toContain("warn");
  expect(reportOf(second)).toMatchObject({ exitCode: 0, rows: { read: 4, accepted: 4, rejected: 0 } });
  expect(sandbox.endpoints("demo")).toHaveLength(10);
});

test("rejects of a JSONL file: repaired and imported again, digits of long numbers included", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  const lines = [
    '{"Id":"1","ChannelType":"EMAIL","Address":"a@example.com"}',
    '{"Id":"2","ChannelType":"FAX","Address":"b@example.com", "Attributes":{"Crm":["12345678901234567890"]}}',
    '{"Id":"3","ChannelType":"EMAIL","Address":"c@example.com"',
    '{"Id":"4","ChannelType":"EMAIL","Metrics":{"m":12345678901234567890},"Address":"d"}',
  ];
  await writeFile(join(cwd, "in.jsonl"), lines.join("\n"));
  const first = await runCli(
    ["run", "in.jsonl", "--rejects", "r.jsonl", ...targetArgs(sandbox), ...JSON_SUMMARY],
    { cwd },
  );
  expect(reportOf(first)).toMatchObject({ exitCode: 1, rows: { read: 4, accepted: 1, rejected: 3 } });
  const rejects = await readFile(join(cwd, "r.jsonl"), "utf8");
  expect(rejects).toContain('"Metrics":{"m":12345678901234567890}');
  expect(JSON.parse(rejects.split("\n")[1] ?? "")).toMatchObject({
    _reject: { row: 3, line: 3, code: "row_unparsable", raw: lines[2] },
  });

  const repaired = rejects
    .replace('"FAX"', '"EMAIL"')
    .replace('"Address":"d"', '"Address":"d@example.com"')
    .replace(/^\{"_reject":.*$/m, `${lines[2]}}`);
  await writeFile(join(cwd, "r.jsonl"), repaired);
  const second = await runCli(["run", "r.jsonl", ...targetArgs(sandbox), ...JSON_SUMMARY], { cwd });
  expect(reportOf(second)).toMatchObject({ exitCode: 0, rows: { read: 3, accepted: 3 } });
  expect(sandbox.endpoints("demo")).toHaveLength(4);
});

test("by default the rejects file stands beside the input, readable by its owner alone", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv.gz"), gzipSync("Id,ChannelType,Address\n1,FAX,x\n"));
  const result = await runCli(["check", join(cwd, "in.csv.gz"), ...JSON_SUMMARY], { cwd: "/" });
  const [name = ""] = (await readdir(cwd)).filter((entry) => entry !== "in.csv.gz");
  expect(name).toBe(`in.rejects-${reportOf(result).runId}.csv`);
  expect(reportOf(result).rejectsFile).toBe(join(cwd, name));
});

test.each(["12", "1%"])("--max-rejects %s stops the run", async (maxRejects) => {
  const cwd = await temporaryDirectory();
  const rows = Array.from(
    { length: 3_000 },
    (_, index) => `${index},${index % 20 === 0 ? "FAX" : "EMAIL"},p${index}@example.com`,
  );
  await writeFile(join(cwd, "in.csv"), `Id,ChannelType,Address\n${rows.join("\n")}\n`);
  const result = await runCli(["check", "in.csv", "--max-rejects", maxRejects, ...JSON_SUMMARY], { cwd });
  const report = reportOf(result);
  expect(result.code).toBe(3);
  expect(report.stopReason?.code).toBe("too_many_rejects");
  expectBalance(report);
  expect(report.rows.rejected).toBe(maxRejects === "12" ? 13 : 50);
});

test("--report writes what --summary json prints", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(3));
  const result = await runCli(["check", "in.csv", "--report", "out.json", ...JSON_SUMMARY], { cwd });
  const written = JSON.parse(await readFile(join(cwd, "out.json"), "utf8"));
  expect({ ...written, finishedAt: "", durationMs: 0 }).toEqual({
    ...reportOf(result),
    finishedAt: "",
    durationMs: 0,
  });
});

test("an embedded sandbox needs neither account nor application", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(3));
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_REGION: undefined };
  const result = await runCli(["run", "--sandbox", "in.csv", ...JSON_SUMMARY], { cwd, env });
  expect(reportOf(result)).toMatchObject({ exitCode: 0, rows: { accepted: 3 }, requests: { accepted: 1 } });
});

test("the application may come from the environment", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(3));
  await runCli(["run", "in.csv", "--endpoint-url", sandbox.url], {
    cwd,
    env: { PINPOINT_APPLICATION_ID: "from-env" },
  });
  expect(sandbox.endpoints("from-env")).toHaveLength(3);
});

test("region, profile and credentials come from the AWS config files, the endpoint from the SDK's own variable", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(3));
  await writeFile(join(cwd, "config"), "[profile crm]\nregion = eu-west-1\n");
  await writeFile(
    join(cwd, "credentials"),
    "[crm]\naws_access_key_id = AKIDCRM\naws_secret_access_key = s\n",
  );
  const env = {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_REGION: undefined,
    AWS_CONFIG_FILE: join(cwd, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(cwd, "credentials"),
    AWS_ENDPOINT_URL_PINPOINT: sandbox.url,
  };
  const result = await runCli(["run", "in.csv", "--profile", "crm", "-a", "demo", ...JSON_SUMMARY], {
    cwd,
    env,
  });
  expect(reportOf(result)).toMatchObject({
    exitCode: 0,
    target: { region: "eu-west-1", endpointUrl: sandbox.url },
  });
  expect(sandbox.endpoints("demo")).toHaveLength(3);
});

test("the region may come from the AWS CLI's own variable", async () => {
  const sandbox = await startSandbox();
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  const env = { AWS_REGION: undefined, AWS_DEFAULT_REGION: "eu-central-1" };
  const result = await runCli(["run", "in.csv", ...targetArgs(sandbox), ...JSON_SUMMARY], { cwd, env });
  expect(reportOf(result)).toMatchObject({ exitCode: 0, target: { region: "eu-central-1" } });
});

test("the command that goes on names no rejects file, since that one is there by then", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), "Id,ChannelType,Address\n1,FAX,x\n2,FAX,y\n");
  const args = ["check", "in.csv", "--max-rejects", "1", "--rejects", "my rejects.csv", "--limit=7"];
  const result = await runCli([...args, ...JSON_SUMMARY], { cwd });
  expect(result.code).toBe(3);
  expect(reportOf(result).resumeCommand).toBe(
    "pinpoint-import check in.csv --max-rejects 1 --limit=7 --summary json",
  );
});

test("a second signal ends the program at once, and says so", async () => {
  const sandbox = await startSandbox({ latencyMs: 20_000 });
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(10));
  const child = startCli(["run", "in.csv", ...targetArgs(sandbox)], { cwd });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    if (text.includes("started")) child.kill("SIGINT");
    if (text.includes("a second signal ends at once")) child.kill("SIGINT");
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(130);
  expect(stderr).toContain("ended at once");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s: requests in flight finish, the report says stopped, the exit code is %i",
  async (name, code) => {
    const sandbox = await startSandbox({ latencyMs: 100 });
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, "in.csv"), contactsCsv(5_000));
    const child = startCli(["run", "in.csv", "--rate", "20", ...targetArgs(sandbox), ...JSON_SUMMARY], {
      cwd,
    });
    const result = collect(child);
    child.stdin?.end();
    await once(child.stderr ?? child, "data");
    while (sandbox.endpoints("demo").length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill(name);
    const ended = await result;
    expect(ended.code).toBe(code);
    const report = reportOf(ended);
    expect(report).toMatchObject({ status: "stopped", exitCode: code, stopReason: { code: "interrupted" } });
    expectBalance(report);
    expect(report.rows.rejected).toBe(0);
    expect(sandbox.endpoints("demo")).toHaveLength(report.rows.accepted);
    expect(report.rows.accepted).toBeLessThan(5_000);
    expect(report.resumeCommand).toMatch(/^pinpoint-import run --resume in\.csv --rate 20 /);
  },
);
