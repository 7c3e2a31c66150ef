import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Endpoint, Fingerprint } from "../../src/domain.js";
import { type ChangeWatch, createChangeWatch } from "../../src/state/create-change-watch.js";
import { CONTENT_BYTES, KEY_BYTES, STATE_BYTES } from "../../src/state/create-fingerprinter.js";
import { type FingerprintStore, openFingerprintStore } from "../../src/state/fingerprint-store.js";
import { makeEndpoint } from "../helpers/delivery-endpoints.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const hash = (text: string, bytes = KEY_BYTES) => text.slice(0, bytes).padEnd(bytes, ".");

interface Sharing {
  /** What it makes of the user. */
  readonly user?: string;
  /** The user; one for all where it is absent. */
  readonly userId?: string;
  readonly address?: string;
}

interface Fingerprinted extends Endpoint {
  readonly fingerprint: Fingerprint;
  readonly item: Readonly<Record<string, unknown>>;
}

function endpoint(id: string, content = "1", { user, userId = "u", address }: Sharing = {}): Fingerprinted {
  const shared = [
    ...(user === undefined ? [] : [{ key: hash(`U${userId}`), state: hash(user, STATE_BYTES) }]),
    ...(address === undefined ? [] : [{ key: hash(`A${address}`), state: "" }]),
  ];
  return {
    ...makeEndpoint(id, {
      ...(user !== undefined && { user: userId }),
      ...(address !== undefined && { address }),
    }),
    fingerprint: { id: hash(id), content: hash(`${content}${user}`, CONTENT_BYTES), shared },
    item: {
      Id: id,
      ...(user !== undefined && { User: { UserId: userId } }),
      ...(address !== undefined && { ChannelType: "EMAIL", Address: address }),
    },
  };
}

async function setUp() {
  const stateDir = join(await temporaryDirectory(), "state");
  const target = { applicationId: "app", region: "us-east-1", endpointUrl: null };
  const store = await openFingerprintStore(stateDir, target, () => {});
  onTestFinished(() => store.close(undefined));
  /** Another run, beside the others or after them. */
  const startRun = (more: { sendsAll?: boolean; store?: FingerprintStore } = {}) =>
    createChangeWatch({ store, stateDir, sendsAll: false, ...more });
  /** What a later run would say. */
  const isKnown = (one: Fingerprinted) => isUnchanged(startRun(), one);
  return { store, startRun, isKnown };
}

const isUnchanged = (watch: ChangeWatch, one: Fingerprinted) => watch.isUnchanged(one.fingerprint, one.item);

/** Asks as a run does; what is not unchanged is under way then. */
function ask(watch: ChangeWatch, one: Fingerprinted): boolean {
  const unchanged = isUnchanged(watch, one);
  if (!unchanged) watch.take(one);
  return unchanged;
}

/** Sends it, and it is accepted. */
function send(watch: ChangeWatch, ...endpoints: readonly Endpoint[]): void {
  watch.sending(endpoints);
  watch.accepted(endpoints);
  watch.settled(endpoints);
  watch.flush();
}

/** As a run does: asks, and sends what is not unchanged. */
function runThrough(watch: ChangeWatch, endpoints: readonly Fingerprinted[]): string[] {
  const sent: string[] = [];
  for (const one of endpoints) {
    if (ask(watch, one)) continue;
    sent.push(one.id);
    send(watch, one);
  }
  return sent;
}

it("an endpoint is unchanged once it was accepted, until it is another one", async () => {
  const { startRun, isKnown } = await setUp();
  const watch = startRun();
  expect(ask(watch, endpoint("a"))).toBe(false);
  send(watch, endpoint("a"));
  expect(ask(watch, endpoint("a"))).toBe(true);
  expect(isKnown(endpoint("a"))).toBe(true);
  expect(isKnown(endpoint("b"))).toBe(false);
  expect(ask(watch, endpoint("a", "2"))).toBe(false);
});

it("an endpoint without a fingerprint is none of its business", async () => {
  const { startRun, isKnown } = await setUp();
  const watch = startRun();
  watch.take(makeEndpoint("a"));
  send(watch, makeEndpoint("a"));
  expect(isKnown(endpoint("a"))).toBe(false);
});

it("nothing follows from a question", async () => {
  const { startRun } = await setUp();
  const watch = startRun();
  expect(runThrough(watch, [endpoint("a")])).toEqual(["a"]);
  expect(isUnchanged(watch, endpoint("a", "2"))).toBe(false);
  expect(isUnchanged(watch, endpoint("a"))).toBe(true);
});

describe("an endpoint that was accepted before is sent again", () => {
  it("after a request whose end nobody knows, whatever it is now", async () => {
    const { startRun, isKnown } = await setUp();
    send(startRun(), endpoint("a"));
    startRun().sending([endpoint("a", "2")]);
    expect(isKnown(endpoint("a"))).toBe(false);
    expect(isKnown(endpoint("a", "2"))).toBe(false);
  });

  it("while another version of it is under way, and when that was refused", async () => {
    const { startRun, isKnown } = await setUp();
    send(startRun(), endpoint("a"));
    const watch = startRun();
    expect(ask(watch, endpoint("a", "2"))).toBe(false);
    expect(ask(watch, endpoint("a"))).toBe(false);
    watch.sending([endpoint("a", "2")]);
    watch.settled([endpoint("a", "2")]);
    expect(ask(watch, endpoint("a"))).toBe(false);
    watch.settled([endpoint("a")]);
    watch.settled([endpoint("a")]);
    expect(isKnown(endpoint("a"))).toBe(false);
  });

  it("when all are to be sent", async () => {
    const { startRun, isKnown } = await setUp();
    const watch = startRun({ sendsAll: true });
    expect(ask(watch, endpoint("a"))).toBe(false);
    send(watch, endpoint("a"));
    expect(ask(watch, endpoint("a"))).toBe(false);
    expect(isKnown(endpoint("a"))).toBe(true);
  });

  it.each(["first", "last"] as const)(
    "when another run sent it at the same time, and ended %s",
    async (end) => {
      const { startRun, isKnown } = await setUp();
      const [one, other] = [startRun(), startRun()];
      one.sending([endpoint("a", "1", { user: "x" })]);
      other.sending([endpoint("a", "2", { user: "y" })]);
      const ends: readonly (readonly [ChangeWatch, Fingerprinted])[] = [
        [one, endpoint("a", "1", { user: "x" })],
        [other, endpoint("a", "2", { user: "y" })],
      ];
      for (const [watch, sent] of end === "last" ? ends : ends.toReversed()) {
        watch.accepted([sent]);
        watch.flush();
      }
      for (const [, sent] of ends) expect(isKnown(sent)).toBe(false);
      const [b, c] = [endpoint("b", "1", { user: "x" }), endpoint("c", "1", { user: "y" })];
      expect(runThrough(startRun(), [b, c])).toEqual(["b", "c"]);
      expect([isKnown(b), isKnown(c)]).toEqual([false, true]);
    },
  );

  it.each<[string, Sharing, Sharing]>([
    ["user", { user: "x" }, { user: "y" }],
    ["address", { address: "x" }, { address: "x" }],
  ])("when another run sent one of the same %s at the same time", async (_, sharing, otherSharing) => {
    const { startRun, isKnown } = await setUp();
    const [a, b] = [endpoint("a", "1", sharing), endpoint("b", "1", otherSharing)];
    const [one, other] = [startRun(), startRun()];
    one.sending([a]);
    other.sending([b]);
    for (const [watch, sent] of [
      [one, a],
      [other, b],
    ] as const) {
      watch.accepted([sent]);
      watch.flush();
    }
    expect([isKnown(a), isKnown(b)]).toEqual([false, false]);
  });

  it("when another run wrote down what it knows while this one waited to do so", async () => {
    const { store, startRun, isKnown } = await setUp();
    const [a, b] = [endpoint("a", "1", { address: "x" }), endpoint("b", "1", { address: "x" })];
    const one = startRun();
    send(startRun(), endpoint("o", "1", { address: "x" }));
    one.sending([a]);
    one.accepted([a]);
    let isFirst = true;
    const write = (work: () => void): void => {
      if (isFirst) one.flush();
      isFirst = false;
      store.write(work);
    };
    send(startRun({ store: { ...store, write } }), b);
    expect([isKnown(a), isKnown(b)]).toEqual([false, true]);
  });

  it("when another run sent it later, although this one has to do with its address again", async () => {
    const { startRun, isKnown } = await setUp();
    send(startRun(), endpoint("o", "0", { address: "x" }));
    const [one, other] = [startRun(), startRun()];
    one.sending([endpoint("o", "1", { address: "y" })]);
    one.accepted([endpoint("o", "1", { address: "y" })]);
    send(other, endpoint("o", "2", { address: "z" }));
    one.sending([endpoint("d", "1", { address: "x" })]);
    one.flush();
    expect(isKnown(endpoint("o", "1", { address: "y" }))).toBe(false);
  });

  it("when another run sent one of its user in the meantime, and was killed", async () => {
    const { startRun, isKnown } = await setUp();
    const [a, b, c] = ["a", "b", "c"].map((id) => endpoint(id, "1", { user: id === "b" ? "y" : "x" })) as [
      Fingerprinted,
      Fingerprinted,
      Fingerprinted,
    ];
    send(startRun(), a);
    const [killed, other] = [startRun(), startRun()];
    other.sending([c]);
    killed.sending([b]);
    other.accepted([c]);
    other.flush();
    expect([isKnown(a), isKnown(b), isKnown(c)]).toEqual([false, false, false]);
  });
});

describe("of endpoints that share something", () => {
  it("those that agree are sent once", async () => {
    const { startRun } = await setUp();
    const rows = [endpoint("a", "1", { user: "gold" }), endpoint("b", "1", { user: "gold" })];
    expect(runThrough(startRun(), rows)).toEqual(["a", "b"]);
    expect(runThrough(startRun(), rows)).toEqual([]);
    const changed = [endpoint("a", "2", { user: "gold" }), endpoint("b", "1", { user: "gold" })];
    expect(runThrough(startRun(), changed)).toEqual(["a"]);
  });

  it("all are sent when what they share has changed, whoever was sent first", async () => {
    const { startRun, isKnown } = await setUp();
    const at = (user: string) => ["a", "b", "c"].map((id) => endpoint(id, "1", { user }));
    runThrough(startRun(), at("gold"));
    send(startRun(), at("free")[1] as Endpoint);
    expect(at("gold").map(isKnown)).toEqual([false, false, false]);
    expect(runThrough(startRun(), at("free"))).toEqual(["a", "c"]);
    expect(runThrough(startRun(), at("free"))).toEqual([]);
  });

  it("one is not sent because another one is under way that agrees", async () => {
    const { startRun } = await setUp();
    const email = endpoint("email", "1", { user: "gold" });
    const sms = endpoint("sms", "1", { user: "gold" });
    send(startRun(), email, sms);
    const watch = startRun();
    const changed = endpoint("email", "2", { user: "gold" });
    const other = endpoint("other", "1", { user: "free" });
    expect(ask(watch, changed)).toBe(false);
    expect(ask(watch, sms)).toBe(true);
    expect(ask(watch, other)).toBe(false);
    expect(ask(watch, sms)).toBe(false);
    watch.settled([sms, other, changed]);
    expect(ask(watch, sms)).toBe(true);
  });

  it("those that do not agree are sent each time, in their order", async () => {
    const { startRun } = await setUp();
    const rows = [endpoint("a", "1", { address: "x" }), endpoint("b", "1", { address: "x" })];
    for (let night = 0; night < 3; night += 1) expect(runThrough(startRun(), rows)).toEqual(["a", "b"]);
    // The other one is gone: this one has to take its place.
    expect(runThrough(startRun(), rows.slice(0, 1))).toEqual(["a"]);
    expect(runThrough(startRun(), rows.slice(0, 1))).toEqual([]);
  });

  it("one is sent while another one is under way that does not agree", async () => {
    const { startRun } = await setUp();
    const b = endpoint("b", "1", { address: "x" });
    send(startRun(), b);
    const watch = startRun();
    expect(ask(watch, b)).toBe(true);
    expect(ask(watch, endpoint("a", "1", { address: "x" }))).toBe(false);
    expect(ask(watch, b)).toBe(false);
  });

  it.each<[string, Sharing, Sharing]>([
    ["user", { user: "x" }, { user: "y" }],
    ["address", { address: "x" }, { address: "x" }],
  ])("the last one of a batch counts: %s", async (_, sharing, otherSharing) => {
    const { startRun, isKnown } = await setUp();
    const [a, b] = [endpoint("a", "1", sharing), endpoint("b", "1", otherSharing)] as const;
    send(startRun(), a, b);
    expect([isKnown(a), isKnown(b)]).toEqual([false, true]);
    send(startRun(), b, a);
    expect([isKnown(a), isKnown(b)]).toEqual([true, false]);
  });

  it("a changed user does not touch the address, nor the other way round", async () => {
    const { startRun, isKnown } = await setUp();
    const a = endpoint("a", "1", { user: "x", address: "mail" });
    send(startRun(), a);
    send(startRun(), endpoint("b", "1", { user: "y", userId: "v", address: "other" }));
    expect(isKnown(a)).toBe(true);
    send(startRun(), endpoint("b", "1", { user: "x", address: "other" }));
    expect(isKnown(a)).toBe(true);
    send(startRun(), endpoint("c", "1", { address: "mail" }));
    expect(isKnown(a)).toBe(false);
  });

  it("of a user with more than fifteen those that came first are sent again", async () => {
    const { startRun, isKnown } = await setUp();
    const rows = Array.from({ length: 17 }, (_, index) =>
      endpoint(`e${String(index).padStart(2, "0")}`, "1", { user: "gold" }),
    );
    runThrough(startRun(), rows);
    expect(rows.map(isKnown)).toEqual(rows.map((_, index) => index >= 2));
    send(startRun(), endpoint("x", "1", { user: "free" }));
    expect(rows.some(isKnown)).toBe(false);
  });
});

it("a store that cannot be written stops the run, and goes on to", async () => {
  const { store, startRun, isKnown } = await setUp();
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
  expect(isKnown(endpoint("a"))).toBe(false);
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
  const { startRun, isKnown } = await setUp();
  const watch = startRun();
  watch.sending([endpoint("a", "1", { user: "x" })]);
  watch.accepted([endpoint("a", "1", { user: "x" })]);
  // It was not written yet, and is now another one; then the run is killed.
  watch.sending([endpoint("a", "2", { user: "x" })]);
  for (const content of ["1", "2"]) expect(isKnown(endpoint("a", content, { user: "x" }))).toBe(false);
});

describe("a shared state that was never reached", () => {
  it("does not count, when its endpoint was refused or the run was killed", async () => {
    const { startRun, isKnown } = await setUp();
    const gold = endpoint("c", "1", { user: "gold" });
    send(startRun(), gold);
    send(startRun(), endpoint("d", "1", { user: "free" }));
    const refused = startRun();
    const other = endpoint("e", "1", { user: "gold" });
    ask(refused, other);
    refused.sending([other]);
    refused.settled([other]);
    expect(ask(refused, gold)).toBe(false);
    expect(isKnown(gold)).toBe(false);
  });

  it("does not count, when of a batch only the first half was accepted", async () => {
    const { startRun, isKnown } = await setUp();
    const [a, b, c] = ["a", "b", "c"].map((id) => endpoint(id, "1", { user: id === "a" ? "v1" : "v2" })) as [
      Fingerprinted,
      Fingerprinted,
      Fingerprinted,
    ];
    send(startRun(), c);
    const killed = startRun();
    killed.sending([a, b]);
    killed.sending([a]);
    killed.accepted([a]);
    killed.flush();
    expect(isKnown(c)).toBe(false);
    expect(isKnown(a)).toBe(true);
  });

  it("does not count, when the endpoint that had it was sent before and is under way again", async () => {
    const { startRun, isKnown } = await setUp();
    const [a, b] = [endpoint("a", "1", { address: "x" }), endpoint("b", "1", { address: "x" })] as const;
    const watch = startRun();
    watch.sending([a]);
    send(watch, b);
    watch.sending([a]);
    expect(isKnown(b)).toBe(false);
  });
});
