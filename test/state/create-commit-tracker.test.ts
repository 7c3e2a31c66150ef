import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RejectLine, RejectReason } from "../../src/domain.js";
import type { Committed } from "../../src/state/committed.js";
import { createCommitTracker, type TrackedEndpoint } from "../../src/state/create-commit-tracker.js";
import { makeEndpoint, makeEndpoints } from "../helpers/delivery-endpoints.js";
import { csvRow, rejectLine } from "../helpers/reporting-records.js";

const refused = (reason: string): RejectReason => ({ code: "endpoint_refused", reason });
const line = (row: number): RejectLine => rejectLine(`row ${row}\n`, "endpoint_invalid", row);

function setUp(start?: Committed, onReject?: (reject: RejectLine) => void) {
  const rejects: RejectLine[] = [];
  const decided: string[] = [];
  const reasons: string[][] = [];
  const tracker = createCommitTracker({
    start,
    toRejectLine: ({ row }, why) => {
      reasons.push(why.map(({ reason }) => reason));
      return rejectLine(`row ${row}\n`, why[0]?.code, row);
    },
    onDecided: (outcome) => decided.push(outcome),
    onReject: onReject ?? ((reject) => rejects.push(reject)),
  });
  /** A row with so many endpoints on their way. */
  const track = (row: number, count = 1, before: readonly RejectReason[] = []): TrackedEndpoint[] => [
    ...tracker.track(
      { input: 0, row, mapped: count + before.length, unchanged: 0 },
      csvRow([], row),
      makeEndpoints(count),
      before,
    ),
  ];
  const decide = (row: number, reject?: RejectLine) =>
    tracker.decide({ input: 0, row, mapped: reject ? 1 : 0, unchanged: 0 }, reject);
  return { tracker, rejects, decided, reasons, track, decide };
}

describe("a row", () => {
  it("hands its endpoints on as they are", () => {
    const { tracker } = setUp();
    const endpoint = makeEndpoint("a", { user: "u" });
    const row = { input: 0, row: 1, mapped: 1, unchanged: 0 };
    expect(tracker.track(row, csvRow([]), [endpoint], [])).toMatchObject([endpoint]);
  });

  it("is decided with its last endpoint, and accepted if all of them were", () => {
    const { tracker, track, decided } = setUp();
    const [a, b, c] = track(7, 3) as [TrackedEndpoint, TrackedEndpoint, TrackedEndpoint];
    tracker.settle([b, c], "accepted");
    expect(decided).toEqual([]);
    tracker.settle([a], "accepted");
    expect(decided).toEqual(["accepted"]);
    expect(tracker.committed).toMatchObject({
      rows: { accepted: 1, filtered: 0, rejected: 0 },
      endpoints: { mapped: 3, accepted: 3, rejected: 0 },
      position: { input: 0, row: 7 },
    });
  });

  it("is rejected with the reasons of all its endpoints, those turned away before first", () => {
    const { tracker, track, reasons, decided } = setUp();
    const before = [refused("mapped badly")];
    const [a, b] = track(1, 2, before) as [TrackedEndpoint, TrackedEndpoint];
    tracker.settle([b], refused("no"));
    tracker.settle([a], "accepted");
    expect(reasons).toEqual([["mapped badly", "no"]]);
    expect(decided).toEqual(["rejected"]);
    expect(before).toHaveLength(1);
    expect(tracker.committed.endpoints).toEqual({ mapped: 3, accepted: 1, unchanged: 0, rejected: 2 });
  });

  it("that was filtered out or rejected as it was read needs no endpoint", () => {
    const { tracker, decide, rejects } = setUp();
    decide(1);
    decide(2, line(2));
    expect(tracker.committed).toMatchObject({ rows: { filtered: 1, rejected: 1 }, position: { row: 2 } });
    expect(rejects).toEqual([line(2)]);
  });
});

describe("the watermark", () => {
  it("waits for the first undecided row, then passes all that was decided behind it", () => {
    const { tracker, track, decide, rejects } = setUp();
    const first = track(1);
    const second = track(2);
    decide(3, line(3));
    tracker.settle(second, refused("no"));
    expect(tracker.committed.position).toEqual({ input: 0, row: 0 });
    expect(rejects).toEqual([]);
    expect(tracker.heldLength).toBe("row 2\nrow 3\n".length);
    tracker.settle(first, "accepted");
    expect(tracker.committed).toMatchObject({
      rows: { accepted: 1, rejected: 2 },
      position: { input: 0, row: 3 },
    });
    expect(rejects.map(({ text }) => text)).toEqual(["row 2\n", "row 3\n"]);
    expect(tracker.heldLength).toBe(0);
  });

  it("takes along the last place where reading can begin again", () => {
    const { tracker, track, decide } = setUp();
    const mark = (row: number) => ({ offset: row * 100, row, line: row + 1 });
    tracker.mark(0, mark(0));
    expect(tracker.committed.mark).toEqual({ input: 0, ...mark(0) });
    const first = track(1);
    tracker.mark(0, mark(1));
    decide(2);
    tracker.mark(0, mark(2));
    const third = track(3);
    tracker.mark(0, mark(3));
    expect(tracker.committed.mark?.row).toBe(0);
    tracker.settle(first, "accepted");
    expect(tracker.committed.mark?.row).toBe(2);
    expect(tracker.committed.position.row).toBe(2);
    tracker.settle(third, "accepted");
    expect(tracker.committed.mark).toEqual({ input: 0, ...mark(3) });
  });

  it("that is decided leads to no other row, however long its endpoints are held", () => {
    const { tracker, track } = setUp();
    const rows = [track(1), track(2), track(3)] as const;
    for (const row of [rows[1], rows[0], rows[2]]) tracker.settle(row, "accepted");
    for (const { ticket } of rows.flat())
      expect([ticket.previous, ticket.next]).toEqual([undefined, undefined]);
    expect(tracker.committed.rows.accepted).toBe(3);
  });

  it("is unchanged where nothing of it has to be sent, and else what becomes of the rest", () => {
    const { tracker, decided } = setUp();
    const row = (number: number) => ({ input: 0, row: number, mapped: 2, unchanged: 1 });
    tracker.decide({ ...row(1), unchanged: 2 }, undefined);
    tracker.settle(tracker.track(row(2), csvRow([], 2), makeEndpoints(1), []), "accepted");
    tracker.settle(tracker.track(row(3), csvRow([], 3), makeEndpoints(1), []), refused("no"));
    tracker.decide(row(4), line(4));
    expect(decided).toEqual(["unchanged", "accepted", "rejected", "rejected"]);
    expect(tracker.committed).toMatchObject({
      rows: { accepted: 1, unchanged: 1, filtered: 0, rejected: 2 },
      endpoints: { mapped: 8, accepted: 1, unchanged: 5, rejected: 2 },
    });
  });

  it("begins where an earlier run had got to, and leaves what it was given alone", () => {
    const start: Committed = {
      rows: { accepted: 5, unchanged: 2, filtered: 1, rejected: 1 },
      endpoints: { mapped: 8, accepted: 5, unchanged: 2, rejected: 1 },
      position: { input: 1, row: 3 },
      mark: null,
    };
    const { tracker, decide } = setUp(start);
    expect(tracker.committed).toEqual(start);
    decide(4);
    expect(tracker.committed).toMatchObject({ rows: { accepted: 5, filtered: 2 }, position: { row: 4 } });
    expect(start.rows.filtered).toBe(1);
  });

  it("stores nothing but what a checkpoint needs", () => {
    const { tracker, track } = setUp();
    const first = track(1);
    tracker.mark(0, { offset: 9, row: 1, line: 2 });
    tracker.settle(first, "accepted");
    expect(JSON.parse(JSON.stringify(tracker.committed))).toEqual({
      rows: { accepted: 1, unchanged: 0, filtered: 0, rejected: 0 },
      endpoints: { mapped: 1, accepted: 1, unchanged: 0, rejected: 0 },
      position: { input: 0, row: 1 },
      mark: { input: 0, offset: 9, row: 1, line: 2 },
    });
  });
});

/** What becomes of a row: filtered or rejected as it is read, or the outcomes of its endpoints. */
const rowFate = fc.oneof(
  fc.constant("filtered" as const),
  fc.constant("invalid" as const),
  fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
);

it("in whatever order rows are decided, commits exactly the rows before the first undecided one, in order", () => {
  fc.assert(
    fc.property(
      fc.array(rowFate, { maxLength: 40 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 8 }),
      (fates, choices, readAhead) => {
        const { tracker, rejects, track, decide } = setUp();
        const open: { endpoint: TrackedEndpoint; row: number; accepted: boolean }[] = [];
        const left = new Map<number, number>();
        let read = 0;

        const readRow = (): void => {
          const fate = fates[read];
          read += 1;
          const row = read;
          if (fate === "filtered") decide(row);
          else if (fate === "invalid") decide(row, line(row));
          else if (fate !== undefined) {
            left.set(row, fate.length);
            for (const [index, endpoint] of track(row, fate.length).entries())
              open.push({ endpoint, row, accepted: fate[index] ?? false });
          }
        };
        const check = (): void => {
          const undecided = [...left].filter(([, count]) => count > 0).map(([row]) => row);
          const committed = fates.slice(0, Math.min(...undecided, read + 1) - 1);
          const isRejected = (fate: (typeof fates)[number]) =>
            fate === "invalid" || (Array.isArray(fate) && fate.includes(false));
          expect(tracker.committed.position.row).toBe(committed.length);
          expect(tracker.committed.rows).toEqual({
            accepted: committed.filter((fate) => Array.isArray(fate) && !isRejected(fate)).length,
            unchanged: 0,
            filtered: committed.filter((fate) => fate === "filtered").length,
            rejected: committed.filter(isRejected).length,
          });
          const rejected = committed.flatMap((fate, index) =>
            isRejected(fate) ? [`row ${index + 1}\n`] : [],
          );
          expect(rejects.map(({ text }) => text)).toEqual(rejected);
        };

        while (read < fates.length || open.length > 0) {
          const choice = choices.next().value ?? 0;
          if (read < fates.length && (open.length === 0 || (open.length < readAhead && choice % 2 === 0)))
            readRow();
          else {
            const [next] = open.splice(choice % open.length, 1);
            if (next === undefined) break;
            left.set(next.row, (left.get(next.row) ?? 0) - 1);
            tracker.settle([next.endpoint], next.accepted ? "accepted" : refused("no"));
          }
          check();
        }
        expect(tracker.committed.position.row).toBe(fates.length);
        expect(tracker.heldLength).toBe(0);
      },
    ),
  );
});

it("whenever a run crashes and is resumed from its checkpoint, no row is lost and none rejected twice", () => {
  fc.assert(
    fc.property(
      fc.array(rowFate, { maxLength: 40 }),
      fc.infiniteStream(fc.nat()),
      fc.nat(6),
      (fates, choices, crashes) => {
        const choose = (count: number): number => (choices.next().value ?? 0) % count;
        const accepted = new Set<number>();
        /** The rejects file, and what a checkpoint remembers: how long it was, and what was committed. */
        let file: string[] = [];
        let saved: { committed: Committed | undefined; lines: number } = { committed: undefined, lines: 0 };
        let crashesLeft = crashes;

        const runOnce = (): boolean => {
          // What was written behind the checkpoint is cut off.
          file = file.slice(0, saved.lines);
          const open: { endpoint: TrackedEndpoint; row: number; accepted: boolean }[] = [];
          const { tracker, track, decide } = setUp(saved.committed, (reject) => file.push(reject.text));
          let row = saved.committed?.position.row ?? 0;
          for (;;) {
            const step = choose(10);
            if (step === 0 && crashesLeft > 0) {
              crashesLeft -= 1;
              return false;
            }
            if (step === 1) saved = { committed: structuredClone(tracker.committed), lines: file.length };
            else if (row < fates.length && (open.length === 0 || (open.length < 6 && step < 6))) {
              const fate = fates[row];
              row += 1;
              if (fate === "filtered") decide(row);
              else if (fate === "invalid") decide(row, line(row));
              else if (fate !== undefined) {
                for (const [index, endpoint] of track(row, fate.length).entries())
                  open.push({ endpoint, row, accepted: fate[index] ?? false });
              }
            } else if (open.length > 0) {
              const [next] = open.splice(choose(open.length), 1);
              if (next?.accepted) accepted.add(next.row);
              if (next !== undefined)
                tracker.settle([next.endpoint], next.accepted ? "accepted" : refused("no"));
            } else if (row === fates.length) {
              expect(tracker.committed.position.row).toBe(fates.length);
              const { rows } = tracker.committed;
              expect(rows.accepted + rows.filtered + rows.rejected).toBe(fates.length);
              return true;
            }
          }
        };

        while (!runOnce());
        const rejected = fates.flatMap((fate, index) =>
          fate === "invalid" || (Array.isArray(fate) && fate.includes(false)) ? [`row ${index + 1}\n`] : [],
        );
        expect(file).toEqual(rejected);
        for (const [index, fate] of fates.entries())
          if (Array.isArray(fate) && fate.includes(true)) expect(accepted.has(index + 1)).toBe(true);
      },
    ),
  );
});

it("holds nothing of the rows that were decided behind one that takes long", () => {
  const { tracker, track, rejects } = setUp();
  const slow = track(1);
  for (let row = 2; row <= 20_000; row += 1) tracker.settle(track(row), "accepted");
  const before = tracker.committed.position.row;
  const [ticket] = slow.map((endpoint) => endpoint.ticket);
  // All of it is one sum behind the slow row: no other ticket is linked any more.
  expect(ticket?.next).toBeUndefined();
  expect(ticket?.behind?.rows.accepted).toBe(19_999);
  tracker.settle(slow, "accepted");
  expect([before, tracker.committed.position.row, rejects.length]).toEqual([0, 20_000, 0]);
});
