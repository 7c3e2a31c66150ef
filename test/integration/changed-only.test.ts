import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import {
  createSandbox,
  type ImportOptions,
  type ImportReport,
  type MappingDefinition,
  runImport,
  type Sandbox,
} from "../../src/index.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { reportOf, runCli, startCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const credentials = { accessKeyId: "any", secretAccessKey: "any" };

/** Two endpoints of a person, each of which brings attributes of the user. */
const PEOPLE: MappingDefinition = {
  endpoints: [
    {
      name: "email",
      when: { column: "email", present: true },
      fields: {
        Id: { template: "{id}-e" },
        ChannelType: { value: "EMAIL" },
        Address: "email",
        "Attributes.City": "city",
        "User.UserId": "user",
        "User.UserAttributes.Plan": "plan",
      },
    },
    {
      name: "sms",
      when: { column: "phone", present: true },
      fields: {
        Id: { template: "{id}-s" },
        ChannelType: { value: "SMS" },
        Address: "phone",
        "User.UserId": "user",
        "User.UserAttributes.Plan": "plan",
        "User.UserAttributes.Phone": "phone",
      },
    },
  ],
};

interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly city: string;
  readonly user: string;
  readonly plan: string;
}

const toCsv = (people: readonly Person[]) =>
  `id,email,phone,city,plan,user\n${people.map((person) => Object.values(person).join(",")).join("\n")}\n`;

/** What is stored, but for when it was. */
const stored = (sandbox: Sandbox) =>
  sandbox
    .endpoints("demo")
    // An Id stays spelt as it first came.
    .map(({ CreationDate, EffectiveDate, RequestId, CohortId, Id, ...endpoint }) => ({
      ...endpoint,
      Id: Id.toLowerCase(),
    }))
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));

/** Whose endpoint is taken over by whom depends on more than the last run, so that everybody keeps to one user. */
const USERS: Readonly<Record<string, string>> = { a: "u1", b: "u1", B: "u1", c: "u2", d: "u3" };

/** Few of everything, so that they meet: Ids in two spellings, shared addresses, a user with several people. */
const person: fc.Arbitrary<Person> = fc
  .record({
    id: fc.constantFrom("a", "b", "B", "c", "d"),
    email: fc.constantFrom("", "x@example.com", "y@example.com", "z@example.com", "no address"),
    phone: fc.constantFrom("", "+12065550100", "+12065550101"),
    city: fc.constantFrom("Rome", "Oslo", "refused"),
    plan: fc.constantFrom("", "gold", "free"),
  })
  .map((rest) => ({ ...rest, user: USERS[rest.id] ?? "" }));

/** Another name for an attribute: all that has it changes. */
const RENAMED: MappingDefinition = JSON.parse(
  JSON.stringify(PEOPLE).replace("Attributes.City", "Attributes.Town"),
);

/** A night's export is mostly that of the night before. */
const nights = fc.array(
  fc.record({
    changes: fc.array(fc.tuple(fc.nat(), person), { maxLength: 3 }),
    mapping: fc.constantFrom(PEOPLE, PEOPLE, RENAMED),
    interruption: fc.option(fc.record({ lost: fc.nat(3), endsAfter: fc.integer({ min: 1, max: 12 }) })),
  }),
  { minLength: 2, maxLength: 5 },
);

test("night after night, what is stored is what sending everything would have made of it", async () => {
  const directory = await temporaryDirectory();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 1, maxLength: 12 }),
      nights,
      async (people, changesByNight) => {
        run += 1;
        const changed = await createSandbox();
        const full = await createSandbox();
        try {
          const input = join(directory, `${run}.csv`);
          const options = {
            inputs: [input],
            applicationId: "demo",
            region: "us-east-1",
            credentials,
            stateDir: join(directory, `state-${run}`),
            batchSize: 3,
            concurrency: 3,
            rate: 10_000,
          };
          let sent = 0;
          const send = async (sandbox: Sandbox, more: Partial<ImportOptions>): Promise<ImportReport> => {
            // So many runs of one input in one second may well have the same id, and with it the same rejects file.
            sent += 1;
            const rejects = join(directory, `${run}.rejects-${sent}.csv`);
            const report = await runImport({ ...options, rejects, ...more, endpointUrl: sandbox.url });
            expectBalance(report);
            return report;
          };
          for (const sandbox of [changed, full])
            sandbox.refuse(({ Attributes }) =>
              JSON.stringify(Attributes ?? {}).includes("refused") ? "not there" : undefined,
            );
          const export_ = [...people];
          for (const { changes, mapping, interruption } of changesByNight) {
            for (const [at, to] of changes) export_[at % export_.length] = to;
            await writeFile(input, toCsv(export_));
            if (interruption !== null) {
              // Requests that are applied, and whose answers never come; then the run ends, wherever it is.
              const { lost, endsAfter } = interruption;
              if (lost > 0) changed.failNext({ drop: true, afterApplying: true, times: lost });
              const ending = new AbortController();
              let left = endsAfter;
              const onProgress = () => {
                left -= 1;
                if (left <= 0) ending.abort();
              };
              await send(changed, {
                mapping,
                changedOnly: true,
                maxAttempts: 1,
                signal: ending.signal,
                onProgress,
              });
              changed.clearFailures();
            }
            await send(changed, { mapping, changedOnly: true });
            await send(full, { mapping });
            expect(stored(changed)).toEqual(stored(full));
          }
        } finally {
          await changed.close();
          await full.close();
        }
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

/** The plainest mapping, and a nightly export with one row in each line. */
const PLAIN = {
  endpoints: [
    { fields: { Id: "id", ChannelType: { value: "EMAIL" }, Address: "email", "Attributes.City": "city" } },
  ],
};
const rowOf = (n: number, city = "Rome") => `c${n},p${n}@example.com,${city}\n`;
const contacts = (count: number, changed: Readonly<Record<number, string>> = {}) =>
  `id,email,city\n${Array.from({ length: count }, (_, index) => rowOf(index, changed[index])).join("")}`;

async function setUp() {
  const directory = await temporaryDirectory();
  const sandbox = await createSandbox();
  onTestFinished(() => sandbox.close());
  const input = join(directory, "contacts.csv");
  const stateDir = join(directory, "state");
  let last = "";
  /** A night: this export, sent with these options. */
  const run = async (csv: string, more: Partial<ImportOptions> = {}): Promise<ImportReport> => {
    if (csv !== last) await writeFile(input, csv);
    last = csv;
    const report = await runImport({
      inputs: [input],
      mapping: PLAIN,
      applicationId: "demo",
      region: "us-east-1",
      endpointUrl: sandbox.url,
      credentials,
      stateDir,
      rate: 10_000,
      batchSize: 10,
      changedOnly: true,
      ...more,
    });
    expectBalance(report);
    return report;
  };
  return { directory, input, stateDir, sandbox, run };
}

const counts = ({ rows, endpoints, requests }: ImportReport) => ({
  accepted: rows.accepted,
  unchanged: rows.unchanged,
  sent: endpoints.accepted,
  left: endpoints.unchanged,
  requests: requests.sent,
});

test("what did not change is counted and not sent", async () => {
  const { sandbox, run } = await setUp();
  expect(counts(await run(contacts(100)))).toEqual({
    accepted: 100,
    unchanged: 0,
    sent: 100,
    left: 0,
    requests: 10,
  });
  const same = await run(contacts(100));
  expect(counts(same)).toEqual({ accepted: 0, unchanged: 100, sent: 0, left: 100, requests: 0 });
  expect(same).toMatchObject({ status: "complete", exitCode: 0 });
  const changed = await run(contacts(102, { 7: "Oslo", 93: "Bern" }));
  expect(counts(changed)).toEqual({ accepted: 4, unchanged: 98, sent: 4, left: 98, requests: 1 });
  expect(sandbox.endpoints("demo")).toHaveLength(102);
  expect(sandbox.endpoints("demo").filter(({ Attributes }) => Attributes?.City?.[0] !== "Rome")).toHaveLength(
    2,
  );
});

test("targets are told apart by application, region and endpoint URL", async () => {
  const { run } = await setUp();
  const elsewhere = await createSandbox();
  onTestFinished(() => elsewhere.close());
  await run(contacts(3));
  for (const other of [{ applicationId: "other" }, { region: "eu-west-1" }, { endpointUrl: elsewhere.url }]) {
    expect((await run(contacts(3), other)).rows).toMatchObject({ accepted: 3, unchanged: 0 });
    expect((await run(contacts(3), other)).rows).toMatchObject({ accepted: 0, unchanged: 3 });
  }
  expect((await run(contacts(3))).rows.unchanged).toBe(3);
});

test("a mapping change sends exactly what it changes", async () => {
  const { run } = await setUp();
  await run(contacts(20, { 3: "Oslo" }));
  const fields = PLAIN.endpoints[0]?.fields;
  const withFields = (more: object) =>
    ({ endpoints: [{ fields: { ...more, ...fields, ...more } }] }) as unknown as MappingDefinition;
  // In another order, and with what the mapping makes up, it says the same.
  const stamped = withFields({
    "Attributes.City": "city",
    RequestId: { value: "tonight" },
    EffectiveDate: { value: "2026-11-25T00:00:00Z" },
  });
  expect((await run(contacts(20, { 3: "Oslo" }), { mapping: stamped })).rows.unchanged).toBe(20);
  const translated = withFields({
    "Attributes.City": { column: "city", values: { Oslo: "Kristiania" }, default: "Rome" },
  });
  expect((await run(contacts(20, { 3: "Oslo" }), { mapping: translated })).rows).toMatchObject({
    accepted: 1,
    unchanged: 19,
  });
  // A time that comes from the row is of the row.
  const dated = withFields({ RequestId: "city" });
  expect((await run(contacts(20, { 3: "Oslo" }), { mapping: dated })).rows.accepted).toBe(20);
});

test("what was refused, or given up, is sent again", async () => {
  const { sandbox, run } = await setUp();
  sandbox.refuse(({ Id }) => (Id === "c5" ? "not now" : undefined));
  const first = await run(contacts(30));
  expect(first.rows).toMatchObject({ accepted: 29, rejected: 1 });
  sandbox.refuse(null);
  expect((await run(contacts(30))).rows).toMatchObject({ accepted: 1, unchanged: 29 });

  // The tries run out for one batch; another one is accepted after it.
  sandbox.failNext({ status: 500, times: 1 });
  const changes = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [index, "Bern"]));
  const failed = await run(contacts(30, changes), { maxAttempts: 1, concurrency: 1 });
  expect(failed.rejectsByCode).toEqual({ service_failed: 10 });
  // The old rows again: what was given up may or may not have been stored.
  expect((await run(contacts(30))).rows).toMatchObject({ accepted: 30, unchanged: 0 });
});

test("a row of which one endpoint changed is accepted; one that is rejected keeps nothing else from counting", async () => {
  const { run } = await setUp();
  const person: Person = {
    id: "a",
    email: "a@example.com",
    phone: "+12065550100",
    city: "Rome",
    plan: "gold",
    user: "u",
  };
  const two = { mapping: PEOPLE };
  await run(toCsv([person]), two);
  expect(counts(await run(toCsv([{ ...person, city: "Oslo" }]), two))).toMatchObject({
    accepted: 1,
    sent: 1,
    left: 1,
  });
  const report = await run(toCsv([{ ...person, city: "Oslo", email: "nowhere" }]), two);
  expect(report.rows).toMatchObject({ rejected: 1, unchanged: 0, accepted: 0 });
});

test("--full sends everything and renews what is known; runs without an option keep it up", async () => {
  const { run } = await setUp();
  await run(contacts(10), { changedOnly: false });
  expect((await run(contacts(10))).rows.accepted).toBe(10);
  expect((await run(contacts(10), { full: true })).rows).toMatchObject({ accepted: 10, unchanged: 0 });
  expect((await run(contacts(10), { full: true, changedOnly: false })).rows.accepted).toBe(10);
  await run(contacts(10, { 4: "Oslo" }), { changedOnly: false });
  expect((await run(contacts(10))).rows).toMatchObject({ accepted: 1, unchanged: 9 });
});

test("an interrupted run goes on, and all that was accepted is known", async () => {
  const { sandbox, run } = await setUp();
  await run(contacts(50));
  const ending = new AbortController();
  sandbox.refuse(() => {
    if (sandbox.endpoints("demo").length >= 60) ending.abort();
    return undefined;
  });
  const stopped = await run(contacts(200), { signal: ending.signal, concurrency: 2 });
  expect(stopped).toMatchObject({ status: "stopped", rows: { unchanged: 50 } });
  sandbox.refuse(null);
  const resumed = await run(contacts(200), { resume: true });
  expect(resumed).toMatchObject({ status: "complete", rows: { accepted: 150, unchanged: 50, read: 200 } });
  expect((await run(contacts(200))).rows.unchanged).toBe(200);
});

test("losing what is known, or not being able to trust it, costs one full send", async () => {
  const { stateDir, run } = await setUp();
  await run(contacts(30));
  const [name = ""] = (await readdir(stateDir)).filter((found) => found.startsWith("fingerprints-"));
  await writeFile(join(stateDir, name, "data.mdb"), "this is not a store");
  const damaged = await run(contacts(30));
  expect(damaged).toMatchObject({ status: "complete", rows: { accepted: 30 } });
  expect(damaged.warnings).toEqual([expect.stringContaining("put aside")]);
  expect((await run(contacts(30))).rows.unchanged).toBe(30);
  await rm(stateDir, { recursive: true });
  expect((await run(contacts(30))).rows.accepted).toBe(30);
});

test("nothing of the contacts can be read in the state directory", async () => {
  const { stateDir, run } = await setUp();
  await run(contacts(30, { 3: "Reykjavik" }));
  for (const entry of await readdir(stateDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), "latin1");
    for (const clear of ["c17", "p17", "example.com", "Reykjavik"]) expect(text).not.toContain(clear);
  }
});

test("a check with --changed-only plans for what would be sent, and remembers nothing", async () => {
  const { stateDir, run } = await setUp();
  const check = { dryRun: true };
  expect((await run(contacts(30), check)).plan?.requests).toBe(3);
  expect(await readdir(stateDir).catch(() => [])).toEqual([]);
  await run(contacts(30));
  const planned = await run(contacts(45, { 3: "Oslo" }), check);
  expect(planned).toMatchObject({ rows: { accepted: 16, unchanged: 29 }, plan: { requests: 2 } });
  expect((await run(contacts(45, { 3: "Oslo" }), check)).rows.accepted).toBe(16);
  expect((await run(contacts(45, { 3: "Oslo" }))).rows.accepted).toBe(16);
});

test("it says what it needs", async () => {
  const { run } = await setUp();
  for (const option of ["changedOnly", "full"] as const)
    await expect(
      run(contacts(1), { changedOnly: false, [option]: true, stateDir: undefined as never }),
    ).rejects.toThrow("state directory");
  await expect(run(contacts(1), { dryRun: true, applicationId: undefined as never })).rejects.toThrow(
    "--application-id",
  );
});

test("kill -9 at any moment, then run again: the service ends equal to the file, and the next night sends nothing", async () => {
  const directory = await temporaryDirectory();
  const sandbox = await createSandbox({ latencyMs: 5 });
  onTestFinished(() => sandbox.close());
  await writeFile(join(directory, "mapping.json"), JSON.stringify(PLAIN));
  const args = ["run", "in.csv", "--changed-only", "--mapping", "mapping.json", "--state-dir", "state"];
  args.push("--endpoint-url", sandbox.url, "-a", "demo", "--batch-size", "20", "--rate", "300");
  // Batches that are under way together may arrive in any order.
  const cities = () =>
    Object.fromEntries(sandbox.endpoints("demo").map(({ Id, Attributes }) => [Id, Attributes?.City?.[0]]));
  for (let night = 0; night < 4; night += 1) {
    const changed = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [index * 5, `City${(night + index) % 3}`]),
    );
    await writeFile(join(directory, "in.csv"), contacts(2_000, changed));
    const killed = startCli(args, { cwd: directory });
    killed.stdin?.end();
    const ended = once(killed, "exit");
    // None of these moments is chosen by what the program does.
    setTimeout(() => killed.kill("SIGKILL"), 350 + night * 130);
    await ended;
    const again = await runCli([...args, "--summary", "json"], { cwd: directory });
    expect(reportOf(again)).toMatchObject({ status: "complete", exitCode: 0 });
    const expected = Array.from({ length: 2_000 }, (_, index) => [`c${index}`, changed[index] ?? "Rome"]);
    expect(cities()).toEqual(Object.fromEntries(expected));
    expect(reportOf(await runCli([...args, "--summary", "json"], { cwd: directory })).requests.sent).toBe(0);
  }
});

test("rows that nobody has validated yet are rejected as ever", async () => {
  const { run, directory } = await setUp();
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const rows = ['{"Id":{"toString":1}}', `{"Id":"deep","Unknown":${deep}}`, '{"Id":"good"}'];
  await writeFile(join(directory, "rows.jsonl"), `${rows.join("\n")}\n`);
  for (const accepted of [1, 0]) {
    const options = {
      inputs: [join(directory, "rows.jsonl")],
      mapping: "pinpoint",
      rejects: join(directory, `r${accepted}.jsonl`),
    };
    const { rows: counts } = await run("", options);
    expect(counts).toMatchObject({ read: 3, accepted, unchanged: 1 - accepted, rejected: 2 });
  }
});
