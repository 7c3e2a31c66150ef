import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { createTokenBucket } from "../../src/sandbox/token-bucket.js";
import { APP, call, createClock, email, putBatch, startSandbox } from "./start-sandbox.js";

/** How many calls pass before the first 429. */
async function countUntilThrottled(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  max = 400,
) {
  for (let count = 0; count < max; count += 1) {
    if ((await call(sandbox, method, path, body)).status === 429) return count;
  }
  return max;
}

test("over the rate the answer is 429 without Retry-After, and nothing is applied", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ requestsPerSecond: 3, now: clock.now });
  for (const id of ["a", "b", "c"]) expect((await putBatch(sandbox, email(id))).status).toBe(202);
  const reply = await putBatch(sandbox, email("d"));
  expect(reply.status).toBe(429);
  expect(reply.headers.get("x-amzn-errortype")).toBe("TooManyRequestsException");
  expect(reply.headers.has("retry-after")).toBe(false);
  expect(reply.body).toEqual({ Message: "Too Many Requests", RequestID: expect.any(String) });
  expect(sandbox.endpoints(APP)).toHaveLength(3);
  clock.advance(334);
  expect((await putBatch(sandbox, email("d"))).status).toBe(202);
  expect((await putBatch(sandbox, email("e"))).status).toBe(429);
});

test("requestsPerSecond limits the batch call only", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ requestsPerSecond: 1, now: clock.now });
  await putBatch(sandbox, email("a"));
  expect((await putBatch(sandbox, email("a"))).status).toBe(429);
  expect(await countUntilThrottled(sandbox, "GET", `/v1/apps/${APP}/endpoints/a`, undefined, 20)).toBe(20);
});

test.each([
  ["UpdateEndpointsBatch", "PUT", "endpoints", 2],
  ["UpdateEndpoint", "PUT", "endpoints/a", 10],
  ["GetEndpoint", "GET", "endpoints/a", 10],
  ["DeleteEndpoint", "DELETE", "endpoints/a", 5],
  ["GetUserEndpoints", "GET", "users/a", 300],
])("the default quota of %s", async (_, method, path, quota) => {
  const clock = createClock();
  const sandbox = await startSandbox({ quota: "default", now: clock.now });
  const body = method === "PUT" ? { Item: [email("a")] } : undefined;
  expect(await countUntilThrottled(sandbox, method, `/v1/apps/${APP}/${path}`, body)).toBe(quota);
  // Over all applications together, and each operation by itself.
  expect((await call(sandbox, method, `/v1/apps/other/${path}`, body)).status).toBe(429);
  expect((await call(sandbox, "GET", "/v1/apps")).status).toBe(200);
});

test("requestsPerSecond wins over the default quota", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ quota: "default", requestsPerSecond: 4, now: clock.now });
  expect(await countUntilThrottled(sandbox, "PUT", `/v1/apps/${APP}/endpoints`, { Item: [email("a")] })).toBe(
    4,
  );
});

test("without options nothing is throttled", async () => {
  const sandbox = await startSandbox({ now: createClock().now });
  expect(await countUntilThrottled(sandbox, "GET", "/v1/apps")).toBe(400);
});

test("OPTIONS costs no quota", async () => {
  const sandbox = await startSandbox({ quota: "default", now: createClock().now });
  expect(await countUntilThrottled(sandbox, "OPTIONS", "/v1/apps")).toBe(400);
});

test.each([
  { rate: 2, steps: [0, 0, 0, 499, 1, 0, 10_000, 0, 0], taken: [1, 1, 0, 0, 1, 0, 1, 1, 0] },
  { rate: 0.5, steps: [0, 0, 1999, 1, 0, 60_000, 0], taken: [1, 0, 0, 1, 0, 1, 0] },
  {
    rate: 10,
    steps: [0, ...Array(9).fill(0), 0, 100, 0, 100, 0],
    taken: [...Array(10).fill(1), 0, 1, 0, 1, 0],
  },
  { rate: 1, steps: [0, -5000, 1000, 0], taken: [1, 0, 1, 0] },
])("a bucket of $rate a second", ({ rate, steps, taken }) => {
  const clock = createClock();
  const bucket = createTokenBucket(rate, clock.now);
  const result = steps.map((ms) => {
    clock.advance(ms);
    return bucket.tryTake() ? 1 : 0;
  });
  expect(result).toEqual(taken);
});

test("in the long run a bucket lets its rate through, burst once", () => {
  const clock = createClock();
  const bucket = createTokenBucket(3.7, clock.now);
  let taken = 0;
  for (let ms = 0; ms < 100_000; ms += 10) {
    if (bucket.tryTake()) taken += 1;
    clock.advance(10);
  }
  expect(taken).toBeGreaterThanOrEqual(370);
  expect(taken).toBeLessThanOrEqual(374);
});
