import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDelivery, type Outcome } from "../../src/delivery/create-delivery.js";
import type { Pacer } from "../../src/delivery/create-pacer.js";
import type { DeliveryEvent, Endpoint } from "../../src/domain.js";
import { RunStoppedError } from "../../src/errors.js";
import { makeEndpoint, makeEndpoints, toIds } from "../helpers/delivery-endpoints.js";
import { connectionError, htmlBody, modelled, unmodelled } from "../helpers/delivery-errors.js";
import {
  type Answer,
  createFakeTarget,
  createFreePacer,
  createScriptedTarget,
  type FakeTarget,
  refusing,
} from "../helpers/delivery-targets.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface SetUp {
  readonly maxAttempts?: number;
  readonly concurrency?: number;
  /** The quota for single endpoints; the default is so low that batches are always halved. */
  readonly singleRate?: number;
  readonly single?: Pacer;
  readonly onOutcome?: (endpoints: readonly Endpoint[], outcome: Outcome) => Promise<void>;
}

function setUp(
  target: FakeTarget,
  {
    maxAttempts = 2,
    concurrency = 1,
    singleRate = 1e-9,
    single = createFreePacer(singleRate),
    onOutcome,
  }: SetUp = {},
) {
  const accepted: string[] = [];
  const rejected: { id: string; code: string; reason: string }[] = [];
  const events: DeliveryEvent[] = [];
  const delivery = createDelivery({
    target,
    pacers: { batch: createFreePacer(), single },
    concurrency,
    maxAttempts,
    async onOutcome(endpoints, outcome) {
      await onOutcome?.(endpoints, outcome);
      if (outcome === "accepted") accepted.push(...toIds(endpoints));
      else rejected.push(...toIds(endpoints).map((id) => ({ id, ...outcome })));
    },
    onEvent: (event) => events.push(event),
  });
  return { delivery, accepted, rejected, events, target };
}

/** Runs the clock on until the work is done; what it throws is the result then. */
async function settled<T>(work: Promise<T>): Promise<T | RunStoppedError> {
  const result = work.catch((error: RunStoppedError) => error);
  await Promise.race([result, vi.advanceTimersByTimeAsync(3_600_000)]);
  return result;
}

/** Submits all batches and finishes, as a run does; resolves with what stopped it. */
function deliverAll(
  { delivery }: ReturnType<typeof setUp>,
  batches: readonly (readonly Endpoint[])[],
): Promise<undefined | RunStoppedError> {
  const run = async (): Promise<undefined> => {
    for (const batch of batches) await delivery.submit(batch);
    await delivery.finish();
  };
  return settled(run());
}

const batchesOf = (count: number, size = 2): Endpoint[][] =>
  Array.from({ length: count }, (_, index) => makeEndpoints(size, `b${index}-`));

const latency = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));

describe("what is accepted", () => {
  it("is told, batch by batch", async () => {
    const run = setUp(createFakeTarget());
    expect(await deliverAll(run, batchesOf(3))).toBeUndefined();
    expect(run.accepted).toEqual(["b0-0", "b0-1", "b1-0", "b1-1", "b2-0", "b2-1"]);
    expect(run.rejected).toEqual([]);
    expect(run.delivery.requests).toEqual({ sent: 3, accepted: 3, throttled: 0, retried: 0, refused: 0 });
  });

  it("is accepted after failures too", async () => {
    const run = setUp(createScriptedTarget(modelled(500), undefined, htmlBody(503)), { maxAttempts: 3 });
    expect(await deliverAll(run, batchesOf(2))).toBeUndefined();
    expect(run.accepted).toHaveLength(4);
    expect(run.delivery.requests).toMatchObject({ sent: 4, accepted: 2, retried: 2 });
  });

  it("is accepted after any number of 429", async () => {
    const run = setUp(createScriptedTarget(...Array.from({ length: 300 }, () => modelled(429))), {
      maxAttempts: 1,
    });
    expect(await deliverAll(run, batchesOf(1))).toBeUndefined();
    expect(run.accepted).toHaveLength(2);
    expect(run.delivery.requests).toMatchObject({ throttled: 300, retried: 0 });
  });
});

describe("tries that run out", () => {
  it("reject the batch once something else is accepted, and not before", async () => {
    let outcomes = 0;
    const target = createFakeTarget((batch) => (batch[0]?.id === "b0-0" ? modelled(500) : undefined));
    const run = setUp(target, {
      onOutcome: async () => {
        outcomes += 1;
      },
    });
    await settled(run.delivery.submit(batchesOf(1)[0] ?? []));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(target.requests).toHaveLength(2);
    expect(outcomes).toBe(0);
    expect(await deliverAll(run, batchesOf(2).slice(1))).toBeUndefined();
    expect(run.accepted).toEqual(["b1-0", "b1-1"]);
    expect(run.rejected).toMatchObject([
      { id: "b0-0", code: "service_failed" },
      { id: "b0-1", code: "service_failed" },
    ]);
    expect(run.rejected[0]?.reason).toMatch(/after 2 tries: HTTP 500 .*msg for 500/);
  });

  it("reject the last batch of a run in which something was accepted", async () => {
    const target = createFakeTarget((batch) => (batch[0]?.id === "b1-0" ? modelled(500) : undefined));
    const run = setUp(target);
    expect(await deliverAll(run, batchesOf(2))).toBeUndefined();
    expect(run.accepted).toHaveLength(2);
    expect(run.rejected.map(({ code }) => code)).toEqual(["service_failed", "service_failed"]);
  });

  it("stop the run after three batches in a row, and nothing is rejected", async () => {
    const target = createFakeTarget((_, request) => (request === 1 ? undefined : modelled(500)));
    const run = setUp(target);
    const stop = await deliverAll(run, batchesOf(9));
    expect(stop).toBeInstanceOf(RunStoppedError);
    expect(stop).toMatchObject({ code: "service_down" });
    expect(run.rejected).toEqual([]);
    expect(run.accepted).toEqual(["b0-0", "b0-1"]);
    // While one batch pauses, the next one is tried.
    expect(target.requests.length).toBeLessThanOrEqual(1 + 5 * 2);
  });

  it("do not add up over accepted batches", async () => {
    const isBad = (id: string) => !id.startsWith("b2-") && !id.startsWith("b5-");
    const run = setUp(createFakeTarget((batch) => (isBad(batch[0]?.id ?? "") ? modelled(500) : undefined)));
    for (const batch of batchesOf(6)) {
      await run.delivery.submit(batch);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    await run.delivery.finish();
    expect(run.accepted).toHaveLength(4);
    expect(run.rejected).toHaveLength(8);
  });

  it("of a single batch, with nothing ever accepted, mean that the service is down", async () => {
    const run = setUp(createFakeTarget(() => modelled(500)));
    expect(await deliverAll(run, batchesOf(1))).toMatchObject({ code: "service_down" });
    expect(run.rejected).toEqual([]);
  });

  it("stop at once where the host cannot be reached and never answered", async () => {
    const target = createFakeTarget(() => connectionError("ENOTFOUND", "getaddrinfo ENOTFOUND nowhere"));
    const run = setUp(target, { maxAttempts: 8 });
    const stop = await deliverAll(run, batchesOf(9));
    expect(stop).toMatchObject({ code: "service_down" });
    expect((stop as Error).message).toContain("--endpoint-url");
    // Three tries of each batch that is under way.
    expect(target.requests.length).toBeLessThanOrEqual(4 * 3);
    expect(run.rejected).toEqual([]);
  });
});

describe("a refused batch (400)", () => {
  it("loses only the bad endpoint, with the service's own words", async () => {
    const target = createFakeTarget(
      refusing(
        (id) => id === "e42",
        () => modelled(400, "Missing Address"),
      ),
    );
    const run = setUp(target);
    expect(await deliverAll(run, [makeEndpoints(100)])).toBeUndefined();
    expect(run.rejected).toEqual([
      { id: "e42", code: "endpoint_refused", reason: "Pinpoint refused it: Missing Address" },
    ]);
    expect(run.accepted).toEqual(toIds(makeEndpoints(100)).filter((id) => id !== "e42"));
    expect(target.requests.length).toBeLessThanOrEqual(1 + 2 * 7);
    expect(run.events).toContainEqual({
      kind: "refused",
      items: 100,
      reason: "HTTP 400 BadRequestException: Missing Address",
    });
  });

  it("loses exactly the bad ones, whichever they are, in a bounded number of requests", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(99), { maxLength: 12 }),
        async (size, badIndexes) => {
          const bad = new Set(badIndexes.filter((index) => index < size).map((index) => `e${index}`));
          const target = createFakeTarget(
            refusing(
              (id) => bad.has(id),
              () => modelled(400),
            ),
          );
          const run = setUp(target);
          const batch = makeEndpoints(size);
          // A good batch first: a run in which nothing is ever accepted may stop.
          expect(await deliverAll(run, [[makeEndpoint("good")], batch])).toBeUndefined();
          expect(run.rejected.map(({ id }) => id)).toEqual(toIds(batch).filter((id) => bad.has(id)));
          expect(run.accepted.slice(1)).toEqual(toIds(batch).filter((id) => !bad.has(id)));
          const depth = Math.ceil(Math.log2(size));
          const bound = Math.min(2 * size - 1, 1 + 2 * bad.size * depth);
          expect(target.requests.length - 1).toBeLessThanOrEqual(bound);
          expect(run.delivery.requests.sent).toBe(target.requests.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("keeps the order of its parts", async () => {
    const target = createFakeTarget(
      refusing(
        (id) => id === "e1",
        () => modelled(400),
      ),
    );
    const run = setUp(target, { concurrency: 5 });
    await deliverAll(run, [makeEndpoints(4), [makeEndpoint("E3")]]);
    expect(target.requests).toEqual([
      ["e0", "e1", "e2", "e3"],
      ["e0", "e1"],
      ["e0"],
      ["e1"],
      ["e2", "e3"],
      ["E3"],
    ]);
  });

  it("survives 429 and 500 on the way", async () => {
    const bad = refusing(
      (id) => id === "e5",
      () => modelled(400),
    );
    const answer: Answer = (batch, request) =>
      request % 3 === 0 ? modelled(429) : request % 5 === 0 ? modelled(500) : bad(batch, request);
    const run = setUp(createFakeTarget(answer), { maxAttempts: 5 });
    expect(await deliverAll(run, [makeEndpoints(20)])).toBeUndefined();
    expect(run.rejected.map(({ id }) => id)).toEqual(["e5"]);
    expect(run.accepted).toHaveLength(19);
  });

  it("stops the run when endpoints, one by one, are refused alike and nothing was ever accepted", async () => {
    const target = createFakeTarget(() => modelled(400, "Bad application"));
    const run = setUp(target);
    const stop = await deliverAll(run, batchesOf(100, 100));
    expect(stop).toMatchObject({ code: "everything_refused" });
    expect((stop as Error).message).toContain("Bad application");
    // It was not for their sake: whoever goes on later sends them again.
    expect(run.rejected).toEqual([]);
    expect(target.requests.length).toBeLessThan(80);
  });

  it("takes those for alike that differ in a request id only", async () => {
    const run = setUp(
      createFakeTarget((_, request) => {
        const id = `0f0e2a63-9a6c-4bd1-8b2b-${String(request).padStart(12, "0")}`;
        return modelled(400, `Bad application (request ${id})`);
      }),
    );
    expect(await deliverAll(run, batchesOf(100, 100))).toMatchObject({ code: "everything_refused" });
    expect(run.rejected).toEqual([]);
  });

  it("stops when everything is refused from some moment on, and leaves undecided what was refused since", async () => {
    const run = setUp(
      createFakeTarget((batch, request) => {
        if (request > 5) return modelled(400, "Bad application");
        return batch.some(({ id }) => id === "b1-7") ? modelled(400, "Bad item") : undefined;
      }),
    );
    expect(await deliverAll(run, batchesOf(100, 100))).toMatchObject({ code: "everything_refused" });
    expect(run.accepted.length).toBeGreaterThan(100);
    expect(run.rejected).toEqual([]);
  });

  it("rejects at the end what was refused alike to the end", async () => {
    const run = setUp(createFakeTarget(() => modelled(400, "Not this kind")));
    expect(await deliverAll(run, [makeEndpoints(10)])).toBeUndefined();
    expect(run.rejected).toHaveLength(10);
  });

  it("goes on when they are refused in different words", async () => {
    const run = setUp(createFakeTarget((batch) => modelled(400, `no ${batch[0]?.id}`)));
    expect(await deliverAll(run, [makeEndpoints(50)])).toBeUndefined();
    expect(run.rejected).toHaveLength(50);
  });

  it("goes on once something was accepted", async () => {
    const run = setUp(
      createFakeTarget(
        refusing(
          (id) => id.startsWith("e"),
          () => modelled(400),
        ),
      ),
    );
    expect(await deliverAll(run, [[makeEndpoint("good")], makeEndpoints(50)])).toBeUndefined();
    expect(run.rejected).toHaveLength(50);
  });

  it.each([
    ["HTML", htmlBody(400)],
    ["nothing", unmodelled(400)],
  ])("gives a reason in plain words for a body of %s", async (_, error) => {
    const run = setUp(createFakeTarget((batch) => (batch[0]?.id === "e0" ? error : undefined)));
    await deliverAll(run, [[makeEndpoint("good")], [makeEndpoint("e0")]]);
    expect(run.rejected).toHaveLength(1);
    expect(run.rejected[0]?.reason).toContain("400");
    expect(run.rejected[0]?.reason).not.toMatch(/Unexpected token|Deserialization|UnknownError|\n/);
  });
});

describe("endpoints of a refused batch, sent one by one", () => {
  const bad = refusing(
    (id) => id === "e42",
    () => modelled(400, "Missing Address"),
  );

  it("are what tells, where that is sooner", async () => {
    const target = createFakeTarget(bad);
    const run = setUp(target, { singleRate: 1e9 });
    expect(await deliverAll(run, [makeEndpoints(100)])).toBeUndefined();
    expect(run.rejected).toEqual([
      { id: "e42", code: "endpoint_refused", reason: "Pinpoint refused it: Missing Address" },
    ]);
    expect(run.accepted).toHaveLength(99);
    expect(target.singles).toContain("e42");
  });

  it.each([
    ["is not permitted", modelled(403)],
    ["is not known", unmodelled(404, "Unknown", "UnknownError")],
    ["answers 500 only", modelled(500)],
    ["refuses everything", modelled(400, "The path is malformed")],
  ])("are found by halves where that operation %s", async (_, error) => {
    const target = createFakeTarget(bad, () => error);
    const run = setUp(target, { singleRate: 1e9 });
    expect(await deliverAll(run, [makeEndpoints(100), makeEndpoints(50, "f")])).toBeUndefined();
    expect(run.rejected).toMatchObject([
      { id: "e42", code: "endpoint_refused", reason: "Pinpoint refused it: Missing Address" },
    ]);
    expect(run.accepted).toHaveLength(149);
    expect(target.singles.length).toBeLessThan(10);
  });
});

it("endpoints whose operation throttles for ever are found by halves, and what waits is taken back", async () => {
  const isBad = refusing(
    (id) => id === "e42",
    () => modelled(400, "Missing Address"),
  );
  const target = createFakeTarget(isBad, () => modelled(429));
  const pace = { ratePerSecond: 1e9 };
  const slow = {
    ...createFreePacer(),
    get ratePerSecond() {
      return pace.ratePerSecond;
    },
    async take(signal?: AbortSignal) {
      signal?.throwIfAborted();
      // As a pacer does: with each 429 it goes slower, and who waits waits long.
      if (target.singles.length >= 3)
        await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      return {
        passed() {},
        failed() {},
        throttled: () => {
          pace.ratePerSecond /= 1e6;
        },
      };
    },
  };
  const run = setUp(target, { concurrency: 5, single: slow });
  expect(await deliverAll(run, [makeEndpoints(100), makeEndpoints(50, "f")])).toBeUndefined();
  expect(run.rejected).toMatchObject([{ id: "e42", code: "endpoint_refused" }]);
  expect(run.accepted).toHaveLength(149);
  expect(target.singles.length).toBeLessThan(10);
});

it("endpoints that wait to be sent one by one do not keep a run that stops", async () => {
  const target = createFakeTarget(() => modelled(400, "Missing Address"));
  const waiting = {
    ...createFreePacer(1e9),
    take: (signal?: AbortSignal) =>
      new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  };
  const run = setUp(target, { single: waiting });
  await run.delivery.submit(makeEndpoints(100));
  await vi.advanceTimersByTimeAsync(1_000);
  await run.delivery.stop();
  expect(target.requests).toHaveLength(1);
  expect([run.accepted, run.rejected]).toEqual([[], []]);
});

describe("a service that goes down", () => {
  it("is noticed also where the run waits for all under way now and then", async () => {
    const target = createFakeTarget((_, request) => (request === 1 ? undefined : modelled(500)));
    const run = setUp(target);
    const deliverAndDrain = async (): Promise<undefined> => {
      for (const batch of batchesOf(9)) {
        await run.delivery.submit(batch);
        await run.delivery.drain();
      }
      return undefined;
    };
    expect(await settled(deliverAndDrain())).toMatchObject({ code: "service_down" });
    expect(run.rejected).toEqual([]);
  });

  it("while the run is stopped leaves its batches undecided", async () => {
    const target = createFakeTarget((_, request) => (request === 1 ? undefined : modelled(500)));
    const run = setUp(target);
    await run.delivery.submit(makeEndpoints(2, "good"));
    await run.delivery.submit(makeEndpoints(2, "late"));
    await vi.advanceTimersByTimeAsync(60_000);
    await run.delivery.stop();
    await run.delivery.finish();
    expect(run.accepted).toEqual(["good0", "good1"]);
    expect(run.rejected).toEqual([]);
  });
});

describe("a batch that is too large (413)", () => {
  it("is split until it fits", async () => {
    const target = createFakeTarget((batch) => (batch.length > 3 ? modelled(413) : undefined));
    const run = setUp(target);
    expect(await deliverAll(run, [makeEndpoints(10)])).toBeUndefined();
    expect(run.accepted).toEqual(toIds(makeEndpoints(10)));
    expect(run.rejected).toEqual([]);
    // Once five were too many as well as ten, the other five are not tried.
    expect(run.delivery.requests.refused).toBe(2);
  });

  it("rejects a single endpoint that is too large", async () => {
    const run = setUp(
      createFakeTarget(
        refusing(
          (id) => id === "e1",
          () => modelled(413),
        ),
      ),
    );
    await deliverAll(run, [makeEndpoints(3)]);
    expect(run.rejected).toMatchObject([{ id: "e1", code: "endpoint_too_large" }]);
    expect(run.accepted).toEqual(["e0", "e2"]);
  });
});

describe("a refusal of every request", () => {
  it.each([
    [modelled(403), "access_denied"],
    [unmodelled(403, "ExpiredTokenException"), "access_denied"],
    [modelled(405), "access_denied"],
    [modelled(404), "application_not_found"],
    [connectionError("CERT_HAS_EXPIRED"), "connection_refused"],
  ])("stops at once, and nothing is rejected: %s", async (error, code) => {
    const target = createFakeTarget((_, request) => (request === 1 ? undefined : error));
    const run = setUp(target);
    const stop = await deliverAll(run, batchesOf(5));
    expect(stop).toBeInstanceOf(RunStoppedError);
    expect(stop).toMatchObject({ code, cause: error });
    expect(target.requests).toHaveLength(2);
    expect(run.accepted).toEqual(["b0-0", "b0-1"]);
    expect(run.rejected).toEqual([]);
  });

  it("says what to do", async () => {
    const toMessage = async (error: Error) =>
      ((await deliverAll(setUp(createFakeTarget(() => error)), batchesOf(1))) as Error).message;
    expect(await toMessage(modelled(403))).toContain("mobiletargeting:UpdateEndpointsBatch");
    expect(await toMessage(modelled(404))).toContain("--application-id");
  });

  it("lets requests in flight finish, and their acceptance counts", async () => {
    const target = createFakeTarget(async (_, request) => {
      await latency(request === 2 ? 10 : 100);
      return request === 2 ? modelled(403) : undefined;
    });
    const run = setUp(target, { concurrency: 3 });
    const stop = await deliverAll(run, batchesOf(9));
    await settled(run.delivery.stop());
    expect(stop).toMatchObject({ code: "access_denied" });
    expect(target.requests).toHaveLength(3);
    expect(run.accepted.sort()).toEqual(["b0-0", "b0-1", "b2-0", "b2-1"]);
  });
});

describe("stop", () => {
  it("in a pause between tries leaves the batch undecided", async () => {
    const target = createFakeTarget(() => modelled(500));
    const run = setUp(target, { maxAttempts: 8 });
    await run.delivery.submit(makeEndpoints(2));
    await vi.advanceTimersByTimeAsync(50);
    await run.delivery.stop();
    await run.delivery.finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(target.requests).toHaveLength(1);
    expect(run.accepted).toEqual([]);
    expect(run.rejected).toEqual([]);
  });

  it("waits for a request in flight, and its acceptance counts", async () => {
    const target = createFakeTarget(() => latency(100));
    const run = setUp(target);
    await run.delivery.submit(makeEndpoints(2));
    await vi.advanceTimersByTimeAsync(10);
    await settled(run.delivery.stop());
    expect(run.accepted).toEqual(["e0", "e1"]);
  });

  it("in the middle of a refused batch leaves what was not sent undecided", async () => {
    const bad = refusing(
      (id) => id === "e0",
      () => modelled(400),
    );
    const run = setUp(
      createFakeTarget(async (batch, request) => {
        await latency(100);
        return bad(batch, request);
      }),
    );
    await run.delivery.submit(makeEndpoints(8));
    await vi.advanceTimersByTimeAsync(150);
    await settled(run.delivery.stop());
    expect(run.target.requests).toHaveLength(2);
    expect(run.rejected).toEqual([]);
    expect(run.accepted).toEqual([]);
  });

  it("keeps later batches from being sent", async () => {
    const run = setUp(createFakeTarget());
    await run.delivery.stop();
    expect(await deliverAll(run, batchesOf(3))).toBeUndefined();
    expect(run.target.requests).toEqual([]);
  });

  it("never rejects, not even after a fault", async () => {
    const run = setUp(createFakeTarget(() => modelled(403)));
    await deliverAll(run, batchesOf(1));
    await expect(run.delivery.stop()).resolves.toBeUndefined();
  });
});

describe("an outcome that cannot be dealt with", () => {
  it("stops the run as it is", async () => {
    const full = new RunStoppedError("rejects_unwritable", "the disk is full");
    const run = setUp(createFakeTarget(), { onOutcome: () => Promise.reject(full) });
    expect(await deliverAll(run, batchesOf(20))).toBe(full);
    // No more than may be under way with one request in flight.
    expect(run.target.requests.length).toBeLessThanOrEqual(4);
  });

  it("stops the run as a defect where it is one", async () => {
    const run = setUp(createFakeTarget(), { onOutcome: () => Promise.reject(new TypeError("oops")) });
    expect(await deliverAll(run, batchesOf(5))).toMatchObject({ code: "internal_error" });
  });

  it("stops the run from within a refused batch", async () => {
    const full = new RunStoppedError("rejects_unwritable", "the disk is full");
    const run = setUp(
      createFakeTarget(
        refusing(
          (id) => id === "e0",
          () => modelled(400),
        ),
      ),
      {
        onOutcome: async (_, outcome) => {
          if (outcome !== "accepted") throw full;
        },
      },
    );
    expect(await deliverAll(run, [makeEndpoints(8)])).toBe(full);
    expect(run.accepted).toEqual([]);
  });
});

it("a defect of the target stops the run, and is not taken for a service that is down", async () => {
  const target = createFakeTarget(() => new TypeError("Cannot read properties of undefined"));
  const stop = await deliverAll(setUp(target), batchesOf(5));
  expect(stop).toMatchObject({ code: "internal_error" });
});

describe("concurrency", () => {
  it.each([1, 3, 10])("is used and never exceeded: %i", async (concurrency) => {
    const target = createFakeTarget(() => latency(50));
    const run = setUp(target, { concurrency });
    expect(await deliverAll(run, batchesOf(40))).toBeUndefined();
    expect(target.mostInFlight).toBe(concurrency);
    expect(run.accepted).toHaveLength(80);
  });

  it("sends batches of one endpoint one after the other, also when one fails on the way", async () => {
    const target = createFakeTarget((batch, request) =>
      latency(10).then(() => (batch[0]?.id === "a" && request === 1 ? modelled(500) : undefined)),
    );
    const run = setUp(target, { concurrency: 10, maxAttempts: 3 });
    const batches = [[makeEndpoint("a")], [makeEndpoint("b")], [makeEndpoint("A")]];
    expect(await deliverAll(run, batches)).toBeUndefined();
    expect(target.requests.filter(([id]) => id?.toLowerCase() === "a")).toEqual([["a"], ["a"], ["A"]]);
    expect(run.accepted).toEqual(["b", "a", "A"]);
  });

  it("holds nothing back without end: submit waits", async () => {
    const run = setUp(
      createFakeTarget(() => latency(1_000)),
      { concurrency: 2 },
    );
    let submitted = 0;
    const all = (async () => {
      for (const batch of batchesOf(10)) {
        await run.delivery.submit(batch);
        submitted += 1;
      }
    })();
    await vi.advanceTimersByTimeAsync(500);
    expect(submitted).toBe(5);
    await settled(all);
    expect(submitted).toBe(10);
    await settled(run.delivery.stop());
  });
});
