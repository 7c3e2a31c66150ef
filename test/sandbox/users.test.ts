import { expect, test } from "vitest";
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

const of = (userId: string, attributes?: Record<string, string[]>) => ({
  User: { UserId: userId, ...(attributes ? { UserAttributes: attributes } : {}) },
});
const push = (id: string, channelType = "GCM", more: object = {}) => ({
  Id: id,
  ChannelType: channelType,
  Address: `token-${id}`,
  ...of("u"),
  ...more,
});
const MANY = "Exceeded maximum endpoint per user count: 15";

test("user attributes are those of all endpoints of the user", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", of("u", { First: ["A"], Plan: ["gold"] })), email("b", of("u")));
  await putBatch(sandbox, { Id: "b", User: { UserAttributes: { First: ["B"], Plan: [], Since: ["2020"] } } });
  const expected = { UserId: "u", UserAttributes: { First: ["B"], Plan: [], Since: ["2020"] } };
  expect((await getEndpoint(sandbox, "a")).body.User).toEqual(expected);
  expect((await getEndpoint(sandbox, "b")).body.User).toEqual(expected);
  const reply = await getUser(sandbox, "u");
  expect(reply.status).toBe(200);
  expect(reply.body.Item.map((item: { Id: string }) => item.Id)).toEqual(["a", "b"]);
  expect(reply.body.Item[0].User).toEqual(expected);
});

test("an endpoint that changes its user shows the new user's attributes", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", of("u", { N: ["u"] })), email("b", of("v", { N: ["v"] })));
  await putBatch(sandbox, { Id: "a", ...of("v") });
  expect((await getEndpoint(sandbox, "a")).body.User).toEqual({ UserId: "v", UserAttributes: { N: ["v"] } });
  expect((await getUser(sandbox, "u")).status).toBe(404);
  expect((await getUser(sandbox, "v")).body.Item).toHaveLength(2);
});

test("user attributes without a user wait for one", async () => {
  const sandbox = await startSandbox();
  await putBatch(
    sandbox,
    email("a", { User: { UserAttributes: { N: ["a"], M: ["a"] } } }),
    email("b", of("u", { N: ["b"] })),
  );
  expect((await getEndpoint(sandbox, "a")).body.User).toEqual({ UserAttributes: { N: ["a"], M: ["a"] } });
  await putBatch(sandbox, { Id: "a", ...of("u") });
  expect((await getEndpoint(sandbox, "b")).body.User).toEqual({
    UserId: "u",
    UserAttributes: { N: ["b"], M: ["a"] },
  });
});

test("deleting a user's endpoints returns them and forgets the user", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", of("u", { N: ["1"] })), email("b", of("u")), email("c", of("v")));
  const before = await getUser(sandbox, "u");
  const reply = await call(sandbox, "DELETE", `/v1/apps/${APP}/users/u`);
  expect([reply.status, reply.body]).toEqual([202, before.body]);
  expect((await getUser(sandbox, "u")).status).toBe(404);
  expect((await call(sandbox, "DELETE", `/v1/apps/${APP}/users/u`)).status).toBe(404);
  expect(sandbox.endpoints(APP).map(({ Id }) => Id)).toEqual(["c"]);
});

test.each(["SMS", "PUSH", "VOICE", "EMAIL", "CUSTOM", "IN_APP", "APNS_SANDBOX", undefined])(
  "a 16th endpoint of channel %s is refused",
  async (channel) => {
    const sandbox = await startSandbox();
    await putBatch(sandbox, ...Array.from({ length: 15 }, (_, index) => push(`p${index}`)));
    const Address =
      { SMS: "+12065550100", VOICE: "+12065550100", EMAIL: "x@example.com" }[channel ?? ""] ?? "x";
    const item = channel === undefined ? { Id: "x", ...of("u") } : push("x", channel, { Address });
    const reply = await putBatch(sandbox, item);
    expect([reply.status, reply.body.Message]).toEqual([400, MANY]);
    expect((await putBatch(sandbox, { ...item, ...of("other") })).status).toBe(202);
    expect((await putBatch(sandbox, { Id: "p3", Attributes: { N: ["1"] } })).status).toBe(202);
  },
);

test.each(["ADM", "GCM", "APNS", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU"])(
  "a 16th endpoint of channel %s takes the place of the oldest push endpoint",
  async (channel) => {
    const sandbox = await startSandbox({ now: createClock().now });
    const dated = (id: string, channelType: string, day: number) =>
      push(id, channelType, { EffectiveDate: `2020-01-${String(day).padStart(2, "0")}T00:00Z` });
    const emails = Array.from({ length: 12 }, (_, index) =>
      email(`e${index}`, { ...of("u"), EffectiveDate: "2019-01-01" }),
    );
    await putBatch(
      sandbox,
      ...emails,
      dated("new", "GCM", 9),
      dated("old", "APNS", 3),
      dated("middle", "ADM", 5),
    );
    expect((await putBatch(sandbox, push("x", channel))).status).toBe(202);
    const old = (await getEndpoint(sandbox, "old")).body;
    expect([old.EndpointStatus, old.User]).toEqual(["INACTIVE", {}]);
    expect((await getEndpoint(sandbox, "x")).body).toMatchObject({
      EndpointStatus: "ACTIVE",
      User: { UserId: "u" },
    });
    const ids = (await getUser(sandbox, "u")).body.Item.map((item: { Id: string }) => item.Id);
    expect(ids).toHaveLength(15);
    expect(ids).not.toContain("old");
  },
);

test("a push endpoint is refused as the 16th if the user has none that can make room", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, ...Array.from({ length: 15 }, (_, index) => email(`e${index}`, of("u"))));
  const reply = await putBatch(sandbox, push("x"));
  expect([reply.status, reply.body.Message]).toEqual([400, MANY]);
});

test("a refused 16th endpoint takes its whole batch with it, the eviction before it too", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, ...Array.from({ length: 15 }, (_, index) => push(`p${index}`)));
  const before = structuredClone(sandbox.endpoints(APP));
  expect((await putBatch(sandbox, push("x"), email("y", of("u")))).status).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual(before);
  expect((await getUser(sandbox, "u")).body.Item).toHaveLength(15);
});
