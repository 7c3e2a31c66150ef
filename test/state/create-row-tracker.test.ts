import fc from "fast-check";
import { expect, it } from "vitest";
import type { RejectReason } from "../../src/domain.js";
import {
  createRowTracker,
  type RowTicket,
  type TrackedEndpoint,
} from "../../src/state/create-row-tracker.js";
import { makeEndpoint, makeEndpoints } from "../helpers/delivery-endpoints.js";
import { csvRow } from "../helpers/reporting-records.js";

const reason = (text: string): RejectReason => ({ code: "endpoint_refused", reason: text });

function setUp() {
  const decided: RowTicket[] = [];
  const tracker = createRowTracker((ticket) => decided.push(ticket));
  return { tracker, decided };
}

it("hands endpoints on as they are", () => {
  const { tracker } = setUp();
  const endpoint = makeEndpoint("a", { user: "u" });
  expect(tracker.track(csvRow([]), 0, [endpoint], [])).toMatchObject([endpoint]);
});

it("decides a row when its last endpoint is settled", () => {
  const { tracker, decided } = setUp();
  const record = csvRow(["x"], 7);
  const [a, b, c] = tracker.track(record, 2, makeEndpoints(3), []) as [
    TrackedEndpoint,
    TrackedEndpoint,
    TrackedEndpoint,
  ];
  tracker.settle([b], "accepted");
  tracker.settle([c], "accepted");
  expect(decided).toEqual([]);
  tracker.settle([a], "accepted");
  expect(decided).toHaveLength(1);
  expect(decided[0]).toMatchObject({ record, input: 2, reasons: [] });
});

it("collects the reasons of all endpoints, those turned away before first", () => {
  const { tracker, decided } = setUp();
  const before = [reason("mapped badly")];
  const [a, b] = tracker.track(csvRow([]), 0, makeEndpoints(2), before) as [TrackedEndpoint, TrackedEndpoint];
  tracker.settle([b], reason("refused"));
  tracker.settle([a], "accepted");
  expect(decided[0]?.reasons.map((each) => each.reason)).toEqual(["mapped badly", "refused"]);
  expect(before).toHaveLength(1);
});

it("rejects a row of which one endpoint was accepted and one turned away before", () => {
  const { tracker, decided } = setUp();
  tracker.settle(tracker.track(csvRow([]), 0, makeEndpoints(1), [reason("invalid")]), "accepted");
  expect(decided[0]?.reasons).toEqual([reason("invalid")]);
});

it("settles endpoints of several rows at once", () => {
  const { tracker, decided } = setUp();
  const all = [1, 2, 3].flatMap((row) => tracker.track(csvRow([], row), 0, makeEndpoints(row), []));
  tracker.settle(all, "accepted");
  expect(decided.map(({ record }) => record.row)).toEqual([1, 2, 3]);
});

it("whatever the order and the batches, decides each row once, with all its reasons, and not before its last endpoint", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), { maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (rows, choices) => {
        const { tracker, decided } = setUp();
        const open = rows.flatMap((outcomes, index) =>
          tracker
            .track(csvRow([], index), 0, makeEndpoints(outcomes.length), [])
            .map((endpoint, position) => ({ endpoint, row: index, accepted: outcomes[position] })),
        );
        const left = rows.map(({ length }) => length);
        while (open.length > 0) {
          const [next] = open.splice((choices.next().value ?? 0) % open.length, 1);
          if (next === undefined) break;
          const before = decided.length;
          tracker.settle([next.endpoint], next.accepted ? "accepted" : reason("no"));
          left[next.row] = (left[next.row] ?? 0) - 1;
          expect(decided.length - before).toBe(left[next.row] === 0 ? 1 : 0);
        }
        expect(decided.map(({ record }) => record.row).sort((a, b) => a - b)).toEqual([...rows.keys()]);
        for (const { record, reasons } of decided) {
          expect(reasons).toHaveLength(rows[record.row]?.filter((accepted) => !accepted).length ?? -1);
        }
      },
    ),
  );
});
