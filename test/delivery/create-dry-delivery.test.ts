import { expect, it } from "vitest";
import { createDryDelivery } from "../../src/delivery/create-dry-delivery.js";
import { makeEndpoints, toIds } from "../helpers/delivery-endpoints.js";

it("takes everything as accepted, and counts the requests that it would take", async () => {
  const outcomes: unknown[] = [];
  const delivery = createDryDelivery({
    onOutcome: async (endpoints, outcome) => {
      outcomes.push([toIds(endpoints), outcome]);
    },
  });
  await delivery.submit(makeEndpoints(2, "a"));
  await delivery.submit(makeEndpoints(1, "b"));
  await delivery.finish();
  await delivery.stop();
  expect(outcomes).toEqual([
    [["a0", "a1"], "accepted"],
    [["b0"], "accepted"],
  ]);
  expect(delivery.requests).toMatchObject({ sent: 0, accepted: 2 });
});
