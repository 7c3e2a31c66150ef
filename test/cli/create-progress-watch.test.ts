import { expect, it } from "vitest";
import { createProgressWatch } from "../../src/cli/create-progress-watch.js";

const STATE = {
  share: 0,
  rowsRead: 0,
  rowsDecided: 0,
  rowsAccepted: 0,
  rowsUnchanged: 0,
  rowsRejected: 0,
  requestsSent: 0,
  requestsRetried: 0,
  batchesPassed: 0,
  ratePerSecond: 2,
  quotaPerSecond: 2,
};

/** A watch with a clock of its own. */
function createWatch() {
  let at = 5_000;
  const watch = createProgressWatch(() => at);
  return {
    watch,
    wait: (ms: number) => {
      at += ms;
    },
  };
}

/** Two batches of a hundred rows a second. */
function send({ watch, wait }: ReturnType<typeof createWatch>, batches: number, of: number, from = 0): void {
  for (let batch = from + 1; batch <= from + batches; batch += 1) {
    wait(500);
    const rows = 100 * batch;
    watch.see({
      ...STATE,
      share: batch / of,
      rowsRead: rows + 500,
      rowsDecided: rows,
      rowsAccepted: rows,
      requestsSent: batch,
      batchesPassed: batch,
    });
  }
}

it("tells the speed of rows and requests, and the time left", () => {
  const run = createWatch();
  send(run, 20, 100);
  const view = run.watch.view();
  expect(view).toMatchObject({ rowsAccepted: 2_000, share: 0.2, elapsedMs: 10_000, quietMs: 0 });
  expect(view.rowsPerSecond).toBeCloseTo(200);
  expect(view.requestsPerSecond).toBeCloseTo(2);
  expect((view.msLeft ?? 0) / 1000).toBeCloseTo(40, 0);
});

it("knows nothing before the first state", () => {
  const { watch, wait } = createWatch();
  wait(4_000);
  expect(watch.view()).toMatchObject({
    share: undefined,
    rowsRead: 0,
    rowsPerSecond: undefined,
    elapsedMs: 4_000,
  });
  expect(watch.view().msLeft).toBeUndefined();
});

it("tells for how long nothing happened, and that the speed goes down with that", () => {
  const run = createWatch();
  send(run, 20, 100);
  run.wait(5_000);
  expect(run.watch.view().rowsPerSecond).toBeLessThan(150);
  run.wait(6_000);
  expect(run.watch.view()).toMatchObject({ quietMs: 11_000, rowsPerSecond: 0, requestsPerSecond: 0 });
});

it("takes rows that are passed over on the way to the first one for no speed", () => {
  const run = createWatch();
  // It goes on behind row 6,000 of a file that has to be read from its beginning.
  for (let share = 0; share < 0.6; share += 0.01) {
    run.watch.see({ ...STATE, share, rowsRead: 6_000, rowsDecided: 6_000 });
    run.wait(50);
  }
  send(run, 20, 100, 60);
  expect((run.watch.view().msLeft ?? 0) / 1000).toBeCloseTo(10, 0);
  expect(run.watch.view().rowsPerSecond).toBeCloseTo(200);
});

it("tells no time left where the share is not known", () => {
  const run = createWatch();
  send(run, 10, 100);
  run.watch.see({ ...STATE, share: undefined, rowsDecided: 1_000 });
  const unknown = createWatch();
  for (let batch = 1; batch <= 20; batch += 1) {
    unknown.wait(500);
    unknown.watch.see({ ...STATE, share: undefined, rowsDecided: batch * 100, batchesPassed: batch });
  }
  expect(unknown.watch.view()).toMatchObject({ msLeft: undefined, share: undefined });
  expect(unknown.watch.view().rowsPerSecond).toBeCloseTo(200);
});
