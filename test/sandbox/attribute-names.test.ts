import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { matchGlob } from "../../src/sandbox/match-glob.js";
import { APP, call, email, getEndpoint, putBatch, startSandbox } from "./start-sandbox.js";

const names = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ["v"]]));

function remove(sandbox: Sandbox, type: string, ...patterns: string[]) {
  return call(sandbox, "PUT", `/v1/apps/${APP}/attributes/endpoint-${type}-attributes`, {
    Blacklist: patterns,
  });
}

test("an application takes 250 names over the three maps", async () => {
  const sandbox = await startSandbox();
  const metrics = Object.fromEntries(Object.keys(names(100, "n")).map((name) => [name, 1]));
  await putBatch(sandbox, email("a", { Attributes: names(100, "n") }), email("b", { Metrics: metrics }));
  expect((await putBatch(sandbox, email("c", { User: { UserAttributes: names(50, "n") } }))).status).toBe(
    202,
  );
  const reply = await putBatch(sandbox, email("d", { Attributes: { n0: ["v"], more: ["v"] } }));
  expect([reply.status, reply.body.Message]).toEqual([400, "Too many custom attributes"]);
  expect((await putBatch(sandbox, email("d", { Attributes: { n0: ["w"] } }))).status).toBe(202);
  const other = await call(sandbox, "PUT", "/v1/apps/other/endpoints", {
    Item: [email("d", { Attributes: { more: ["v"] } })],
  });
  expect(other.status).toBe(202);
});

test("removed names make room in the application, but an endpoint has 250 at most", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", { Attributes: names(250, "n") }));
  await remove(sandbox, "custom", "n*");
  expect((await putBatch(sandbox, email("a", { Attributes: { x: ["v"] } }))).status).toBe(400);
  expect((await putBatch(sandbox, email("b", { Attributes: { x: ["v"] } }))).status).toBe(202);
});

test("RemoveAttributes keeps stored values and stops capturing new ones", async () => {
  const sandbox = await startSandbox();
  const item = email("a", {
    Attributes: { foo: ["1"], bar1: ["1"], bar2: ["1"], keep: ["1"] },
    Metrics: { foo: 1 },
    User: { UserId: "u", UserAttributes: { foo: ["1"] } },
  });
  await putBatch(sandbox, item);
  const reply = await remove(sandbox, "custom", "foo", "bar*");
  expect([reply.status, reply.body]).toEqual([
    200,
    { ApplicationId: APP, AttributeType: "endpoint-custom-attributes", Attributes: ["keep"] },
  ]);
  await putBatch(sandbox, {
    Id: "a",
    Attributes: { foo: ["2"], bar1: ["2"], keep: ["2"], bar3: ["2"] },
    Metrics: { foo: 2 },
    User: { UserAttributes: { foo: ["2"] } },
  });
  expect((await getEndpoint(sandbox, "a")).body).toMatchObject({
    Attributes: { foo: ["1"], bar1: ["1"], bar2: ["1"], keep: ["2"] },
    Metrics: { foo: 2 },
    User: { UserAttributes: { foo: ["2"] } },
  });
  expect((await getEndpoint(sandbox, "a")).body.Attributes).not.toHaveProperty("bar3");
});

test.each([
  ["metric", "Metrics", { n: 1 }],
  ["user", "UserAttributes", { n: ["v"] }],
])("RemoveAttributes has a type for %s names", async (type, map, values) => {
  const sandbox = await startSandbox();
  await remove(sandbox, type, "n");
  await putBatch(
    sandbox,
    email("a", map === "Metrics" ? { Metrics: values } : { User: { UserId: "u", UserAttributes: values } }),
  );
  expect(JSON.stringify((await getEndpoint(sandbox, "a")).body)).not.toContain('"n"');
});

test.each([
  ["endpoint-other-attributes", { Blacklist: ["x"] }],
  ["endpoint-custom-attributes", { Blacklist: "x" }],
  ["endpoint-custom-attributes", { Blacklist: [1] }],
  ["endpoint-custom-attributes", "{"],
])("RemoveAttributes of %s with %j is 400", async (type, body) => {
  const sandbox = await startSandbox();
  expect((await call(sandbox, "PUT", `/v1/apps/${APP}/attributes/${type}`, body)).status).toBe(400);
});

test.each([
  ["foo", "foo", true],
  ["foo", "Foo", false],
  ["foo", "foobar", false],
  ["*", "", true],
  ["foo*", "foobar", true],
  ["*bar", "foobarbar", true],
  ["f*b*r", "foobar", true],
  ["f?o", "foo", true],
  ["f?o", "fo", false],
  ["a.c", "abc", false],
  ["", "a", false],
  ["*a*b", "aab-aac", false],
  [`${"*a".repeat(2000)}b`, "a".repeat(5000), false],
])("the glob %.20s for %.20s: %s", (pattern, name, expected) => {
  expect(matchGlob(pattern, name)).toBe(expected);
});
