import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyTable } from "../../src/delivery/create-key-table.js";

describe("the key table", () => {
  it("knows the last batch that held a key, and only those that are not over", () => {
    let over = 0;
    const table = createKeyTable((batch) => batch < over);
    expect(table.put(7, 0)).toBeUndefined();
    expect(table.put(7, 1)).toBe(0);
    expect(table.put(7, 1)).toBe(1);
    over = 2;
    expect(table.put(7, 2)).toBeUndefined();
    expect(table.put(7, 2)).toBe(2);
  });

  it("says what a Map says, however many keys there are and whichever of them fall into one place", () => {
    const lowBits = 2 ** 32;
    const key = fc
      .tuple(fc.nat({ max: 40 }), fc.nat({ max: 3 }))
      .map(([high, low]) => high * lowBits + low + 1);
    fc.assert(
      fc.property(fc.array(fc.array(key, { maxLength: 20 }), { maxLength: 60 }), (batches) => {
        let over = 0;
        const table = createKeyTable((batch) => batch < over);
        const model = new Map<number, number>();
        const known = (one: number) => {
          const holder = model.get(one);
          return holder === undefined || holder < over ? undefined : holder;
        };
        for (const [batch, keys] of batches.entries()) {
          over = Math.max(0, batch - 5);
          for (const one of keys) {
            expect(table.put(one, batch)).toBe(known(one));
            model.set(one, batch);
          }
        }
      }),
    );
  });

  it("grows with what counts, and loses none of it", () => {
    let over = 0;
    const table = createKeyTable((batch) => batch < over);
    const keyOf = (batch: number, index: number) => (batch * 300 + index) * 4_294_967_311 + 1;
    for (let batch = 0; batch < 400; batch += 1) {
      over = Math.max(0, batch - 60);
      for (let index = 0; index < 300; index += 1)
        expect(table.put(keyOf(batch, index), batch)).toBeUndefined();
      for (const index of [0, 150, 299]) {
        expect(table.put(keyOf(batch, index), batch)).toBe(batch);
        expect(table.put(keyOf(over, index), over)).toBe(over);
      }
    }
  });
});
