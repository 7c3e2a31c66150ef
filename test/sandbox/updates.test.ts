import { describe, expect, test } from "vitest";
import { APP, call, createClock, email, getEndpoint, putBatch, startSandbox } from "./start-sandbox.js";

const stored = async (sandbox: Parameters<typeof getEndpoint>[0], id: string) => {
  const reply = await getEndpoint(sandbox, id);
  expect(reply.status).toBe(200);
  return reply.body;
};

test("an endpoint reads as it was written, with what the service adds", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ now: clock.now });
  const item = email("MiXed", {
    OptOut: "NONE",
    EffectiveDate: "2018-06-06T00:58Z",
    RequestId: "r",
    Attributes: { Interests: ["Music", "Books"] },
    Metrics: { m: 3, i: 2.5 },
    Demographic: { Make: "m", Locale: "en_US", Timezone: "Europe/Berlin" },
    Location: { City: "Seattle", Country: "US", PostalCode: "98109", Latitude: 47.61, Longitude: -122.33 },
    User: { UserId: "u", UserAttributes: { FirstName: ["Richard"] } },
  });
  await putBatch(sandbox, item);
  const body = await stored(sandbox, "mixed");
  expect(body).toEqual({
    ...item,
    ApplicationId: APP,
    CohortId: expect.stringMatching(/^\d{1,2}$/),
    CreationDate: "2026-01-02T03:04:05.000Z",
    EndpointStatus: "ACTIVE",
    Location: { ...item.Location, Latitude: 47.6, Longitude: -122.3 },
  });
  expect(sandbox.endpoints(APP)).toEqual([body]);
});

test("a bare endpoint shows its empty parts, and no null anywhere", async () => {
  const sandbox = await startSandbox();
  const reply = await putBatch(sandbox, { Id: "a" });
  const body = await stored(sandbox, "a");
  expect(body).toEqual({
    ApplicationId: APP,
    Attributes: {},
    CohortId: expect.any(String),
    CreationDate: expect.any(String),
    Demographic: {},
    EffectiveDate: expect.any(String),
    EndpointStatus: "ACTIVE",
    Id: "a",
    Location: {},
    Metrics: {},
    OptOut: "ALL",
    RequestId: reply.body.RequestID,
    User: {},
  });
  expect(JSON.stringify(body)).not.toContain("null");
});

test("the cohort of an id is always the same, in whatever case", async () => {
  const [one, other] = [await startSandbox(), await startSandbox()];
  const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
  await putBatch(one, ...ids.map((id) => email(id)));
  await putBatch(other, ...ids.map((id) => email(id.toUpperCase())));
  const cohorts = one.endpoints(APP).map(({ CohortId }) => CohortId);
  expect(other.endpoints(APP).map(({ CohortId }) => CohortId)).toEqual(cohorts);
  expect(cohorts.every((cohort) => /^\d{1,2}$/.test(cohort))).toBe(true);
  expect(new Set(cohorts).size).toBeGreaterThan(30);
});

test("an update changes what it names and leaves the rest", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ now: clock.now });
  await putBatch(
    sandbox,
    email("a", {
      Attributes: { Old: ["1"], Both: ["1", "2"], Gone: ["1"] },
      Metrics: { old: 1, both: 1 },
      Demographic: { Make: "m", Model: "x" },
      Location: { City: "Seattle", Country: "US" },
      User: { UserId: "u", UserAttributes: { Old: ["1"], Both: ["1"] } },
    }),
  );
  clock.advance(60_000);
  await putBatch(sandbox, {
    Id: "A",
    Attributes: { Both: ["3"], Gone: [], New: ["n"] },
    Metrics: { both: 2, more: 3 },
    Demographic: { Model: "y" },
    Location: { City: "Tacoma" },
    User: { UserAttributes: { Both: ["2"] } },
  });
  expect(await stored(sandbox, "a")).toMatchObject({
    Id: "a",
    Address: "a@example.com",
    ChannelType: "EMAIL",
    Attributes: { Old: ["1"], Both: ["3"], Gone: [], New: ["n"] },
    Metrics: { old: 1, both: 2, more: 3 },
    Demographic: { Make: "m", Model: "y" },
    Location: { City: "Tacoma", Country: "US" },
    User: { UserId: "u", UserAttributes: { Old: ["1"], Both: ["2"] } },
    CreationDate: "2026-01-02T03:04:05.000Z",
    EffectiveDate: "2026-01-02T03:05:05.000Z",
  });
  expect(sandbox.endpoints(APP)).toHaveLength(1);
});

test("UpdateEndpoint takes the id of the path", async () => {
  const sandbox = await startSandbox();
  await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints/a`, { ...email("other"), Attributes: { X: ["1"] } });
  await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints/A`, { Attributes: { Y: ["2"] } });
  expect(sandbox.endpoints(APP)).toMatchObject([{ Id: "a", Attributes: { X: ["1"], Y: ["2"] } }]);
});

test("a deleted endpoint is returned once and gone", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a", { User: { UserId: "u", UserAttributes: { N: ["1"] } } }), email("b"));
  const before = await stored(sandbox, "a");
  const reply = await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/A`);
  expect([reply.status, reply.body]).toEqual([202, before]);
  expect((await getEndpoint(sandbox, "a")).status).toBe(404);
  expect(sandbox.endpoints(APP).map(({ Id }) => Id)).toEqual(["b"]);
  await putBatch(sandbox, email("a", { User: { UserId: "u" } }));
  expect((await stored(sandbox, "a")).User).toEqual({ UserId: "u" });
});

test("names that JavaScript knows are data like any other", async () => {
  const sandbox = await startSandbox();
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const maps = Object.fromEntries(names.map((name) => [name, [name]]));
  const metrics = Object.fromEntries(names.map((name, index) => [name, index]));
  await putBatch(sandbox, ...names.map((name) => email(name, { Attributes: maps, Metrics: metrics })));
  await putBatch(sandbox, email("x", { User: { UserId: "__proto__", UserAttributes: maps } }));
  for (const name of names) {
    const body = await stored(sandbox, name);
    expect(Object.entries(body.Attributes)).toEqual(Object.entries(maps));
    expect(Object.entries(body.Metrics)).toEqual(Object.entries(metrics));
  }
  const body = await stored(sandbox, "x");
  expect(Object.entries(body.User.UserAttributes)).toEqual(Object.entries(maps));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("items are applied in the order of the list", async () => {
  const sandbox = await startSandbox();
  const user = (value: string) => ({ User: { UserId: "u", UserAttributes: { N: [value] } } });
  await putBatch(sandbox, email("a", user("first")), email("b", user("second")));
  expect((await stored(sandbox, "a")).User.UserAttributes).toEqual({ N: ["second"] });
});

test("a refused batch leaves no trace of the items before the bad one", async () => {
  const sandbox = await startSandbox();
  const users = { User: { UserId: "u", UserAttributes: { N: ["1"] } } };
  await putBatch(sandbox, email("a", { ...users, Attributes: { A: ["1"] } }));
  const before = structuredClone(sandbox.endpoints(APP));
  const reply = await putBatch(
    sandbox,
    { Id: "a", Attributes: { A: ["2"], B: ["2"] }, User: { UserAttributes: { N: ["2"] } } },
    email("b", { Address: "a@example.com", User: { UserId: "u" } }),
    { Id: "c", User: { UserId: "v" } },
    // Known to be bad only when it meets what is stored.
    { Id: "a", ChannelType: "SMS" },
  );
  expect(reply.status).toBe(400);
  expect(sandbox.endpoints(APP)).toEqual(before);
  expect((await call(sandbox, "GET", `/v1/apps/${APP}/users/v`)).status).toBe(404);
  expect((await call(sandbox, "GET", `/v1/apps/${APP}/users/u`)).body.Item).toHaveLength(1);
});

test("a refused batch with a bad merge is taken back too", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("z"));
  const reply = await putBatch(
    sandbox,
    email("b", { Address: "z@example.com", Attributes: { N: ["1"] }, User: { UserId: "u" } }),
    { Id: "z", ChannelType: "SMS" },
  );
  expect(reply.status).toBe(400);
  expect(sandbox.endpoints(APP)).toMatchObject([{ Id: "z", EndpointStatus: "ACTIVE" }]);
  expect((await call(sandbox, "GET", `/v1/apps/${APP}/users/u`)).status).toBe(404);
  const names = await call(sandbox, "PUT", `/v1/apps/${APP}/attributes/endpoint-custom-attributes`, {});
  expect(names.body.Attributes).toEqual([]);
});

describe("OptOut", () => {
  const NO_ADDRESS = { Id: "a", ChannelType: "EMAIL" };
  const ADDRESS = { Id: "a", Address: "a@example.com" };

  test.each([
    ["with an address", [email("a")], "NONE"],
    ["with an address and ALL", [email("a", { OptOut: "ALL" })], "ALL"],
    ["without an address", [NO_ADDRESS], "ALL"],
    ["without an address, NONE asked for", [{ ...NO_ADDRESS, OptOut: "NONE" }], "ALL"],
    ["the address comes later", [NO_ADDRESS, ADDRESS], "ALL"],
    ["the address comes later with NONE", [NO_ADDRESS, { ...ADDRESS, OptOut: "NONE" }], "NONE"],
    ["NONE comes after the address", [NO_ADDRESS, ADDRESS, { Id: "a", OptOut: "NONE" }], "NONE"],
    ["an update that says nothing", [email("a", { OptOut: "ALL" }), email("a")], "ALL"],
  ])("%s", async (_, items, expected) => {
    const sandbox = await startSandbox();
    for (const item of items) expect((await putBatch(sandbox, item)).status).toBe(202);
    expect((await stored(sandbox, "a")).OptOut).toBe(expected);
  });
});

describe("endpoints with the same address", () => {
  const SAME = { Address: "same@example.com" };
  const statuses = (sandbox: Awaited<ReturnType<typeof startSandbox>>) =>
    Object.fromEntries(sandbox.endpoints(APP).map(({ Id, EndpointStatus }) => [Id, EndpointStatus]));

  test("only the last one updated is active", async () => {
    const sandbox = await startSandbox();
    await putBatch(sandbox, email("a", SAME), email("b", SAME), email("c", SAME));
    expect(statuses(sandbox)).toEqual({ a: "INACTIVE", b: "INACTIVE", c: "ACTIVE" });
    await putBatch(sandbox, { Id: "a", Attributes: { N: ["1"] } });
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE", b: "INACTIVE", c: "INACTIVE" });
  });

  test("another channel does not compete", async () => {
    const sandbox = await startSandbox();
    await putBatch(sandbox, email("a", SAME), email("b", { ...SAME, ChannelType: "CUSTOM" }));
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE", b: "ACTIVE" });
  });

  test("who has moved on or is deleted is not set inactive", async () => {
    const sandbox = await startSandbox();
    await putBatch(sandbox, email("a", SAME), email("b", { Address: "other@example.com" }));
    await putBatch(sandbox, email("a", { Address: "new@example.com" }), email("c", SAME));
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE", b: "ACTIVE", c: "ACTIVE" });
    await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/c`);
    await putBatch(sandbox, email("d", SAME));
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE", b: "ACTIVE", d: "ACTIVE" });
    await call(sandbox, "DELETE", `/v1/apps/${APP}/endpoints/d`);
    await putBatch(sandbox, email("d", { Address: "elsewhere@example.com" }), email("e", SAME));
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE", b: "ACTIVE", d: "ACTIVE", e: "ACTIVE" });
  });

  test("an update sets an inactive endpoint active; INACTIVE can be sent", async () => {
    const sandbox = await startSandbox();
    await putBatch(sandbox, email("a", { EndpointStatus: "INACTIVE" }));
    expect(statuses(sandbox)).toEqual({ a: "INACTIVE" });
    await putBatch(sandbox, { Id: "a" });
    expect(statuses(sandbox)).toEqual({ a: "ACTIVE" });
  });
});

test("an address must fit the channel it meets", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a"));
  expect((await putBatch(sandbox, { Id: "a", Address: "+12065550100" })).status).toBe(400);
  expect((await putBatch(sandbox, { Id: "a", ChannelType: "SMS" })).status).toBe(400);
  expect((await putBatch(sandbox, { Id: "a", ChannelType: "SMS", Address: "+12065550100" })).status).toBe(
    202,
  );
});
