import { request } from "node:http";
import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { APP, call, ERROR_TYPES, email, getEndpoint, putBatch, startSandbox } from "./start-sandbox.js";

/** fetch tidies paths and escapes up; this sends them as they are. */
function rawCall(
  sandbox: Sandbox,
  method: string,
  path: string,
  body = "",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: sandbox.port, host: "127.0.0.1", method, path }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("an accepted batch answers as the service does", async () => {
  const sandbox = await startSandbox();
  const reply = await putBatch(sandbox, email("a"));
  expect(reply.status).toBe(202);
  expect(reply.body).toEqual({ RequestID: expect.stringMatching(/^[0-9a-f-]{36}$/), Message: "Accepted" });
  expect(reply.headers.get("content-type")).toBe("application/json");
  expect(reply.headers.get("x-amzn-requestid")).toBe(reply.body.RequestID);
  expect(reply.headers.get("access-control-allow-origin")).toBe("*");
});

test.each([
  ["POST", "/v1/apps", { Name: "x" }, 201],
  ["GET", "/v1/apps", undefined, 200],
  ["GET", `/v1/apps/${APP}`, undefined, 200],
  ["PUT", `/v1/apps/${APP}/endpoints/b`, { ChannelType: "EMAIL", Address: "b@example.com" }, 202],
  ["GET", `/v1/apps/${APP}/endpoints/a`, undefined, 200],
  ["DELETE", `/v1/apps/${APP}/endpoints/a`, undefined, 202],
  ["GET", `/v1/apps/${APP}/users/u`, undefined, 200],
  ["DELETE", `/v1/apps/${APP}/users/u`, undefined, 202],
  ["PUT", `/v1/apps/${APP}/attributes/endpoint-custom-attributes`, { Blacklist: ["x"] }, 200],
  ["DELETE", `/v1/apps/${APP}`, undefined, 200],
])("%s %s succeeds with its own status", async (method, path, body, status) => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", { User: { UserId: "u" } }));
  expect((await call(sandbox, method, path, body)).status).toBe(status);
});

test.each([
  ["PATCH", "/v1/apps", 405],
  ["HEAD", `/v1/apps/${APP}/endpoints/a`, 405],
  ["POST", `/v1/apps/${APP}/endpoints`, 405],
  ["DELETE", `/v1/apps/${APP}/attributes/endpoint-custom-attributes`, 405],
  ["GET", "/v1/nothing", 404],
  ["GET", "/v2/apps", 404],
  ["PUT", `/v1/apps/${APP}/endpoints/a/b`, 404],
  ["OPTIONS", "/v1/nothing", 404],
  ["GET", `/v1/apps/${APP}/endpoints/nobody`, 404],
  ["DELETE", `/v1/apps/${APP}/endpoints/nobody`, 404],
  ["GET", "/v1/apps/unused", 404],
  ["DELETE", "/v1/apps/unused", 404],
])("%s %s is answered %i", async (method, path, status) => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a"));
  const reply = await call(sandbox, method, path);
  expect(reply.status).toBe(status);
  expect(reply.headers.get("x-amzn-errortype")).toBe(ERROR_TYPES[status]);
  expect(reply.headers.get("content-type")).toBe("application/json");
  if (method !== "HEAD") {
    expect(reply.body).toEqual({
      Message: expect.stringMatching(/./),
      RequestID: reply.headers.get("x-amzn-requestid"),
    });
  }
});

test("a wrong method is told the right ones", async () => {
  const sandbox = await startSandbox();
  const reply = await call(sandbox, "POST", `/v1/apps/${APP}/endpoints/a`);
  expect(reply.headers.get("allow")).toBe("PUT, GET, DELETE, OPTIONS");
});

test.each([
  "/v1/apps",
  "/v1/apps/x",
  "/v1/apps/x/endpoints",
  "/v1/apps/x/endpoints/y",
  "/v1/apps/x/users/y",
  "/v1/apps/x/attributes/y",
  "/v1/apps/x/jobs/import",
  "/v1/apps/x/jobs/import/y",
])("OPTIONS %s is 200 without a body", async (path) => {
  const sandbox = await startSandbox({ strictApps: true });
  const reply = await call(sandbox, "OPTIONS", path);
  expect([reply.status, reply.text]).toEqual([200, ""]);
});

test.each([
  ["POST", `/v1/apps/${APP}/jobs/import`],
  ["GET", `/v1/apps/${APP}/jobs/import`],
  ["GET", `/v1/apps/${APP}/jobs/import/1`],
])("%s %s says that import jobs do not run here", async (method, path) => {
  const sandbox = await startSandbox();
  const reply = await call(sandbox, method, path);
  expect(reply.status).toBe(400);
  expect(reply.body.Message).toMatch(/import jobs/);
});

test("ids are decoded after the path is split", async () => {
  const sandbox = await startSandbox();
  const id = "a b/c:d+é%";
  await putBatch(sandbox, { Id: id, ChannelType: "CUSTOM", Address: "x", User: { UserId: "u/1" } });
  expect((await getEndpoint(sandbox, id)).body.Id).toBe(id);
  const raw = await rawCall(sandbox, "GET", `/v1/apps/${APP}/endpoints/a%20b%2Fc%3Ad%2B%C3%A9%25`);
  expect(raw.status).toBe(200);
  expect((await rawCall(sandbox, "GET", `/v1/apps/${APP}/users/u%2F1`)).status).toBe(200);
});

test.each(["%", "%zz", "%ff"])("the bad escape %s is 400", async (bad) => {
  const sandbox = await startSandbox();
  expect((await rawCall(sandbox, "GET", `/v1/apps/${APP}/endpoints/${bad}`)).status).toBe(400);
});

test.each(["$", "{", "}"])("%s is not allowed in the ids of a path", async (character) => {
  const sandbox = await startSandbox();
  const id = encodeURIComponent(`a${character}b`);
  const body = { ChannelType: "EMAIL", Address: "a@example.com" };
  expect((await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints/${id}`, body)).status).toBe(400);
  expect((await call(sandbox, "GET", `/v1/apps/${APP}/endpoints/${id}`)).status).toBe(400);
  expect((await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/${id}`)).status).toBe(400);
  expect((await call(sandbox, "GET", `/v1/apps/${APP}/users/${id}`)).status).toBe(400);
  expect((await call(sandbox, "DELETE", `/v1/apps/${APP}/users/${id}`)).status).toBe(400);
});

test("an empty application id is an error", async () => {
  const sandbox = await startSandbox();
  const body = JSON.stringify({ Item: [email("a")] });
  expect((await rawCall(sandbox, "PUT", "/v1/apps//endpoints", body)).status).toBe(404);
  expect((await rawCall(sandbox, "GET", "/v1/apps/")).status).toBe(404);
});

test.each(["//v1", "/base//v1", "/base/v1", "http://127.0.0.1/v1"])(
  "a client's base path is no obstacle: %s",
  async (start) => {
    const sandbox = await startSandbox();
    const body = JSON.stringify({ Item: [email("a")] });
    expect((await rawCall(sandbox, "PUT", `${start}/apps/${APP}/endpoints`, body)).status).toBe(202);
    expect(sandbox.endpoints(APP)).toHaveLength(1);
  },
);

test("GET / says what this is", async () => {
  const sandbox = await startSandbox();
  const reply = await call(sandbox, "GET", "/");
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/plain");
  expect(reply.text).toMatch(/sandbox/);
});

test("the statistics count requests by operation and status, and endpoints by application", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a"), email("b"));
  await putBatch(sandbox, { Id: "a", ChannelType: "FAX" });
  await call(sandbox, "PUT", "/v1/apps/__proto__/endpoints", { Item: [email("a")] });
  await getEndpoint(sandbox, "a");
  await call(sandbox, "GET", "/nowhere");
  await call(sandbox, "GET", "/");
  const reply = await call(sandbox, "GET", "/_sandbox/stats");
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual(JSON.parse(JSON.stringify(sandbox.stats())));
  expect(reply.body.requests).toEqual({
    total: 5,
    byOperation: {
      UpdateEndpointsBatch: { "202": 2, "400": 1 },
      GetEndpoint: { "200": 1 },
      Unknown: { "404": 1 },
    },
  });
  expect(reply.body.endpoints.total).toBe(3);
  expect(Object.entries(reply.body.endpoints.byApplication)).toEqual([
    [APP, 2],
    ["__proto__", 1],
  ]);
});
