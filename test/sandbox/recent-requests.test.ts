import { expect, test } from "vitest";
import { createRecentRequests } from "../../src/sandbox/recent-requests.js";

const REQUEST = {
  ...{ method: "PUT", path: "/v1/apps/a/endpoints", operation: "UpdateEndpointsBatch" },
  ...{ status: 202, ms: 1, items: 1, message: null },
};

test("the last five hundred requests are remembered, whatever their number", () => {
  const recent = createRecentRequests(() => 0);
  for (let number = 1; number <= 1_234; number += 1) recent.record({ ...REQUEST, items: number });
  const { last, requests } = recent.page(0, 1_000);
  expect(last).toBe(1_234);
  expect(requests.map(({ number }) => number)).toEqual(
    Array.from({ length: 500 }, (_, index) => 735 + index),
  );
  expect(requests.every(({ number, items }) => number === items)).toBe(true);
});

test("a long path is cut", () => {
  const recent = createRecentRequests(() => 0);
  recent.record({ ...REQUEST, path: "x".repeat(16_000) });
  expect(recent.page(0, 1).requests[0]?.path).toMatch(/^x{300}…$/);
});
