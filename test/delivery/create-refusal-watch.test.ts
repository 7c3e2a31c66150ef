import { expect, it } from "vitest";
import { createRefusalWatch } from "../../src/delivery/create-refusal-watch.js";

const repeat = (times: number, action: () => void): void => {
  for (let index = 0; index < times; index += 1) action();
};

it("takes more than one whole batch, and some of their endpoints one by one, refused in the same words", () => {
  const watch = createRefusalWatch();
  repeat(2, () => watch.batchRefused(100, "bad app"));
  repeat(19, () => watch.endpointRefused("bad app"));
  expect(watch.refusedAlike()).toBeUndefined();
  watch.endpointRefused("bad app");
  expect(watch.refusedAlike()).toBe(20);
});

it("finds a file of one batch not enough, though every endpoint of it is refused", () => {
  const watch = createRefusalWatch();
  watch.batchRefused(100, "Missing Address");
  repeat(100, () => watch.endpointRefused("Missing Address"));
  expect(watch.refusedAlike()).toBeUndefined();
});

it("begins anew with other words", () => {
  const watch = createRefusalWatch();
  repeat(3, () => watch.batchRefused(100, "one"));
  for (let index = 0; index < 50; index += 1) watch.endpointRefused(index % 2 === 0 ? "one" : "two");
  expect(watch.refusedAlike()).toBeUndefined();
});

it("wants more once something was accepted, and counts from the last that was", () => {
  const watch = createRefusalWatch();
  repeat(9, () => watch.batchRefused(100, "bad"));
  watch.accepted();
  repeat(30, () => watch.endpointRefused("bad"));
  repeat(9, () => watch.batchRefused(100, "bad"));
  expect(watch.refusedAlike()).toBeUndefined();
  watch.batchRefused(100, "bad");
  expect(watch.refusedAlike()).toBe(30);
});
