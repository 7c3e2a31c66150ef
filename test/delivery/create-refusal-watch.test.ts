import { expect, it } from "vitest";
import { createRefusalWatch } from "../../src/delivery/create-refusal-watch.js";

it("takes several whole batches, and some of their endpoints one by one, refused in the same words", () => {
  const watch = createRefusalWatch();
  for (let index = 0; index < 3; index += 1) watch.batchRefused(100, "bad app");
  for (let index = 0; index < 9; index += 1) watch.endpointRefused("bad app");
  expect(watch.refusedAlike()).toBeUndefined();
  watch.endpointRefused("bad app");
  expect(watch.refusedAlike()).toBe(10);
});

it("finds a file of one batch not enough, though every endpoint of it is refused", () => {
  const watch = createRefusalWatch();
  watch.batchRefused(100, "Missing Address");
  for (let index = 0; index < 100; index += 1) watch.endpointRefused("Missing Address");
  expect(watch.refusedAlike()).toBeUndefined();
});

it("begins anew with other words", () => {
  const watch = createRefusalWatch();
  for (let index = 0; index < 3; index += 1) watch.batchRefused(100, "one");
  for (let index = 0; index < 20; index += 1) watch.endpointRefused(index % 2 === 0 ? "one" : "two");
  expect(watch.refusedAlike()).toBeUndefined();
});
