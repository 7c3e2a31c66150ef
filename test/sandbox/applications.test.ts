import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import {
  APP,
  call,
  createClock,
  email,
  getEndpoint,
  getUser,
  putBatch,
  startSandbox,
} from "./start-sandbox.js";

const create = async (sandbox: Sandbox, Name: string) =>
  (await call(sandbox, "POST", "/v1/apps", { Name })).body;

test("an application is created, read, listed and deleted", async () => {
  const sandbox = await startSandbox({ now: createClock().now });
  const reply = await call(sandbox, "POST", "/v1/apps", { Name: "demo", tags: { team: "x" } });
  expect(reply.status).toBe(201);
  expect(reply.body).toEqual({
    Arn: `arn:aws:mobiletargeting:us-east-1:111122223333:apps/${reply.body.Id}`,
    CreationDate: "2026-01-02T03:04:05.000Z",
    Id: expect.stringMatching(/^[0-9a-f]{32}$/),
    Name: "demo",
    tags: { team: "x" },
  });
  const path = `/v1/apps/${reply.body.Id}`;
  expect((await call(sandbox, "GET", path)).body).toEqual(reply.body);
  expect((await call(sandbox, "GET", "/v1/apps")).body).toEqual({ Item: [reply.body] });
  await call(sandbox, "PUT", `${path}/endpoints`, { Item: [email("a")] });
  const deleted = await call(sandbox, "DELETE", path);
  expect([deleted.status, deleted.body]).toEqual([200, reply.body]);
  expect((await call(sandbox, "GET", path)).status).toBe(404);
  expect(sandbox.endpoints(reply.body.Id)).toEqual([]);
});

test.each([{}, { Name: "" }, { Name: 1 }, { Name: "x", tags: { a: 1 } }, "{"])(
  "CreateApp with %j is 400",
  async (body) => {
    const sandbox = await startSandbox();
    expect((await call(sandbox, "POST", "/v1/apps", body)).status).toBe(400);
  },
);

test("the ARN names the region the request was signed for", async () => {
  const sandbox = await startSandbox();
  const Authorization =
    "AWS4-HMAC-SHA256 Credential=X/20260101/eu-west-1/mobiletargeting/aws4_request, SignedHeaders=host, Signature=0";
  const reply = await fetch(`${sandbox.url}/v1/apps`, {
    method: "POST",
    body: '{"Name":"x"}',
    headers: { Authorization },
  });
  expect(await reply.text()).toMatch(/"arn:aws:mobiletargeting:eu-west-1:/);
});

test("GetApps gives pages, also when applications go in between", async () => {
  const sandbox = await startSandbox();
  const ids: string[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) ids.push((await create(sandbox, name)).Id);
  const page = async (query: string) => {
    const { body } = await call(sandbox, "GET", `/v1/apps?${query}`);
    return { names: body.Item.map((item: { Name: string }) => item.Name), token: body.NextToken };
  };
  const first = await page("page-size=2");
  expect(first).toEqual({ names: ["a", "b"], token: expect.any(String) });
  await call(sandbox, "DELETE", `/v1/apps/${ids[1]}`);
  const second = await page(`page-size=2&token=${encodeURIComponent(first.token)}`);
  expect(second.names).toEqual(["c", "d"]);
  expect(await page(`page-size=1&token=${encodeURIComponent(second.token)}`)).toEqual({
    names: ["e"],
    token: undefined,
  });
  expect(await page("")).toEqual({ names: ["a", "c", "d", "e"], token: undefined });
});

test.each(["page-size=0", "page-size=x", "page-size=-1", "page-size=1.5", "token=x", "token="])(
  "GetApps with %s is 400",
  async (query) => {
    const sandbox = await startSandbox();
    expect((await call(sandbox, "GET", `/v1/apps?${query}`)).status).toBe(400);
  },
);

test("an account holds 100 applications", async () => {
  const sandbox = await startSandbox();
  for (let count = 0; count < 99; count += 1) await create(sandbox, `app ${count}`);
  expect((await putBatch(sandbox, email("a"))).status).toBe(202);
  expect((await call(sandbox, "POST", "/v1/apps", { Name: "x" })).status).toBe(400);
  const body = { Item: [email("a")] };
  expect((await call(sandbox, "PUT", "/v1/apps/another/endpoints", body)).status).toBe(400);
  expect((await putBatch(sandbox, email("b"))).status).toBe(202);
});

test("an application comes into being with its first accepted write", async () => {
  const sandbox = await startSandbox();
  await getEndpoint(sandbox, "a");
  await getUser(sandbox, "a");
  await putBatch(sandbox, { Id: "a", ChannelType: "FAX" });
  expect((await call(sandbox, "GET", "/v1/apps")).body.Item).toEqual([]);
  await putBatch(sandbox, email("a"));
  expect((await call(sandbox, "GET", `/v1/apps/${APP}`)).body).toMatchObject({ Id: APP, Name: APP });
});

test("strictApps: applications must be created first", async () => {
  const sandbox = await startSandbox({ strictApps: true });
  const calls: [string, string, unknown?][] = [
    ["PUT", "endpoints", { Item: [email("a")] }],
    ["PUT", "endpoints/a", email("a")],
    ["GET", "endpoints/a"],
    ["DELETE", "endpoints/a"],
    ["GET", "users/u"],
    ["DELETE", "users/u"],
    ["PUT", "attributes/endpoint-custom-attributes", { Blacklist: [] }],
  ];
  for (const [method, path, body] of calls) {
    expect((await call(sandbox, method, `/v1/apps/${APP}/${path}`, body)).status, `${method} ${path}`).toBe(
      404,
    );
  }
  const { Id } = await create(sandbox, "x");
  expect((await call(sandbox, "PUT", `/v1/apps/${Id}/endpoints`, { Item: [email("a")] })).status).toBe(202);
});
