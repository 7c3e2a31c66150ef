import { expect, it } from "vitest";
import { createSizeLimit } from "../../src/delivery/create-size-limit.js";
import { makeEndpoints } from "../helpers/delivery-endpoints.js";

it("allows everything until two batches were too large, then only smaller ones", () => {
  const limit = createSizeLimit();
  limit.tooLarge(makeEndpoints(10));
  expect(limit.allows(makeEndpoints(10))).toBe(true);
  limit.tooLarge(makeEndpoints(8));
  expect(limit.allows(makeEndpoints(10))).toBe(false);
  expect(limit.allows(makeEndpoints(8))).toBe(false);
  expect(limit.allows(makeEndpoints(7))).toBe(true);
});

it("takes one accident for none: a batch of that size that is accepted takes it back", () => {
  const limit = createSizeLimit();
  limit.tooLarge(makeEndpoints(5));
  limit.accepted(makeEndpoints(9));
  limit.tooLarge(makeEndpoints(9));
  expect(limit.allows(makeEndpoints(9))).toBe(true);
});

it("lets a single endpoint be judged by the service", () => {
  const limit = createSizeLimit();
  limit.tooLarge(makeEndpoints(1));
  limit.tooLarge(makeEndpoints(1));
  expect(limit.allows(makeEndpoints(1))).toBe(true);
});
