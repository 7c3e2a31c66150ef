import { createRequestCounts, type Endpoint } from "../domain.js";
import type { Delivery, DeliveryOptions } from "./create-delivery.js";

/** Stands in for delivery in a dry run: counts the requests and takes every endpoint as accepted. */
export function createDryDelivery<T extends Endpoint>({
  onOutcome,
}: Pick<DeliveryOptions<T>, "onOutcome">): Delivery<T> {
  const requests = createRequestCounts();
  return {
    requests,
    stopped: new AbortController().signal,
    async submit(batch) {
      requests.accepted += 1;
      await onOutcome(batch, "accepted");
    },
    drain: async () => {},
    finish: async () => {},
    stop: async () => {},
  };
}
