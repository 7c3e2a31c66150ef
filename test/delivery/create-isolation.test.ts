import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIsolation, type Pace } from "../../src/delivery/create-isolation.js";
import type { Endpoint } from "../../src/domain.js";
import { makeEndpoint, makeEndpoints, toIds } from "../helpers/delivery-endpoints.js";

interface SetUp {
  readonly bad?: ReadonlySet<string>;
  readonly batches?: Pace;
  readonly singles?: Pace;
  readonly singlesWork?: () => boolean;
  readonly concurrency?: number;
}

const WORDS = "not this one";
const IDLE: Pace = { waiting: 0, ratePerSecond: 2 };
const FAST: Pace = { waiting: 0, ratePerSecond: 1e9 };
const NEVER: Pace = { waiting: 0, ratePerSecond: 1e-9 };

/** A service that refuses a request with a bad item in it. Everything is decided once, or the test fails. */
function setUp(options: SetUp = {}) {
  const {
    bad = new Set(),
    batches = IDLE,
    singles = NEVER,
    singlesWork = () => true,
    concurrency = 1,
  } = options;
  const requests: string[][] = [];
  const accepted: string[] = [];
  const refused: string[] = [];
  const deliver = async (batch: readonly Endpoint[]): Promise<boolean> => {
    requests.push(toIds(batch));
    await Promise.resolve();
    if (!batch.some(({ id }) => bad.has(id))) {
      accepted.push(...toIds(batch));
      return true;
    }
    if (batch.length === 1) refused.push(...toIds(batch));
    else await isolation.locate(batch, 0, WORDS);
    return false;
  };
  let singlesSent = 0;
  const isolation = createIsolation<Endpoint>({
    deliver,
    async deliverOne({ id }) {
      if (!singlesWork()) return "unusable";
      singlesSent += 1;
      await Promise.resolve();
      (bad.has(id) ? refused : accepted).push(id);
      return bad.has(id) ? "refused" : undefined;
    },
    batches,
    singles,
    concurrency,
    signal: new AbortController().signal,
  });
  return { isolation, requests, accepted, refused, singlesSent: () => singlesSent };
}

describe("halving", () => {
  it("does not ask about a half that must be the bad one", async () => {
    const { isolation, requests, refused } = setUp({ bad: new Set(["e7"]) });
    await isolation.locate(makeEndpoints(8), 0, WORDS);
    expect(requests).toEqual([["e0", "e1", "e2", "e3"], ["e4", "e5"], ["e6"], ["e7"]]);
    expect(refused).toEqual(["e7"]);
  });

  it("refuses an item only on its own answer, also where it must be the bad one", async () => {
    // The batch was refused as a whole; none of its items is.
    const { isolation, accepted, refused } = setUp();
    await isolation.locate(makeEndpoints(8), 0, WORDS);
    expect(accepted).toHaveLength(8);
    expect(refused).toEqual([]);
  });

  it("takes at most two requests a level for one bad item among 100", async () => {
    for (let index = 0; index < 100; index += 1) {
      const { isolation, requests, refused } = setUp({ bad: new Set([`e${index}`]) });
      await isolation.locate(makeEndpoints(100), 0, WORDS);
      expect(refused).toEqual([`e${index}`]);
      expect(requests.length).toBeLessThanOrEqual(14);
    }
  });
});

describe("which way", () => {
  const way = async (batches: Pace, singles: Pace, size = 100): Promise<"halves" | "singly"> => {
    // The bad one comes last: nothing is found on the way that makes another way the sooner one.
    const { isolation, singlesSent } = setUp({ bad: new Set([`e${size - 1}`]), batches, singles });
    await isolation.locate(makeEndpoints(size), 0, WORDS);
    return singlesSent() === size ? "singly" : "halves";
  };

  it.each([
    // At the default quotas: 100 by 10 a second take 10 s, some 11 requests by 2 a second 5 s ...
    [IDLE, { waiting: 0, ratePerSecond: 10 }, "halves"],
    // ... but each of those waits behind all other batches.
    [{ waiting: 9, ratePerSecond: 2 }, { waiting: 0, ratePerSecond: 10 }, "singly"],
    [{ waiting: 0, ratePerSecond: 5_000 }, { waiting: 0, ratePerSecond: 5_000 }, "halves"],
    [{ waiting: 0, ratePerSecond: 5_000 }, { waiting: 0, ratePerSecond: 10 }, "halves"],
    [NEVER, { waiting: 0, ratePerSecond: 10 }, "singly"],
  ])("ends sooner, by the pace of both: %j, %j", async (batches, singles, expected) => {
    expect(await way(batches, singles)).toBe(expected);
  });

  it("changes on the way down: a small piece is sent singly", async () => {
    const { isolation, singlesSent, requests } = setUp({
      bad: new Set(["e99"]),
      batches: IDLE,
      singles: { waiting: 0, ratePerSecond: 10 },
    });
    await isolation.locate(makeEndpoints(100), 0, WORDS);
    expect(requests.slice(0, 2).map(({ length }) => length)).toEqual([50, 25]);
    expect(singlesSent()).toBeGreaterThan(1);
    expect(singlesSent()).toBeLessThan(25);
  });

  it("changes back once the bad one is found: what is left goes in one request", async () => {
    const { isolation, singlesSent, requests } = setUp({
      bad: new Set(["e1"]),
      batches: { waiting: 9, ratePerSecond: 2 },
      singles: { waiting: 0, ratePerSecond: 10 },
    });
    await isolation.locate(makeEndpoints(100), 0, WORDS);
    expect(singlesSent()).toBeLessThanOrEqual(3);
    expect(requests).toEqual([toIds(makeEndpoints(100)).slice(singlesSent())]);
  });

  it("changes as other batches are through: then halving is sooner", async () => {
    let waiting = 19;
    const { isolation, singlesSent, requests } = setUp({
      bad: new Set(["e99"]),
      batches: {
        get waiting() {
          waiting = Math.max(0, waiting - 1);
          return waiting;
        },
        ratePerSecond: 2,
      },
      singles: { waiting: 0, ratePerSecond: 10 },
    });
    await isolation.locate(makeEndpoints(100), 0, WORDS);
    expect(singlesSent()).toBeGreaterThan(0);
    expect(singlesSent()).toBeLessThan(100);
    expect(requests.length).toBeGreaterThan(0);
  });

  it("counts those that wait already: of many batches not all are sent singly", async () => {
    const { isolation, singlesSent } = setUp({
      batches: { waiting: 7, ratePerSecond: 2 },
      singles: { waiting: 0, ratePerSecond: 10 },
    });
    const batches = Array.from({ length: 8 }, (_, index) => makeEndpoints(100, `b${index}-`));
    await Promise.all(batches.map((batch) => isolation.locate(batch, 0, WORDS)));
    expect(singlesSent()).toBeGreaterThanOrEqual(100);
    expect(singlesSent()).toBeLessThan(800);
  });
});

describe("an operation for one endpoint that cannot be used", () => {
  it("costs one request, then batches are halved", async () => {
    let asked = 0;
    const singlesWork = () => {
      asked += 1;
      return false;
    };
    const { isolation, requests, refused, accepted } = setUp({
      bad: new Set(["e3"]),
      singles: FAST,
      singlesWork,
    });
    await isolation.locate(makeEndpoints(8), 0, WORDS);
    await isolation.locate(makeEndpoints(4), 0, WORDS);
    expect(asked).toBe(1);
    expect(requests[0]).toEqual(toIds(makeEndpoints(8)));
    expect(refused).toEqual(["e3", "e3"]);
    expect(accepted).toHaveLength(10);
  });

  it("from some moment on leaves the others to be halved", async () => {
    let left = 3;
    const singlesWork = () => {
      left -= 1;
      return left >= 0;
    };
    const { isolation, requests, accepted } = setUp({ singles: FAST, singlesWork });
    await isolation.locate(makeEndpoints(6), 0, WORDS);
    expect(accepted.slice(0, 3)).toEqual(["e0", "e1", "e2"]);
    expect(requests).toEqual([["e3", "e4", "e5"]]);
  });
});

it("one by one, endpoints of one user keep their order", async () => {
  const { isolation, accepted } = setUp({ singles: FAST, concurrency: 10 });
  const items = Array.from({ length: 20 }, (_, index) =>
    makeEndpoint(`e${index}`, { user: `u${index % 2}` }),
  );
  await isolation.locate(items, 0, WORDS);
  for (const parity of [0, 1]) {
    const ids = accepted.filter((id) => Number(id.slice(1)) % 2 === parity);
    expect(ids).toEqual(toIds(items).filter((id) => Number(id.slice(1)) % 2 === parity));
    expect(ids).toHaveLength(10);
  }
});

it("whatever is bad and however fast either way is, decides every item once and rightly", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 100 }),
      fc.array(fc.nat(99), { maxLength: 20 }),
      fc.record({ waiting: fc.nat(20), ratePerSecond: fc.double({ min: 0.1, max: 5_000, noNaN: true }) }),
      fc.record({ waiting: fc.nat(20), ratePerSecond: fc.double({ min: 0.1, max: 5_000, noNaN: true }) }),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 1, max: 10 }),
      async (size, badIndexes, batches, singles, singlesUntil, concurrency) => {
        const bad = new Set(badIndexes.map((index) => `e${index % size}`));
        let asked = 0;
        const singlesWork = () => {
          asked += 1;
          return asked <= singlesUntil;
        };
        const made = setUp({ bad, batches, singles, singlesWork, concurrency });
        const items = makeEndpoints(size);
        await made.isolation.locate(items, 0, WORDS);
        expect(made.refused.sort()).toEqual([...bad].sort());
        expect(made.accepted.sort()).toEqual(
          toIds(items)
            .filter((id) => !bad.has(id))
            .sort(),
        );
        const depth = Math.ceil(Math.log2(size));
        const fewest = 2 * Math.max(1, bad.size) * (depth + 1) + 2;
        expect(made.requests.length).toBeLessThanOrEqual(Math.min(2 * size, fewest) + concurrency);
      },
    ),
  );
});
