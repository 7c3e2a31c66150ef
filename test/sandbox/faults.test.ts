import { expect, test } from "vitest";
import type { RequestLogEntry, ScriptedAnswer } from "../../src/sandbox/create-sandbox.js";
import { APP, call, ERROR_TYPES, email, getEndpoint, putBatch, startSandbox } from "./start-sandbox.js";

/** Gives these numbers in turn. */
const draws = (...numbers: number[]) => {
  let index = 0;
  return () => numbers[index++ % numbers.length] ?? 0;
};

test("failRate answers 500 to its share and changes nothing", async () => {
  const sandbox = await startSandbox({ failRate: 0.3, random: draws(0.29, 0.3) });
  const reply = await putBatch(sandbox, email("a"));
  expect(reply.status).toBe(500);
  expect(reply.headers.get("x-amzn-errortype")).toBe("InternalServerErrorException");
  expect(sandbox.endpoints(APP)).toEqual([]);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
});

test("dropRate ends connections without an answer", async () => {
  const sandbox = await startSandbox({ dropRate: 0.2, failRate: 0.3, random: draws(0.19, 0.49, 0.5) });
  await expect(putBatch(sandbox, email("a"))).rejects.toThrow("fetch failed");
  expect((await putBatch(sandbox, email("a"))).status).toBe(500);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  expect(sandbox.stats().requests.byOperation).toEqual({
    UpdateEndpointsBatch: { dropped: 1, "500": 1, "202": 1 },
  });
});

test("latency delays the answer, and closing does not wait for it", async () => {
  const sandbox = await startSandbox({ latencyMs: 30 });
  const startedAt = performance.now();
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  const statuses: unknown[] = [];
  const slow = await startSandbox({ latencyMs: 600_000, onRequest: ({ status }) => statuses.push(status) });
  const pending = putBatch(slow, email("a")).catch(() => "ended");
  await expect.poll(() => slow.stats().requests.total).toBe(1);
  await slow.close();
  expect(await pending).toBe("ended");
  // The request has come to its end: no timer keeps the process alive.
  await expect.poll(() => statuses).toEqual([202]);
});

test("latency can differ from answer to answer", async () => {
  const waits = [40, 0, -1, 20];
  const took: number[] = [];
  const sandbox = await startSandbox({
    latencyMs: () => waits.shift() ?? 0,
    onRequest: ({ ms }) => took.push(ms),
  });
  for (let request = 1; request <= 4; request += 1) await putBatch(sandbox, email("a"));
  await expect.poll(() => took).toHaveLength(4);
  expect(waits).toEqual([]);
  expect(took[0]).toBeGreaterThanOrEqual(39);
  expect(took[3]).toBeGreaterThanOrEqual(19);
});

test("a client that does not wait for its answer is logged all the same", async () => {
  const statuses: unknown[] = [];
  const sandbox = await startSandbox({ latencyMs: 50, onRequest: ({ status }) => statuses.push(status) });
  const leaving = new AbortController();
  const pending = fetch(`${sandbox.url}/v1/apps`, { signal: leaving.signal }).catch(() => "left");
  await expect.poll(() => sandbox.stats().requests.total, { interval: 1 }).toBe(1);
  leaving.abort();
  expect(await pending).toBe("left");
  await expect.poll(() => statuses).toEqual([200]);
});

test.each(Object.entries(ERROR_TYPES))(
  "a scripted %s has the type %s and changes nothing",
  async (status, type) => {
    const sandbox = await startSandbox();
    sandbox.failNext({ status: Number(status), message: "as told" });
    const reply = await putBatch(sandbox, email("a"));
    expect([reply.status, reply.headers.get("x-amzn-errortype")]).toEqual([Number(status), type]);
    expect(reply.body).toEqual({ Message: "as told", RequestID: reply.headers.get("x-amzn-requestid") });
    expect(sandbox.endpoints(APP)).toEqual([]);
    expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  },
);

test("a scripted answer can be anything a proxy might send", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext(
    { status: 503, body: "<html></html>", headers: { "content-type": "text/html", "Retry-After": "7" } },
    { status: 429, type: null },
    { status: 413, type: "RequestEntityTooLargeException" },
    { status: 503, body: "" },
  );
  const html = await putBatch(sandbox, email("a"));
  expect([html.status, html.text]).toEqual([503, "<html></html>"]);
  expect(html.headers.get("content-type")).toBe("text/html");
  expect(html.headers.get("retry-after")).toBe("7");
  expect(html.headers.has("x-amzn-errortype")).toBe(false);
  const untyped = await putBatch(sandbox, email("a"));
  expect([untyped.status, untyped.headers.has("x-amzn-errortype")]).toEqual([429, false]);
  expect((await putBatch(sandbox, email("a"))).headers.get("x-amzn-errortype")).toBe(
    "RequestEntityTooLargeException",
  );
  expect((await putBatch(sandbox, email("a"))).text).toBe("");
});

test("a scripted answer can wait for its operation, repeat, drop, and come after the work is done", async () => {
  const sandbox = await startSandbox();
  sandbox.failNext(
    { operation: "GetEndpoint", status: 503 },
    { operation: "UpdateEndpointsBatch", times: 2 },
  );
  expect((await putBatch(sandbox, email("a"))).status).toBe(500);
  expect((await putBatch(sandbox, email("a"))).status).toBe(500);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  expect((await getEndpoint(sandbox, "a")).status).toBe(503);
  expect((await getEndpoint(sandbox, "a")).status).toBe(200);
  sandbox.failNext({ drop: true, afterApplying: true }, { drop: true });
  await expect(putBatch(sandbox, email("b"))).rejects.toThrow();
  await expect(putBatch(sandbox, email("c"))).rejects.toThrow();
  expect(sandbox.endpoints(APP).map(({ Id }) => Id)).toEqual(["a", "b"]);
  sandbox.failNext({ times: Number.POSITIVE_INFINITY });
  expect((await getEndpoint(sandbox, "a")).status).toBe(500);
  sandbox.clearFailures();
  expect((await getEndpoint(sandbox, "a")).status).toBe(200);
});

test.each([
  [{ staus: 500 }, /Unknown key "staus"/],
  [{ status: 99 }, /status/],
  [{ status: "500" }, /status/],
  [{ times: 0 }, /times/],
  [{ drop: 1 }, /drop/],
] as [ScriptedAnswer, RegExp][])("the scripted answer %j is a mistake", async (answer, message) => {
  const sandbox = await startSandbox();
  expect(() => sandbox.failNext(answer)).toThrow(message);
});

test("refuse turns items away by a predicate until it is taken back", async () => {
  const sandbox = await startSandbox();
  sandbox.refuse((item) => (item.Id === "bad" ? "because" : undefined));
  const reply = await putBatch(sandbox, email("good"), email("bad"));
  expect([reply.status, reply.body.Message]).toEqual([400, "because"]);
  expect(
    (await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints/bad`, { ChannelType: "CUSTOM" })).status,
  ).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual([]);
  expect((await putBatch(sandbox, email("good"))).status).toBe(202);
  sandbox.refuse(null);
  expect((await putBatch(sandbox, email("bad"))).status).toBe(202);
});

test("a fault inside the sandbox is a 500, not a crash", async () => {
  const sandbox = await startSandbox({
    onRequest: () => {
      throw new Error("log full");
    },
  });
  sandbox.refuse(() => {
    throw new Error("broken predicate");
  });
  const reply = await putBatch(sandbox, email("a"));
  expect([reply.status, reply.headers.get("x-amzn-errortype")]).toEqual([
    500,
    "InternalServerErrorException",
  ]);
  sandbox.refuse(null);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
});

test("every request is logged once, dropped ones too", async () => {
  const entries: RequestLogEntry[] = [];
  const sandbox = await startSandbox({ onRequest: (entry) => entries.push(entry) });
  sandbox.failNext({ operation: "GetApps", drop: true });
  await putBatch(sandbox, email("a"));
  await call(sandbox, "GET", "/v1/apps?page-size=1").catch(() => undefined);
  await call(sandbox, "GET", "/nowhere?x");
  await expect.poll(() => entries.length).toBe(3);
  expect(entries.every(({ ms }) => ms >= 0)).toBe(true);
  expect(entries).toMatchObject([
    { method: "PUT", path: `/v1/apps/${APP}/endpoints`, operation: "UpdateEndpointsBatch", status: 202 },
    { method: "GET", path: "/v1/apps", operation: "GetApps", status: "dropped" },
    { method: "GET", path: "/nowhere", operation: "Unknown", status: 404 },
  ]);
});
