import { request } from "node:http";
import { expect, test } from "vitest";
import type { Sandbox } from "../../src/sandbox/create-sandbox.js";
import { APP, call, createClock, email, putBatch, startSandbox } from "./start-sandbox.js";

/** What `/_sandbox/NAME` answers. */
async function ask(sandbox: Sandbox, name: string, query: Record<string, string> = {}) {
  return (await call(sandbox, "GET", `/_sandbox/${name}?${new URLSearchParams(query)}`)).body;
}

async function idsOf(sandbox: Sandbox, query: Record<string, string>): Promise<string[]> {
  const page = await ask(sandbox, "endpoints", { application: APP, ...query });
  return page.endpoints.map(({ Id }: { Id: string }) => Id);
}

/** fetch does not let a header such as Host be set. */
function askWith(sandbox: Sandbox, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ port: sandbox.port, host: "127.0.0.1", path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("applications are listed in order of creation with what they hold", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ now: clock.now });
  expect(await ask(sandbox, "applications")).toEqual({ applications: [] });
  await call(sandbox, "PUT", "/v1/apps/7/endpoints", { Item: [email("a"), email("b")] });
  clock.advance(1000);
  const { body } = await call(sandbox, "POST", "/v1/apps", { Name: "Summer" });
  expect(await ask(sandbox, "applications")).toEqual({
    applications: [
      { id: "7", name: "7", creationDate: "2026-01-02T03:04:05.000Z", endpoints: 2 },
      { id: body.Id, name: "Summer", creationDate: "2026-01-02T03:04:06.000Z", endpoints: 0 },
    ],
  });
});

const ADA = email("ada-1", {
  Attributes: { Interests: ["Music", "a+b=c"], Empty: [] },
  Metrics: { Spent: 12.5 },
  Location: { City: "Rome" },
  Demographic: { Locale: "it_IT" },
  User: { UserId: "member-ada", UserAttributes: { Plan: ["Gold"] } },
});
const BOB = email("bob-2", { Address: "Robert@Example.net", Attributes: { Plan: ["silver"] } });
const CYD = email("cyd-3", { User: { UserId: "member-ada" } });

test.each([
  ["everywhere, in any case", { q: "ADA" }, ["ada-1", "cyd-3"]],
  ["an id", { q: "b-2", in: "id" }, ["bob-2"]],
  ["an address", { q: "robert@example", in: "address" }, ["bob-2"]],
  ["no id by its address", { q: "example", in: "id" }, []],
  ["a user", { q: "MEMBER", in: "user" }, ["ada-1", "cyd-3"]],
  ["no user by an attribute", { q: "gold", in: "user" }, []],
  ["an attribute by its value", { q: "music", in: "attribute" }, ["ada-1"]],
  ["an attribute by its name", { q: "interest", in: "attribute" }, ["ada-1"]],
  ["an attribute by both", { q: "plan=silver" }, ["bob-2"]],
  ["an attribute of the user, at all its endpoints", { q: "Plan=gold", in: "attribute" }, ["ada-1", "cyd-3"]],
  ["an empty attribute", { q: "empty" }, ["ada-1"]],
  ["a metric", { q: "spent=12.5" }, ["ada-1"]],
  ["a place", { q: "city=rome" }, ["ada-1"]],
  ["a language", { q: "it_it" }, ["ada-1"]],
  ["no attribute by an id", { q: "ada-1", in: "attribute" }, []],
  ["what means something in regular expressions", { q: "A+B=C" }, ["ada-1"]],
  ["nothing by a dot", { q: "ada.1" }, []],
  ["a backslash", { q: "\\w" }, []],
])("a search finds %s", async (_, query, expected) => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, ADA, BOB, CYD);
  expect(await idsOf(sandbox, query)).toEqual(expected);
});

test("endpoints come in pages, in order of creation and in full", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, ...["a", "b", "c", "d", "e"].map((id) => email(id)));
  await putBatch(sandbox, email("a", { Attributes: { Plan: ["gold"] } }));
  const first = await ask(sandbox, "endpoints", { application: APP, limit: "2" });
  expect(first).toEqual({
    application: APP,
    total: 5,
    endpoints: sandbox.endpoints(APP).slice(0, 2),
    next: 2,
    capped: false,
  });
  expect(first.endpoints[0]).toMatchObject({ Id: "a", Attributes: { Plan: ["gold"] } });
  expect(await idsOf(sandbox, { limit: "2", after: "2" })).toEqual(["c", "d"]);
  expect(await ask(sandbox, "endpoints", { application: APP, limit: "2", after: "4" })).toMatchObject({
    endpoints: [{ Id: "e" }],
    next: null,
  });
  expect(await ask(sandbox, "endpoints", { application: APP, after: "9" })).toMatchObject({
    endpoints: [],
    next: null,
  });
});

test("a search goes on where it stopped", async () => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a1"), email("b"), email("a2"), email("c"), email("a3"));
  const query = { application: APP, q: "a", in: "id", limit: "1" };
  const found: string[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: { endpoints: { Id: string }[]; next: number | null } = await ask(sandbox, "endpoints", {
      ...query,
      after: String(after),
    });
    found.push(...page.endpoints.map(({ Id }) => Id));
    after = page.next;
  }
  expect(found).toEqual(["a1", "a2", "a3"]);
});

test("an answer never holds more than a hundred endpoints or requests", async () => {
  const sandbox = await startSandbox();
  for (const batch of ["a", "b"]) {
    await putBatch(sandbox, ...Array.from({ length: 100 }, (_, index) => email(`${batch}${index}`)));
  }
  expect(await idsOf(sandbox, { limit: "100" })).toHaveLength(100);
  expect(await idsOf(sandbox, {})).toHaveLength(50);
  for (const name of ["endpoints", "requests"]) {
    const reply = await call(sandbox, "GET", `/_sandbox/${name}?application=${APP}&limit=101`);
    expect(reply.status).toBe(400);
  }
});

test("one endpoint is given in full, whatever the read delay", async () => {
  const sandbox = await startSandbox({ behaviors: { readDelayMs: 60_000 } });
  await putBatch(sandbox, email("a/ö", { Attributes: { Plan: ["gold"] } }));
  expect(await ask(sandbox, "endpoint", { application: APP, id: "A/Ö" })).toEqual(sandbox.endpoints(APP)[0]);
});

test.each([
  ["endpoints", "", 400, /^application: missing/],
  ["endpoints", "application=other", 404, /"other"/],
  ["endpoints", `application=${APP}&in=name`, 400, /^in: expected one of id, address, user, attribute/],
  ["endpoints", `application=${APP}&limit=0`, 400, /^limit: /],
  ["endpoints", `application=${APP}&limit=x`, 400, /^limit: /],
  ["endpoints", `application=${APP}&after=-1`, 400, /^after: /],
  ["endpoints", `application=${APP}&query=a`, 400, /^query: unknown parameter; known: application, q, in/],
  ["endpoints", `application=${APP}&q=a&q=b`, 400, /^q: given more than once/],
  ["endpoint", `application=${APP}`, 400, /^id: missing/],
  ["endpoint", `application=${APP}&id=z`, 404, /"z"/],
  ["applications", "q=a", 400, /^q: unknown parameter; known: none/],
  ["requests", "after=1.5", 400, /^after: /],
])("%s?%s is answered %i with the reason", async (name, query, status, message) => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a"));
  const reply = await call(sandbox, "GET", `/_sandbox/${name}?${query}`);
  expect(reply.status).toBe(status);
  expect(reply.body.message).toMatch(message);
});

test("the latest requests tell what they did or why they were refused", async () => {
  const clock = createClock();
  const sandbox = await startSandbox({ now: clock.now });
  expect(await ask(sandbox, "requests")).toEqual({
    startedAt: "2026-01-02T03:04:05.000Z",
    last: 0,
    requests: [],
  });
  clock.advance(1500);
  await putBatch(sandbox, email("a"), email("b"));
  await putBatch(sandbox, email("a"), { Id: "c", ChannelType: "FAX" });
  sandbox.failNext({ drop: true });
  await putBatch(sandbox, email("a")).catch(() => {});
  await call(sandbox, "PUT", `/v1/apps/${APP}/endpoints/d`, email("d"));
  await call(sandbox, "GET", `/v1/apps/${APP}/endpoints/a?x=1`);
  const { last, requests } = await ask(sandbox, "requests");
  expect(last).toBe(5);
  const batch = { method: "PUT", path: `/v1/apps/${APP}/endpoints`, operation: "UpdateEndpointsBatch" };
  const one = { time: "2026-01-02T03:04:06.500Z", ms: expect.any(Number) };
  expect(requests).toEqual([
    { number: 1, ...one, ...batch, status: 202, items: 2, message: null },
    {
      number: 2,
      ...one,
      ...batch,
      status: 400,
      items: null,
      message: expect.stringMatching(/^ChannelType: expected one of/),
    },
    { number: 3, ...one, ...batch, status: "dropped", items: null, message: null },
    {
      ...{ number: 4, ...one, method: "PUT", path: `/v1/apps/${APP}/endpoints/d` },
      ...{ operation: "UpdateEndpoint", status: 202, items: 1, message: null },
    },
    {
      ...{ number: 5, ...one, method: "GET", path: `/v1/apps/${APP}/endpoints/a` },
      ...{ operation: "GetEndpoint", status: 200, items: null, message: null },
    },
  ]);
  const numbersOf = async (query: Record<string, string>) =>
    (await ask(sandbox, "requests", query)).requests.map(({ number }: { number: number }) => number);
  expect(await numbersOf({ after: "3" })).toEqual([4, 5]);
  expect(await numbersOf({ limit: "2" })).toEqual([4, 5]);
  expect(await numbersOf({ after: "9" })).toEqual([]);
});

test("items that were dropped from a batch are not counted", async () => {
  const sandbox = await startSandbox({ behaviors: { badItem: "dropped" } });
  await putBatch(sandbox, email("a"), { Id: "c", ChannelType: "FAX" }, email("b"));
  expect((await ask(sandbox, "requests")).requests).toMatchObject([{ status: 202, items: 2 }]);
});

test("the sandbox tells about itself at once and uncounted, however bad the day", async () => {
  const sandbox = await startSandbox({
    failRate: 1,
    latencyMs: 60_000,
    quota: "default",
    behaviors: { retired: "410", missingAuthorization: "refused" },
  });
  for (const name of ["stats", "applications", "requests"]) {
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await call(sandbox, "GET", `/_sandbox/${name}`)).status).toBe(200);
    }
  }
  expect(sandbox.stats().requests.total).toBe(0);
});

test("what is no question is a request of the service, and one that it does not know", async () => {
  const sandbox = await startSandbox();
  expect((await call(sandbox, "POST", "/_sandbox/endpoints", {})).status).toBe(404);
  expect((await call(sandbox, "GET", "/_sandbox/toString")).status).toBe(404);
  expect((await call(sandbox, "GET", "/_sandbox/")).status).toBe(404);
  expect(sandbox.stats().requests.byOperation).toEqual({ Unknown: { "404": 3 } });
});

const QUESTIONS = [
  "/_sandbox/applications",
  `/_sandbox/endpoints?application=${APP}`,
  `/_sandbox/endpoint?application=${APP}&id=a`,
  "/_sandbox/requests",
];

test.each(QUESTIONS)("pages of other places get nothing from %s", async (path) => {
  const sandbox = await startSandbox();
  await putBatch(sandbox, email("a"));
  const headers = (await call(sandbox, "GET", path)).headers;
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");

  // A name that was given the address of this machine (DNS rebinding).
  const rebound = await askWith(sandbox, path, { Host: `attacker.example:${sandbox.port}` });
  expect(rebound.status).toBe(403);
  expect(JSON.parse(rebound.text)).toEqual({
    message: expect.stringContaining(`"attacker.example:${sandbox.port}"`),
  });
  for (const site of ["cross-site", "same-site"]) {
    expect(await askWith(sandbox, path, { "Sec-Fetch-Site": site })).toMatchObject({ status: 403 });
  }
  for (const site of ["same-origin", "none"]) {
    expect(await askWith(sandbox, path, { "Sec-Fetch-Site": site })).toMatchObject({ status: 200 });
  }
});

test("a browser gets the page, anybody else a line", async () => {
  const sandbox = await startSandbox();
  const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const page = await fetch(sandbox.url, { headers: { Accept: accept } });
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(page.headers.get("vary")).toBe("Accept");
  const html = await page.text();
  expect(html).toContain("<title>Pinpoint sandbox</title>");
  expect(html).toMatch(
    /http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self';/,
  );
  const line = await fetch(sandbox.url, { headers: { Accept: "*/*" } });
  expect(line.headers.get("content-type")).toBe("text/plain");
  expect(sandbox.stats().requests.total).toBe(0);
});
