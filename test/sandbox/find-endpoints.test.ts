import { expect, test } from "vitest";
import { normalizeBehaviors } from "../../src/sandbox/behaviors.js";
import { createEndpointStore, type EndpointStore } from "../../src/sandbox/endpoint-store.js";
import { findEndpoints } from "../../src/sandbox/find-endpoints.js";
import { parseEndpointChange } from "../../src/sandbox/parse-endpoint-change.js";

const behaviors = normalizeBehaviors();

function createStore(size: number): EndpointStore {
  const store = createEndpointStore("demo", behaviors);
  const moment = { date: "2026-01-01T00:00:00.000Z", requestId: "r" };
  for (let index = 0; index < size; index += 1) {
    store.apply(parseEndpointChange({ Id: `e${index}` }, undefined, behaviors), moment);
  }
  return store;
}

/** A clock by which each look at it takes a while. */
function createTickingClock(msPerLook: number): () => number {
  let time = 0;
  return () => {
    time += msPerLook;
    return time;
  };
}

const everything = { after: 0, limit: 100, isAbandoned: () => false };

test("a search that takes too long says so, and can be gone on with until all is searched", async () => {
  const store = createStore(5_000);
  const found: string[] = [];
  let after = 0;
  let capped = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    const page = await findEndpoints(store, {
      ...everything,
      after,
      fits: ({ id }) => id === "e10" || id === "e4999",
      clock: createTickingClock(300),
    });
    found.push(...page.endpoints.map(({ Id }) => Id));
    if (page.next === null) break;
    expect(page).toMatchObject({ total: 5_000, capped: true });
    expect(page.next).toBeGreaterThan(after);
    capped += 1;
    after = page.next;
  }
  expect(found).toEqual(["e10", "e4999"]);
  expect(capped).toBeGreaterThan(2);
});

test("others are served while a search goes on, and what they write is found", async () => {
  const store = createStore(1_000);
  let turns = 0;
  const count = () => {
    turns += 1;
    if (turns === 2) {
      store.apply(parseEndpointChange({ Id: "late" }, undefined, behaviors), { date: "", requestId: "" });
    }
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const page = await findEndpoints(store, {
    ...everything,
    fits: ({ id }) => id === "late",
    clock: createTickingClock(6),
  });
  clearImmediate(timer);
  expect(page).toMatchObject({ total: 1_001, endpoints: [{ Id: "late" }], next: null, capped: false });
  expect(turns).toBeGreaterThan(10);
});

test("a search that nobody waits for any more ends", async () => {
  let looked = 0;
  await findEndpoints(createStore(1_000), {
    ...everything,
    fits: () => {
      looked += 1;
      return false;
    },
    isAbandoned: () => true,
    clock: createTickingClock(6),
  });
  expect(looked).toBeLessThan(200);
});
