import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type ImportOptions, type ImportReport, runImport, type Sandbox } from "../../src/index.js";
import { contactsCsv } from "../helpers/contacts.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

interface Run {
  readonly report: ImportReport;
  readonly rejects: string;
}

async function importInto(sandbox: Sandbox, csv: string, options: Partial<ImportOptions> = {}): Promise<Run> {
  const directory = await temporaryDirectory();
  const input = join(directory, "in.csv");
  const rejects = join(directory, "rejects.csv");
  await writeFile(input, csv);
  const report = await runImport({
    inputs: [input],
    applicationId: "demo",
    region: "us-east-1",
    endpointUrl: sandbox.url,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    rejects,
    rate: 1_000,
    ...options,
  });
  expectBalance(report);
  return { report, rejects: report.rejectsFile === null ? "" : await readFile(rejects, "utf8") };
}

test("failing and dropped requests are tried again until everything is in", async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const sandbox = await startSandbox({ failRate: 0.15, dropRate: 0.05, random });
  const { report } = await importInto(sandbox, contactsCsv(3_000));
  expect(report).toMatchObject({ exitCode: 0, rows: { read: 3_000, accepted: 3_000 } });
  expect(report.requests.retried).toBeGreaterThan(0);
  expect(report.requests.sent).toBe(report.requests.accepted + report.requests.retried);
  expect(sandbox.endpoints("demo")).toHaveLength(3_000);
});

test("throttling slows the run down and loses nothing, however few tries are allowed", async () => {
  const sandbox = await startSandbox({ requestsPerSecond: 20 });
  const { report } = await importInto(sandbox, contactsCsv(5_000), { maxAttempts: 1, rate: "auto" });
  expect(report).toMatchObject({ exitCode: 0, rows: { accepted: 5_000 } });
  expect(report.requests.throttled).toBeGreaterThan(0);
  expect(sandbox.endpoints("demo")).toHaveLength(5_000);
});

test("a fixed rate at the quota meets no 429", async () => {
  const sandbox = await startSandbox({ requestsPerSecond: 50 });
  const { report } = await importInto(sandbox, contactsCsv(10_000), { rate: 50 });
  expect(report.requests).toMatchObject({ sent: 100, accepted: 100, throttled: 0 });
});

test("the learned rate is kept in the state directory and starts the next run", async () => {
  const sandbox = await startSandbox({ requestsPerSecond: 20 });
  const stateDir = join(await temporaryDirectory(), "state");
  await importInto(sandbox, contactsCsv(6_000), { stateDir, rate: "auto" });
  const [learned] = Object.values(JSON.parse(await readFile(join(stateDir, "rates.json"), "utf8"))) as {
    ratePerSecond: number;
  }[];
  expect(learned?.ratePerSecond).toBeGreaterThan(5);
  expect(learned?.ratePerSecond).toBeLessThan(30);
});

test("an HTML answer with status 503 is a retry", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext({
    status: 503,
    body: "<html><body>Service Unavailable</body></html>",
    headers: { "content-type": "text/html" },
  });
  const { report } = await importInto(sandbox, contactsCsv(10));
  expect(report).toMatchObject({ exitCode: 0, requests: { sent: 2, accepted: 1, retried: 1 } });
});

test("only the refused items of a batch are rejected, with Pinpoint's message", async () => {
  const sandbox = await startSandbox();
  const bad = new Set(["c7", "c120", "c121"]);
  sandbox.refuse((item) => (bad.has(String(item.Id)) ? `item ${item.Id} is not to my liking` : undefined));
  const { report, rejects } = await importInto(sandbox, contactsCsv(300));
  expect(report).toMatchObject({
    exitCode: 1,
    rows: { accepted: 297, rejected: 3 },
    rejectsByCode: { endpoint_refused: 3 },
  });
  expect(sandbox.endpoints("demo")).toHaveLength(297);
  for (const id of bad)
    expect(rejects).toMatch(new RegExp(`^${id},.*endpoint_refused.*item ${id} is not to my liking`, "m"));
});

test("413 splits the batch", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext({ status: 413, type: "PayloadTooLargeException", message: "too large" });
  const { report } = await importInto(sandbox, contactsCsv(100));
  expect(report).toMatchObject({
    exitCode: 0,
    rows: { accepted: 100 },
    requests: { sent: 3, accepted: 2, refused: 1 },
  });
});

test.each([
  [403, "ForbiddenException", "access_denied"],
  [403, "InvalidSignatureException", "access_denied"],
  [404, "NotFoundException", "application_not_found"],
  [405, "MethodNotAllowedException", "access_denied"],
])("%i %s stops the run at once, and nothing is rejected for it", async (status, type, code) => {
  const sandbox = await startSandbox();
  for (let index = 0; index < 100; index += 1) sandbox.failNext({ status, type, message: "no" });
  const { report } = await importInto(sandbox, contactsCsv(2_000), { concurrency: 2 });
  expect(report).toMatchObject({ exitCode: 3, stopReason: { code }, rows: { rejected: 0, accepted: 0 } });
  expect(report.requests.sent).toBeLessThanOrEqual(2);
  expect(report.rows.pending).toBeGreaterThan(0);
});

test("a service that is down stops the run, with nothing rejected", async () => {
  const sandbox = await startSandbox({ failRate: 1 });
  const { report } = await importInto(sandbox, contactsCsv(2_000), { maxAttempts: 2 });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "service_down" },
    rows: { rejected: 0, accepted: 0 },
  });
});

test("a batch that fails while others get through goes into the rejects", async () => {
  const sandbox = await startSandbox();
  // Its tries end before another batch is sent, whatever the order in which those wait for their turn.
  sandbox.failNext({ status: 500 });
  const { report, rejects } = await importInto(sandbox, contactsCsv(300), { maxAttempts: 1, concurrency: 1 });
  expect(report).toMatchObject({
    exitCode: 1,
    rows: { accepted: 200, rejected: 100 },
    rejectsByCode: { service_failed: 100 },
  });
  expect(rejects.split("\n")).toHaveLength(102);
});

test("an application that must exist first and does not", async () => {
  const sandbox = await startSandbox({ strictApps: true });
  const { report } = await importInto(sandbox, contactsCsv(10));
  expect(report.stopReason?.code).toBe("application_not_found");
});

test("the store is what applying the rows in file order gives, with any concurrency, latency and retry", async () => {
  let seed = 11;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const rows = Array.from({ length: 600 }, (_, index) => {
    const id = Math.floor(random() * 40);
    // Ids differ in case only, which Pinpoint does not tell apart; users and addresses collide as well.
    return `${index % 2 === 0 ? "id" : "ID"}${id},EMAIL,p${id % 30}@example.com,u${id % 10},v${index},w${index}`;
  });
  const csv = `Id,ChannelType,Address,User.UserId,Attributes.A,User.UserAttributes.B\n${rows.join("\n")}\n`;
  const one = await startSandbox();
  await importInto(one, csv, { batchSize: 1, concurrency: 1 });
  const many = await startSandbox({ failRate: 0.1, random, latencyMs: 1 });
  const { report } = await importInto(many, csv, { batchSize: 7, concurrency: 10, maxAttempts: 50 });
  expect(report.rows.accepted).toBe(600);
  const comparable = (sandbox: Sandbox) =>
    sandbox
      .endpoints("demo")
      .map(({ CreationDate, EffectiveDate, RequestId, CohortId, Id, ...endpoint }) => ({
        ...endpoint,
        Id: Id?.toLowerCase(),
      }))
      .sort((a, b) => String(a.Id).localeCompare(String(b.Id)));
  expect(comparable(many)).toEqual(comparable(one));
});

test("a service that refuses everything alike stops the run after some batches, not after the whole file", async () => {
  const sandbox = await startSandbox();
  sandbox.refuse(() => "The application id is malformed");
  const { report } = await importInto(sandbox, contactsCsv(5_000), { concurrency: 1 });
  expect(report).toMatchObject({
    exitCode: 3,
    stopReason: { code: "everything_refused" },
    rows: { accepted: 0 },
  });
  // Some endpoints were sent one by one before it was plain that it is not about them.
  expect(report.rows.rejected).toBeLessThan(50);
  expect(report.requests.sent).toBeLessThan(60);
});

test("bad rows that come first cost none of the good ones behind them", async () => {
  const sandbox = await startSandbox();
  sandbox.refuse(({ Id }) => (Number(String(Id).slice(1)) <= 25 ? "not this one" : undefined));
  const { report } = await importInto(sandbox, contactsCsv(100));
  expect(report).toMatchObject({ exitCode: 1, rows: { accepted: 75, rejected: 25 } });
});

test("a first answer of 429 says nothing about the quota", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext({ status: 429 });
  const stateDir = join(await temporaryDirectory(), "state");
  const { report } = await importInto(sandbox, contactsCsv(3_000), { rate: "auto", stateDir });
  expect(report).toMatchObject({ exitCode: 0, requests: { throttled: 1 } });
  await expect(readFile(join(stateDir, "rates.json"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("an answer that stalls behind its headers is given up and tried again", async () => {
  let stalled = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const body = '{"Message":"Accepted","RequestID":"1"}';
      response.writeHead(202, { "content-type": "application/json", "content-length": body.length });
      if (stalled === 0) response.flushHeaders();
      else response.end(body);
      stalled += 1;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { report } = await importInto({ url } as Sandbox, contactsCsv(10), { requestTimeoutMs: 300 });
  expect(report).toMatchObject({ exitCode: 0, rows: { accepted: 10 }, requests: { sent: 2, retried: 1 } });
});

test("a stop in a run without failures counts no retries", async () => {
  const sandbox = await startSandbox();
  const controller = new AbortController();
  const { report } = await importInto(sandbox, contactsCsv(3_000), {
    rate: 20,
    signal: controller.signal,
    onProgress: ({ requestsSent }) => {
      if (requestsSent >= 3) controller.abort();
    },
  });
  expect(report).toMatchObject({ exitCode: 130, requests: { retried: 0 } });
});
