import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { type CliOptions, type CliResult, collect, reportOf, runCli, startCli } from "../helpers/run-cli.js";
import { startSandbox, targetArgs } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** Runs the program on one file of the given content and holds what is true of every ending. */
async function runOn(
  content: string | Buffer,
  args: readonly string[] = [],
  name = "in.csv",
  env: CliOptions["env"] = {},
) {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, name), content);
  const result = await runCli([...args, name, "--summary", "json"], { cwd, env });
  expectNoTrace(result);
  return { cwd, ...result };
}

function expectNoTrace({ stdout, stderr }: CliResult): void {
  expect(stdout + stderr).not.toMatch(/\n\s+at |node:internal|UnhandledPromise/);
}

const CHECK = ["check"];

test("no such file", async () => {
  const cwd = await temporaryDirectory();
  const result = await runCli(["check", "contcts.csv", "--summary", "json"], { cwd });
  expectNoTrace(result);
  expect(result.code).toBe(3);
  expect(reportOf(result)).toMatchObject({ status: "stopped", stopReason: { code: "input_not_found" } });
  expect(result.stderr).toContain("contcts.csv");
});

test("a second file that does not exist stops the run before the first one is sent", async () => {
  const sandbox = await startSandbox();
  const { code, stderr } = await runOn(contactsCsv(5), [
    "run",
    ...targetArgs(sandbox),
    "in.csv",
    "missing.csv",
  ]);
  expect(code).toBe(3);
  expect(stderr).toContain("missing.csv");
  expect(sandbox.stats().requests.total).toBe(0);
});

test("a directory", async () => {
  const cwd = await temporaryDirectory();
  await mkdir(join(cwd, "exports"));
  const result = await runCli(["check", "exports", "--summary", "json"], { cwd });
  expectNoTrace(result);
  expect(result.code).toBe(3);
  expect(reportOf(result).stopReason?.code).toBe("input_is_directory");
});

test("a file without permission to read it", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  await chmod(join(cwd, "in.csv"), 0o000);
  await chmod(cwd, 0o755);
  // The superuser may read anything, so the program then runs as nobody.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const result = await collect(startCli(["check", "in.csv", "--summary", "json"], { cwd, ...asNobody }));
  expectNoTrace(result);
  expect(result.code).toBe(3);
  expect(reportOf(result).stopReason?.code).toBe("input_unreadable");
});

test("binary garbage", async () => {
  const garbage = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256));
  const result = await runOn(garbage, [...CHECK, "-m", "pinpoint"]);
  expect(result.code).toBe(3);
  expect(reportOf(result).stopReason?.code).toBe("input_is_binary");
});

test("a zip archive named .csv", async () => {
  const result = await runOn(Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(200, 7)]), CHECK);
  expect(result.code).toBe(3);
  expect(reportOf(result).stopReason?.code).toBe("input_is_archive");
});

test("a truncated gzip file: everything before the break is imported", async () => {
  const sandbox = await startSandbox();
  const packed = gzipSync(contactsCsv(20_000));
  const half = packed.subarray(0, packed.length / 2);
  const result = await runOn(half, ["run", ...targetArgs(sandbox)], "in.csv.gz");
  const report = reportOf(result);
  expect(result.code).toBe(3);
  expect(report.stopReason?.code).toBe("input_truncated");
  expectBalance(report);
  expect(report.rows.read).toBeGreaterThan(1_000);
  expect(report.rows).toMatchObject({ rejected: 0, pending: 0 });
  expect(sandbox.endpoints("demo")).toHaveLength(report.rows.accepted);
});

test("a header without rows", async () => {
  const result = await runOn("Id,ChannelType,Address\n", CHECK);
  const report = reportOf(result);
  expect(result.code).toBe(0);
  expect(report.rows.read).toBe(0);
  expect(report.warnings).toHaveLength(1);
});

test("an empty file", async () => {
  const result = await runOn("", CHECK);
  expect(result.code).toBe(0);
  expect(reportOf(result)).toMatchObject({ status: "complete", rows: { read: 0 }, rejectsFile: null });
  expect(reportOf(result).warnings).toHaveLength(1);
});

test("duplicate header names: all their values, in order", async () => {
  const sandbox = await startSandbox();
  const csv = "Id,ChannelType,Address,Attributes.A,Attributes.A\n1,EMAIL,a@example.com,x,y\n";
  const { code } = await runOn(csv, ["run", ...targetArgs(sandbox)]);
  expect(code).toBe(0);
  expect(sandbox.endpoints("demo")[0]?.Attributes).toEqual({ A: ["x", "y"] });
});

const MAPPING = {
  endpoints: [
    {
      name: "email",
      fields: { ChannelType: { value: "EMAIL" }, Address: "Email", "Attributes.City": "City" },
    },
  ],
};

async function runWithMapping(csv: string, mapping: object) {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), csv);
  await writeFile(join(cwd, "mapping.json"), JSON.stringify(mapping, null, 2));
  const result = await runCli(["check", "in.csv", "-m", "mapping.json"], { cwd });
  expectNoTrace(result);
  return result;
}

test("a mapping for other columns: every missing column is named, with what was probably meant", async () => {
  const { code, stdout, stderr } = await runWithMapping("E-Mail,Citty\na@example.com,Rome\n", MAPPING);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain('Did you mean "E-Mail"?');
  expect(stderr).toContain('Did you mean "Citty"?');
});

test("a mapping with an unknown transform and an unknown field: both, with line and column", async () => {
  const fields = {
    ...MAPPING.endpoints[0]?.fields,
    Adress: "Email",
    "Attributes.City": { column: "City", transforms: ["lowercas"] },
  };
  const { code, stderr } = await runWithMapping("Email,City\na@example.com,Rome\n", {
    endpoints: [{ name: "email", fields }],
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/mapping\.json:\d+:\d+: .*lowercas.*Did you mean "lowercase"\?/);
  expect(stderr).toMatch(/mapping\.json:\d+:\d+: .*Adress.*Did you mean "Address"\?/);
});

test("no mapping for an input that needs one: the message says how to get one", async () => {
  const { code, stderr } = await runOn("Email,City\na@example.com,Rome\n", CHECK);
  expect(code).toBe(2);
  expect(stderr).toContain("--mapping");
});

test("credentials missing", async () => {
  const sandbox = await startSandbox();
  const env = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const { code, stdout, stderr } = await runOn(
    contactsCsv(1),
    ["run", ...targetArgs(sandbox)],
    "in.csv",
    env,
  );
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("no AWS credentials were found");
  expect(sandbox.stats().requests.total).toBe(0);
});

test("region missing", async () => {
  const sandbox = await startSandbox();
  const { code, stderr } = await runOn(contactsCsv(1), ["run", ...targetArgs(sandbox)], "in.csv", {
    AWS_REGION: undefined,
  });
  expect(code).toBe(2);
  expect(stderr).toContain("--region");
});

test.each([
  ["a host that does not exist", "http://pinpoint.invalid", "service_down"],
  ["an endpoint URL that is none", "pinpoint.example.com", undefined],
])("%s", async (_, url, stopCode) => {
  const result = await runOn(contactsCsv(3), ["run", "-a", "demo", "--endpoint-url", url]);
  expect(result.code).toBe(stopCode === undefined ? 2 : 3);
  if (stopCode === undefined) return;
  expect(reportOf(result)).toMatchObject({
    stopReason: { code: stopCode },
    rows: { pending: 3, rejected: 0 },
  });
});

test("a port where nothing listens", async () => {
  const closed = await startSandbox();
  await closed.close();
  const result = await runOn(contactsCsv(3), ["run", ...targetArgs(closed)]);
  expect(result.code).toBe(3);
  const report = reportOf(result);
  expect(report).toMatchObject({ stopReason: { code: "service_down" }, rows: { pending: 3, rejected: 0 } });
  expect(report.resumeCommand).toContain("pinpoint-import run");
  expectBalance(report);
});

test("TLS to a plain port", async () => {
  const sandbox = await startSandbox();
  const url = sandbox.url.replace("http:", "https:");
  const result = await runOn(contactsCsv(3), ["run", "-a", "demo", "--endpoint-url", url]);
  expect(result.code).toBe(3);
  expect(reportOf(result).rows).toMatchObject({ pending: 3, rejected: 0 });
});

test("a server that speaks no HTTP", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("220 mail.example.com ESMTP\r\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const result = await runOn(contactsCsv(3), [
    "run",
    "-a",
    "demo",
    "--max-attempts",
    "2",
    "--endpoint-url",
    `http://127.0.0.1:${port}`,
  ]);
  expect(result.code).toBe(3);
  expect(reportOf(result)).toMatchObject({
    stopReason: { code: "service_down" },
    rows: { pending: 3, rejected: 0 },
  });
});

test("stdout closed early is no crash", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(10));
  const child = startCli(["check", "in.csv"], { cwd });
  child.stdout?.destroy();
  const { code, stderr } = await collect(child);
  expect(code).toBe(0);
  expect(stderr).not.toContain("EPIPE");
});

test("a rejects folder that does not exist stops the run before anything is sent", async () => {
  const sandbox = await startSandbox();
  const result = await runOn(contactsCsv(3), [
    "run",
    ...targetArgs(sandbox),
    "--rejects",
    "nowhere/rejects.csv",
  ]);
  expect(result.code).toBe(3);
  expect(reportOf(result).stopReason?.code).toBe("rejects_unwritable");
  expect(sandbox.stats().requests.total).toBe(0);
});

test("an earlier rejects file is never overwritten", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  await writeFile(join(cwd, "rejects.csv"), "precious\n");
  const { code, stderr } = await runCli(["check", "in.csv", "--rejects", "rejects.csv"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("rejects.csv");
  expect(await readFile(join(cwd, "rejects.csv"), "utf8")).toBe("precious\n");
});

test("a disk that fills while rejects are written: the run stops, and the file ends with a whole row", async () => {
  const cwd = await temporaryDirectory();
  const bad = Array.from({ length: 40_000 }, (_, index) => `${index},FAX,nobody`).join("\n");
  await writeFile(join(cwd, "in.csv"), `Id,ChannelType,Address\n${bad}\n`);
  // A limit on the size of files takes the place of a full disk, which a test cannot have without the superuser.
  const { stdout } = await promisify(execFile)(
    "bash",
    [
      "-c",
      'ulimit -f 2048; "$@"; echo " $?"',
      "bash",
      process.execPath,
      join(import.meta.dirname, "../../dist/cli/main.js"),
      "check",
      "in.csv",
      "--summary",
      "json",
      "--rejects",
      "r.csv",
    ],
    { cwd, maxBuffer: 1e8, env: { PATH: process.env.PATH, HOME: cwd } },
  );
  const [json = "", code] = stdout.trim().split("\n");
  const report = JSON.parse(json);
  expect(code?.trim()).toBe("3");
  expect(report.stopReason.code).toBe("rejects_unwritable");
  expectBalance(report);
  expect(report.rows.pending).toBeGreaterThan(0);
  const lines = (await readFile(join(cwd, "r.csv"), "utf8")).split("\n");
  expect(lines.pop()).toBe("");
  expect(lines).toHaveLength(1 + report.rows.rejected);
  expect(report.rows.rejected).toBeGreaterThan(0);
});

test("nothing is left behind where there was nothing to reject", async () => {
  const { cwd, code } = await runOn(contactsCsv(3), CHECK);
  expect(code).toBe(0);
  expect(await readdir(cwd)).toEqual(["in.csv"]);
});

test("a run that does not get to read its pipe ends at once, whatever its writer does", async () => {
  const cwd = await temporaryDirectory();
  const child = startCli(["check", "-", "--mapping", "hubspot-contacts"], { cwd });
  // The pipe stays open, and nothing more comes.
  child.stdin?.write("Email\nann@example.com\n");
  const { code, stderr } = await collect(child);
  expect(code).toBe(2);
  expect(stderr).toContain("the header of stdin");
});
