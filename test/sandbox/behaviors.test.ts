import { expect, test } from "vitest";
import { BEHAVIOR_CHOICES, type SandboxBehaviors } from "../../src/sandbox/behaviors.js";
import type { EndpointResponse } from "../../src/sandbox/create-sandbox.js";
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

type Switches = Partial<SandboxBehaviors>;
const same = { Address: "same@example.com" };
const user = (UserId: string, UserAttributes?: unknown) => ({
  User: { UserId, ...(UserAttributes ? { UserAttributes } : {}) },
});

/** One batch after the other; the last one's status, and what is stored in the end. */
const STORED: [Switches, unknown[][], number, object[]][] = [
  [
    { badItem: "dropped" },
    [[email("a"), { Id: "b", ChannelType: "FAX" }, 1, email("c")]],
    202,
    [{ Id: "a" }, { Id: "c" }],
  ],
  [
    { badItem: "dropped" },
    [[email("a")], [{ Id: "a", ChannelType: "SMS", Attributes: { N: ["1"] } }, email("b")]],
    202,
    [{ Id: "a", ChannelType: "EMAIL", Attributes: {} }, { Id: "b" }],
  ],
  [
    { duplicateId: "applied-in-order" },
    [[email("a", { OptOut: "ALL" }), email("A", { OptOut: "NONE" })]],
    202,
    [{ OptOut: "NONE" }],
  ],
  [
    { missingId: "generated" },
    [[{ ChannelType: "EMAIL" }]],
    202,
    [{ Id: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
  ],
  [{ emptyBatch: "accepted" }, [[]], 202, []],
  [{ unknownMember: "refused" }, [[email("a", { Bogus: 1 })]], 400, []],
  [{ unknownMember: "refused" }, [[email("a", { User: { UserStatus: "x" } })]], 400, []],
  [{ unknownMember: "refused" }, [[email("a", { Location: { Town: "x" } })]], 400, []],
  [{ unknownMember: "refused" }, [[email("a", { Demographic: { Age: "x" } })]], 400, []],
  [{ unknownMember: "refused" }, [[email("a")]], 202, [{}]],
  [
    { wrongType: "ignored" },
    [
      [
        email("a", {
          OptOut: 1,
          Attributes: { n: 1, m: ["v", 2] },
          Metrics: { m: "NaN", n: 1 },
          Location: [],
        }),
      ],
    ],
    202,
    [{ OptOut: "NONE", Attributes: { m: ["v"] }, Metrics: { n: 1 }, Location: {} }],
  ],
  [
    { badEnum: "ignored" },
    [[email("a", { OptOut: "x", EndpointStatus: "x" })]],
    202,
    [{ OptOut: "NONE", EndpointStatus: "ACTIVE" }],
  ],
  [
    { plainStringAttribute: "wrapped" },
    [[email("a", { Attributes: { n: "v" }, ...user("u", { m: "w" }) })]],
    202,
    [{ Attributes: { n: ["v"] }, User: { UserId: "u", UserAttributes: { m: ["w"] } } }],
  ],
  [{ plainStringAttribute: "wrapped" }, [[email("a", { Attributes: { n: "v".repeat(101) } })]], 400, []],
  [
    { nullValue: "ignored" },
    [
      [email("a", { Attributes: { n: ["v"] } })],
      [{ Id: "a", Address: null, Attributes: { n: null }, User: null }],
    ],
    202,
    [{ Address: "a@example.com", Attributes: { n: ["v"] } }],
  ],
  [
    { nullValue: "clears" },
    [
      [
        email("a", {
          Attributes: { n: ["v"] },
          Metrics: { m: 1 },
          Location: { City: "x", Country: "US" },
          ...user("u", { k: ["v"] }),
        }),
      ],
      [{ Id: "a", Attributes: { n: null }, Metrics: null, Location: { City: null }, User: { UserId: null } }],
    ],
    202,
    [{ Attributes: { n: [] }, Metrics: {}, Location: { Country: "US" }, User: {} }],
  ],
  [
    { nullMetric: "ignored" },
    [[email("a", { Metrics: { m: 1 } })], [{ Id: "a", Metrics: { m: null } }]],
    202,
    [{ Metrics: { m: 1 } }],
  ],
  [
    { nullMetric: "removes" },
    [[email("a", { Metrics: { m: 1, n: 2 } })], [{ Id: "a", Metrics: { m: null } }]],
    202,
    [{ Metrics: { n: 2 } }],
  ],
  [
    {},
    [
      [email("a", { EffectiveDate: "2020-01-02" })],
      [email("a", { EffectiveDate: "2020-01-01", OptOut: "ALL" })],
    ],
    202,
    [{ EffectiveDate: "2020-01-01", OptOut: "ALL" }],
  ],
  [
    { olderEffectiveDate: "ignored" },
    [
      [email("a", { EffectiveDate: "2020-01-02" })],
      [email("a", { EffectiveDate: "2020-01-01", OptOut: "ALL" })],
    ],
    202,
    [{ EffectiveDate: "2020-01-02", OptOut: "NONE" }],
  ],
  [
    { sameAddressScope: "application" },
    [[email("a", same), { Id: "b", ChannelType: "CUSTOM", ...same }]],
    202,
    [{ EndpointStatus: "INACTIVE" }, { EndpointStatus: "ACTIVE" }],
  ],
  [
    { sameAddressScope: "channel-and-user" },
    [
      [
        email("a", { ...same, ...user("u") }),
        email("b", { ...same, ...user("v") }),
        email("c", { ...same, ...user("v") }),
      ],
    ],
    202,
    [{ EndpointStatus: "ACTIVE" }, { EndpointStatus: "INACTIVE" }, { EndpointStatus: "ACTIVE" }],
  ],
  [
    { sameAddressScope: "off" },
    [[email("a", same), email("b", same)]],
    202,
    [{ EndpointStatus: "ACTIVE" }, { EndpointStatus: "ACTIVE" }],
  ],
  [
    { sentStatus: "overridden" },
    [[email("a", { EndpointStatus: "INACTIVE" })]],
    202,
    [{ EndpointStatus: "ACTIVE" }],
  ],
  [{ optOutDefault: "ALL" }, [[email("a")]], 202, [{ OptOut: "ALL" }]],
  [{ optOutWithoutAddress: "refused" }, [[{ Id: "a", OptOut: "NONE" }]], 400, []],
  [{ optOutWithoutAddress: "refused" }, [[{ Id: "a" }]], 202, [{ OptOut: "ALL" }]],
  [{ missingChannelType: "accepted" }, [[{ Id: "a", Address: "x" }]], 202, [{ Address: "x" }]],
  [{ phoneAddress: "digits" }, [[{ Id: "a", ChannelType: "SMS", Address: "12065550100" }]], 202, [{}]],
  [{ phoneAddress: "digits" }, [[{ Id: "a", ChannelType: "SMS", Address: "1 206" }]], 400, []],
  [{ phoneAddress: "any" }, [[{ Id: "a", ChannelType: "SMS", Address: "1 206" }]], 202, [{}]],
  [{ emailAddress: "any" }, [[{ Id: "a", ChannelType: "EMAIL", Address: "x" }]], 202, [{}]],
  [
    { localeAndTimezone: "any" },
    [[email("a", { Demographic: { Locale: "en-US", Timezone: "CET?" } })]],
    202,
    [{}],
  ],
  [{ endpointSize: "off" }, [[email("a", { RequestId: "x".repeat(20_000) })]], 202, [{}]],
];

test.each(STORED)("%j", async (behaviors, batches, status, expected) => {
  const sandbox = await startSandbox({ behaviors });
  let last = 0;
  for (const batch of batches) last = (await putBatch(sandbox, ...batch)).status;
  expect(last).toBe(status);
  // Member by member: toMatchObject would take {} for anything.
  const stored = sandbox.endpoints(APP);
  expect(stored).toHaveLength(expected.length);
  for (const [index, members] of expected.entries()) {
    for (const [name, value] of Object.entries(members)) {
      expect(stored[index]?.[name as keyof EndpointResponse], name).toEqual(value);
    }
  }
});

test("endpointSize stored measures the endpoint after the update", async () => {
  const attributes = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`${prefix}${index}`, ["x".repeat(90)]]));
  const statuses = async (behaviors: Switches) => {
    const sandbox = await startSandbox({ behaviors });
    return [
      (await putBatch(sandbox, email("a", { Attributes: attributes("a") }))).status,
      (await putBatch(sandbox, email("a", { Attributes: attributes("b") }))).status,
    ];
  };
  expect(await statuses({ endpointSize: "stored" })).toEqual([202, 400]);
  expect(await statuses({ endpointSize: "item" })).toEqual([202, 202]);
});

test("sixteenthApnsSandbox evicts", async () => {
  const sandbox = await startSandbox({ behaviors: { sixteenthApnsSandbox: "evicts" } });
  const push = (id: string) => ({ Id: id, ChannelType: "APNS_SANDBOX", Address: id, ...user("u") });
  await putBatch(sandbox, ...Array.from({ length: 15 }, (_, index) => push(`p${index}`)));
  expect((await putBatch(sandbox, push("x"))).status).toBe(202);
  const oldest = (await getEndpoint(sandbox, "p0")).body;
  expect([oldest.EndpointStatus, oldest.User]).toEqual(["INACTIVE", {}]);
});

test("badItem dropped leaves no trace of an item that fails half-way", async () => {
  const sandbox = await startSandbox({ behaviors: { badItem: "dropped" } });
  const members = Array.from({ length: 15 }, (_, index) => email(`v${index}`, user("v")));
  await putBatch(sandbox, email("a", user("u")), ...members);
  const moved = { Id: "a", Attributes: { N: ["1"] }, ...user("v") };
  expect((await putBatch(sandbox, moved, email("b"))).status).toBe(202);
  expect((await getUser(sandbox, "u")).body.Item).toMatchObject([{ Id: "a" }]);
  expect((await getEndpoint(sandbox, "b")).status).toBe(200);
  const path = `/v1/apps/${APP}/attributes/endpoint-custom-attributes`;
  expect((await call(sandbox, "PUT", path, {})).body.Attributes).toEqual([]);
});

test("removing a metric uses up no name", async () => {
  const sandbox = await startSandbox({ behaviors: { nullMetric: "removes" } });
  const metrics = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`m${index}`, index]));
  await putBatch(sandbox, email("a", { Metrics: metrics }));
  expect((await putBatch(sandbox, { Id: "a", Metrics: { unknown: null } })).status).toBe(202);
});

test("an evicted endpoint no longer competes among its former user's addresses", async () => {
  const sandbox = await startSandbox({ behaviors: { sameAddressScope: "channel-and-user" } });
  const push = (id: string, Address = id) => ({ Id: id, ChannelType: "GCM", Address, ...user("u") });
  await putBatch(sandbox, ...Array.from({ length: 15 }, (_, index) => push(`p${index}`)));
  await putBatch(sandbox, push("x"));
  await putBatch(sandbox, { Id: "p0" });
  await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/x`);
  await putBatch(sandbox, push("y", "p0"));
  expect((await getEndpoint(sandbox, "p0")).body.EndpointStatus).toBe("ACTIVE");
});

test("unknownUser empty-list", async () => {
  const sandbox = await startSandbox({ behaviors: { unknownUser: "empty-list" } });
  const read = await getUser(sandbox, "nobody");
  expect([read.status, read.body]).toEqual([200, { Item: [] }]);
  const deleted = await call(sandbox, "DELETE", `/v1/apps/${APP}/users/nobody`);
  expect([deleted.status, deleted.body]).toEqual([202, { Item: [] }]);
});

test("removeAttributesReturns removed", async () => {
  const sandbox = await startSandbox({ behaviors: { removeAttributesReturns: "removed" } });
  await putBatch(sandbox, email("a", { Attributes: { a1: ["v"], a2: ["v"], b: ["v"] } }));
  const path = `/v1/apps/${APP}/attributes/endpoint-custom-attributes`;
  expect((await call(sandbox, "PUT", path, { Blacklist: ["a*", "c"] })).body.Attributes).toEqual([
    "a1",
    "a2",
  ]);
});

test("missingAuthorization refused, with either name", async () => {
  for (const forbiddenType of BEHAVIOR_CHOICES.forbiddenType) {
    const sandbox = await startSandbox({ behaviors: { missingAuthorization: "refused", forbiddenType } });
    const reply = await putBatch(sandbox, email("a"));
    expect([reply.status, reply.headers.get("x-amzn-errortype")]).toEqual([403, forbiddenType]);
    const signed = await fetch(`${sandbox.url}/v1/apps`, {
      headers: { Authorization: "AWS4-HMAC-SHA256 x" },
    });
    expect(signed.status).toBe(200);
    expect((await call(sandbox, "OPTIONS", "/v1/apps")).status).toBe(200);
  }
});

test.each([403, 404, 410] as const)("retired with %i", async (status) => {
  const sandbox = await startSandbox({ behaviors: { retired: `${status}` } });
  expect((await putBatch(sandbox, email("a"))).status).toBe(status);
  expect((await getEndpoint(sandbox, "a")).status).toBe(status);
});

test("readDelayMs: reads show a write when its time has come", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ now: clock.now, behaviors: { readDelayMs: 1000 } });
  const read = async () => {
    const { status, body } = await getEndpoint(sandbox, "a");
    return status === 200 ? body.OptOut : status;
  };
  await putBatch(sandbox, email("a", { OptOut: "ALL", ...user("u") }));
  expect(sandbox.endpoints(APP)).toHaveLength(1);
  expect(await read()).toBe(404);
  expect((await getUser(sandbox, "u")).status).toBe(404);
  clock.advance(600);
  await putBatch(sandbox, email("a", { OptOut: "NONE" }));
  clock.advance(400);
  expect(await read()).toBe("ALL");
  expect((await getUser(sandbox, "u")).status).toBe(200);
  clock.advance(600);
  expect(await read()).toBe("NONE");
  expect((await getEndpoint(sandbox, "a")).body).toEqual(sandbox.endpoints(APP)[0]);
  await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/a`);
  expect(await read()).toBe("NONE");
  clock.advance(1000);
  expect(await read()).toBe(404);
});
