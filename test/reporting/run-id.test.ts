import { expect, it } from "vitest";
import { createRunId } from "../../src/reporting/run-id.js";

it("is the start in UTC and a bit of chance", () => {
  expect(createRunId(new Date("2026-11-21T23:58:13.999Z"))).toMatch(/^20261121-235813-[0-9a-f]{4}$/);
});

it("sorts by time", () => {
  const times = [
    "2026-01-02T00:00:00Z",
    "2026-01-10T00:00:00Z",
    "2026-11-01T09:00:00Z",
    "2026-11-01T10:00:00Z",
  ];
  const ids = times.map((time) => createRunId(new Date(time)));
  expect([...ids].sort()).toEqual(ids);
});

it("tells runs of one second apart", () => {
  const at = new Date();
  expect(new Set(Array.from({ length: 20 }, () => createRunId(at))).size).toBeGreaterThan(15);
});
