import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrouper } from "../../src/delivery/create-grouper.js";
import type { Endpoint } from "../../src/domain.js";
import { makeEndpoint, makeEndpoints, toIds } from "../helpers/delivery-endpoints.js";

function groupAll(rows: readonly (readonly Endpoint[])[], batchSize: number): (readonly Endpoint[])[] {
  const grouper = createGrouper(batchSize);
  return [...rows.flatMap((row) => grouper.add(row)), ...grouper.flush()];
}

describe("batches", () => {
  it("are full, and the last one holds the rest", () => {
    const rows = makeEndpoints(250).map((endpoint) => [endpoint]);
    expect(groupAll(rows, 100).map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it("are ready as soon as they are full", () => {
    const grouper = createGrouper(2);
    expect(grouper.add([makeEndpoint("a")])).toEqual([]);
    expect(grouper.add([makeEndpoint("b")]).map(toIds)).toEqual([["a", "b"]]);
    expect(grouper.flush()).toEqual([]);
  });

  it("hold one endpoint where that is the batch size", () => {
    const rows = [makeEndpoints(3), makeEndpoints(2, "f")];
    expect(groupAll(rows, 1).map(toIds)).toEqual([["e0"], ["e1"], ["e2"], ["f0"], ["f1"]]);
  });

  it("begin anew after a flush", () => {
    const grouper = createGrouper(10);
    grouper.add([makeEndpoint("a")]);
    expect(grouper.flush().map(toIds)).toEqual([["a"]]);
    grouper.add([makeEndpoint("a")]);
    expect(grouper.flush().map(toIds)).toEqual([["a"]]);
  });

  it("make nothing of nothing", () => {
    expect(groupAll([], 100)).toEqual([]);
    expect(groupAll([[]], 100)).toEqual([]);
  });

  it("hold an Id once, in whatever case", () => {
    const rows = ["Ab", "aB", "AB"].map((id) => [makeEndpoint(id)]);
    expect(groupAll(rows, 100).map(toIds)).toEqual([["Ab"], ["aB"], ["AB"]]);
  });

  it("do not wait for a repeated Id: later ones fill the first batch", () => {
    const rows = [makeEndpoint("a"), makeEndpoint("a"), ...makeEndpoints(99)].map((endpoint) => [endpoint]);
    expect(groupAll(rows, 100).map(({ length }) => length)).toEqual([100, 1]);
  });
});

describe("endpoints of one row", () => {
  it("stay together where they fit", () => {
    const rows = [makeEndpoints(3, "a"), makeEndpoints(3, "b"), makeEndpoints(1, "c")];
    expect(groupAll(rows, 4).map(toIds)).toEqual([
      ["a0", "a1", "a2", "c0"],
      ["b0", "b1", "b2"],
    ]);
  });

  it("are parted where they outnumber a batch", () => {
    expect(groupAll([makeEndpoints(25)], 10).map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it("are parted where two have one Id", () => {
    const row = [makeEndpoint("a"), makeEndpoint("b"), makeEndpoint("A")];
    expect(groupAll([row], 10).map(toIds)).toEqual([["a", "b"], ["A"]]);
  });
});

/** Rows over few Ids, users and addresses, so that they collide all the time. */
const rowsArbitrary = fc.array(
  fc.array(
    fc.record({
      id: fc.constantFrom("a", "A", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"),
      user: fc.option(fc.constantFrom("u", "v", "w"), { nil: undefined }),
      address: fc.option(fc.constantFrom("x", "y", "z"), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  { maxLength: 80 },
);

const toRows = (
  specs: { id: string; user: string | undefined; address: string | undefined }[][],
): Endpoint[][] =>
  specs.map((row) =>
    row.map(({ id, user, address }) =>
      makeEndpoint(id, {
        ...(user === undefined ? {} : { user }),
        ...(address === undefined ? {} : { address }),
      }),
    ),
  );

describe("whatever the rows", () => {
  it("each endpoint travels once, and in order with those it shares a key with", () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.integer({ min: 1, max: 12 }), (specs, batchSize) => {
        const rows = toRows(specs);
        const batches = groupAll(rows, batchSize);
        const sent = batches.flat();
        const given = rows.flat();
        expect(new Set(sent)).toEqual(new Set(given));
        expect(sent).toHaveLength(given.length);
        for (const key of new Set(given.flatMap(({ orderKeys }) => orderKeys.filter((key) => key !== 0)))) {
          const of = (endpoints: readonly Endpoint[]) => endpoints.filter((e) => e.orderKeys.includes(key));
          const [before, after] = [of(given), of(sent)];
          expect(after.every((endpoint, index) => endpoint === before[index])).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("no batch is too large, empty, or holds an Id twice", () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.integer({ min: 1, max: 12 }), (specs, batchSize) => {
        for (const batch of groupAll(toRows(specs), batchSize)) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          expect(new Set(batch.map(({ id }) => id.toLowerCase())).size).toBe(batch.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("no more than eight batches are held back", () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.integer({ min: 1, max: 12 }), (specs, batchSize) => {
        const grouper = createGrouper(batchSize);
        let held = 0;
        for (const row of toRows(specs)) {
          held += row.length - grouper.add(row).flat().length;
          expect(held).toBeLessThanOrEqual(8 * batchSize);
        }
        expect(grouper.flush().length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 500 },
    );
  });

  it("a single Id, a thousand times over, is not held back without end", () => {
    const grouper = createGrouper(100);
    const ready = Array.from({ length: 1_000 }, () => grouper.add([makeEndpoint("same")])).flat();
    expect(ready).toHaveLength(992);
    expect(grouper.flush()).toHaveLength(8);
  });
});
