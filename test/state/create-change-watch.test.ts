import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Endpoint, Fingerprint } from "../../src/domain.js";
import { type ChangeWatch, createChangeWatch } from "../../src/state/create-change-watch.js";
import { type FingerprintStore, openFingerprintStore } from "../../src/state/fingerprint-store.js";
import { makeEndpoint } from "../helpers/delivery-endpoints.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const hash = (text: string) => text.padEnd(7, ".");

/** `shared` says what the endpoint makes of which user or address. */
function endpoint(id: string, content = "1", shared: Readonly<Record<string, string>> = {}): Endpoint {
  const fingerprint: Fingerprint = {
    id: hash(id),
    content: hash(content),
    shared: Object.entries(shared).map(([key, state]) => ({ key: hash(key), state: hash(state) })),
  };
  return { ...makeEndpoint(id), fingerprint };
}

async function setUp() {
  const stateDir = join(await temporaryDirectory(), "state");
  const target = { applicationId: "app", region: "us-east-1", endpointUrl: null };
  const store = await openFingerprintStore(stateDir, target, () => {});
  onTestFinished(() => store.close(undefined));
  /** Another run, beside the others or after them. */
  const startRun = (more: { sendsAll?: boolean; store?: FingerprintStore } = {}) =>
    createChangeWatch({ store, stateDir, sendsAll: false, ...more });
  return { store, startRun };
}

/** Sends it, and it is accepted. */
async function send(watch: ChangeWatch, ...endpoints: readonly Endpoint[]): Promise<void> {
  watch.sending(endpoints);
  watch.accepted(endpoints);
  watch.settled(endpoints);
  watch.flush();
}

/** As a run does: asks, and sends what is not unchanged. */
async function runThrough(watch: ChangeWatch, endpoints: readonly Endpoint[]): Promise<string[]> {
  const sent: string[] = [];
  for (const one of endpoints) {
    if (watch.isUnchanged(one)) continue;
    sent.push(one.id);
    await send(watch, one);
  }
  return sent;
}

it("an endpoint is unchanged once it was accepted, until it is another one", async () => {
  const { startRun } = await setUp();
  const watch = startRun();
  expect(watch.isUnchanged(endpoint("a"))).toBe(false);
  await send(watch, endpoint("a"));
  expect(watch.isUnchanged(endpoint("a"))).toBe(true);
  expect(startRun().isUnchanged(endpoint("a"))).toBe(true);
  expect(startRun().isUnchanged(endpoint("b"))).toBe(false);
  expect(watch.isUnchanged(endpoint("a", "2"))).toBe(false);
});

it("an endpoint without a fingerprint is never unchanged", async () => {
  const { startRun } = await setUp();
  const watch = startRun();
  await send(watch, makeEndpoint("a"));
  expect(watch.isUnchanged(makeEndpoint("a"))).toBe(false);
});

describe("an endpoint that was accepted before is sent again", () => {
  it("after a request whose end nobody knows, whatever it is now", async () => {
    const { startRun } = await setUp();
    await send(startRun(), endpoint("a"));
    await startRun().sending([endpoint("a", "2")]);
    expect(startRun().isUnchanged(endpoint("a"))).toBe(false);
    expect(startRun().isUnchanged(endpoint("a", "2"))).toBe(false);
  });

  it("while another version of it is under way, and when that was refused", async () => {
    const { startRun } = await setUp();
    await send(startRun(), endpoint("a"));
    const watch = startRun();
    expect(watch.isUnchanged(endpoint("a", "2"))).toBe(false);
    expect(watch.isUnchanged(endpoint("a"))).toBe(false);
    watch.sending([endpoint("a", "2")]);
    watch.settled([endpoint("a", "2")]);
    expect(watch.isUnchanged(endpoint("a"))).toBe(false);
    watch.settled([endpoint("a")]);
    watch.settled([endpoint("a")]);
    expect(startRun().isUnchanged(endpoint("a"))).toBe(false);
  });

  it("when all are to be sent", async () => {
    const { startRun } = await setUp();
    const watch = startRun({ sendsAll: true });
    expect(watch.isUnchanged(endpoint("a"))).toBe(false);
    await send(watch, endpoint("a"));
    expect(watch.isUnchanged(endpoint("a"))).toBe(false);
    expect(startRun().isUnchanged(endpoint("a"))).toBe(true);
  });

  it.each(["first", "last"] as const)(
    "when another run sent it at the same time, and ended %s",
    async (end) => {
      const { startRun } = await setUp();
      const [one, other] = [startRun(), startRun()];
      one.sending([endpoint("a", "1", { u: "x" })]);
      other.sending([endpoint("a", "2", { u: "y" })]);
      for (const [watch, content, state] of end === "first"
        ? ([
            [other, "2", "y"],
            [one, "1", "x"],
          ] as const)
        : ([
            [one, "1", "x"],
            [other, "2", "y"],
          ] as const)) {
        watch.accepted([endpoint("a", content, { u: state })]);
        watch.flush();
      }
      for (const content of ["1", "2"]) expect(startRun().isUnchanged(endpoint("a", content))).toBe(false);
      const later = startRun();
      await send(later, endpoint("b", "1", {}));
      expect(later.isUnchanged(endpoint("b", "1", { u: "x" }))).toBe(false);
    },
  );
});

describe("of endpoints that share something", () => {
  it("those that agree are sent once", async () => {
    const { startRun } = await setUp();
    const rows = [endpoint("a", "1", { user: "gold" }), endpoint("b", "1", { user: "gold" })];
    expect(await runThrough(startRun(), rows)).toEqual(["a", "b"]);
    expect(await runThrough(startRun(), rows)).toEqual([]);
    const changed = [endpoint("a", "2", { user: "gold" }), endpoint("b", "1", { user: "gold" })];
    expect(await runThrough(startRun(), changed)).toEqual(["a"]);
  });

  it("one is not sent because another one is under way that agrees", async () => {
    const { startRun } = await setUp();
    const email = endpoint("email", "1", { user: "gold" });
    const sms = endpoint("sms", "1", { user: "gold" });
    await send(startRun(), email, sms);
    const watch = startRun();
    const changed = endpoint("email", "2", { user: "gold" });
    expect(watch.isUnchanged(changed)).toBe(false);
    expect(watch.isUnchanged(sms)).toBe(true);
    expect(watch.isUnchanged(endpoint("other", "1", { user: "free" }))).toBe(false);
    expect(watch.isUnchanged(sms)).toBe(false);
    for (const one of [sms, endpoint("other", "1", { user: "free" }), changed]) watch.settled([one]);
    expect(watch.isUnchanged(sms)).toBe(true);
  });

  it("those that do not agree are sent each time, in their order", async () => {
    const { startRun } = await setUp();
    const rows = [endpoint("a", "1", { address: "a" }), endpoint("b", "1", { address: "b" })];
    for (let night = 0; night < 3; night += 1) expect(await runThrough(startRun(), rows)).toEqual(["a", "b"]);
    // The other one is gone: this one has to take its place.
    expect(await runThrough(startRun(), rows.slice(0, 1))).toEqual(["a"]);
    expect(await runThrough(startRun(), rows.slice(0, 1))).toEqual([]);
  });

  it("one is sent while another one is under way that does not agree", async () => {
    const { startRun } = await setUp();
    const b = endpoint("b", "1", { address: "b" });
    await send(startRun(), b);
    const watch = startRun();
    expect(watch.isUnchanged(b)).toBe(true);
    expect(watch.isUnchanged(endpoint("a", "1", { address: "a" }))).toBe(false);
    expect(watch.isUnchanged(b)).toBe(false);
  });

  it("the last one of a batch counts", async () => {
    const { startRun } = await setUp();
    const [a, b] = [endpoint("a", "1", { address: "a" }), endpoint("b", "1", { address: "b" })] as const;
    await send(startRun(), a, b);
    const watch = startRun();
    expect(watch.isUnchanged(b)).toBe(true);
    expect(watch.isUnchanged(a)).toBe(false);
  });
});

it("a store that cannot be written stops the run, and goes on to", async () => {
  const { store, startRun } = await setUp();
  let isFull = false;
  const write = (work: () => void): void => {
    if (isFull) throw new Error("Input/output error");
    store.write(work);
  };
  const watch = startRun({ store: { ...store, write } });
  watch.sending([endpoint("a")]);
  isFull = true;
  watch.accepted([endpoint("a")]);
  const stops = expect.objectContaining({ code: "state_unusable" });
  expect(() => watch.flush()).toThrow(stops);
  isFull = false;
  // What could not be written is not known: nothing more may be sent that counts on it.
  expect(() => watch.flush()).toThrow(stops);
  expect(startRun().isUnchanged(endpoint("a"))).toBe(false);
});

it("writes before a request only what was known and may not hold any more", async () => {
  const { store, startRun } = await setUp();
  let writes = 0;
  const write = (work: () => void): void => {
    writes += 1;
    store.write(work);
  };
  const watch = startRun({ store: { ...store, write } });
  const writesOf = (work: () => void): number => {
    const before = writes;
    work();
    return writes - before;
  };
  expect(writesOf(() => watch.sending([endpoint("a", "1", { user: "x" })]))).toBe(0);
  watch.accepted([endpoint("a", "1", { user: "x" })]);
  watch.flush();
  expect(writesOf(() => watch.sending([endpoint("a", "1", { user: "x" })]))).toBe(0);
  expect(writesOf(() => watch.sending([endpoint("a", "2", { user: "x" })]))).toBe(1);
  expect(writesOf(() => watch.sending([endpoint("b", "1", { user: "y" })]))).toBe(1);
});

it("what was accepted is written before the next request that has to do with it", async () => {
  const { startRun } = await setUp();
  const watch = startRun();
  watch.sending([endpoint("a", "1", { user: "x" })]);
  watch.accepted([endpoint("a", "1", { user: "x" })]);
  // It was not written yet, and is now another one; then the run is killed.
  watch.sending([endpoint("a", "2", { user: "x" })]);
  for (const content of ["1", "2"])
    expect(startRun().isUnchanged(endpoint("a", content, { user: "x" }))).toBe(false);
});

describe("a shared state that was never reached", () => {
  it("does not count, when its endpoint was refused or the run was killed", async () => {
    const { startRun } = await setUp();
    const gold = endpoint("c", "1", { user: "gold" });
    await send(startRun(), gold);
    await send(startRun(), endpoint("d", "1", { user: "free" }));
    const refused = startRun();
    refused.isUnchanged(endpoint("e", "1", { user: "gold" }));
    refused.sending([endpoint("e", "1", { user: "gold" })]);
    refused.settled([endpoint("e", "1", { user: "gold" })]);
    expect(refused.isUnchanged(gold)).toBe(false);
    expect(startRun().isUnchanged(gold)).toBe(false);
  });

  it("does not count, when of a batch only the first half was accepted", async () => {
    const { startRun } = await setUp();
    const [a, b, c] = ["a", "b", "c"].map((id) => endpoint(id, "1", { user: id === "a" ? "v1" : "v2" })) as [
      Endpoint,
      Endpoint,
      Endpoint,
    ];
    await send(startRun(), c);
    const killed = startRun();
    killed.sending([a, b]);
    killed.sending([a]);
    killed.accepted([a]);
    killed.flush();
    expect(startRun().isUnchanged(c)).toBe(false);
  });

  it("does not count, when the endpoint that had it was sent before and is under way again", async () => {
    const { startRun } = await setUp();
    const [a, b] = [endpoint("a", "1", { address: "a" }), endpoint("b", "1", { address: "b" })] as const;
    const watch = startRun();
    watch.sending([a]);
    await send(watch, b);
    watch.sending([a]);
    expect(startRun().isUnchanged(b)).toBe(false);
  });
});
