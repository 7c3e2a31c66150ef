import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress, type ProgressTerminal, type ProgressWay } from "../../src/cli/create-progress.js";
import type { ProgressView } from "../../src/cli/create-progress-watch.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** A stderr that keeps what is written. */
function createStderr(columns = 80) {
  const written: string[] = [];
  const stderr = Object.assign(new EventEmitter(), {
    columns,
    write: (text: string) => written.push(text) > 0,
  });
  return { written, stderr: stderr as typeof stderr & ProgressTerminal };
}

function start(way: ProgressWay) {
  const terminal = createStderr();
  const logged: ProgressView[] = [];
  const place = { isInBackground: false };
  const progress = createProgress({
    stderr: terminal.stderr,
    way,
    isInBackground: () => place.isInBackground,
    log: (view) => logged.push(view),
  });
  return { ...terminal, logged, place, progress };
}

const state = {
  share: 0.5,
  rowsRead: 2_000,
  rowsDecided: 1_003,
  rowsAccepted: 1_000,
  rowsUnchanged: 0,
  rowsRejected: 3,
  requestsSent: 10,
  requestsRetried: 0,
  batchesPassed: 10,
  ratePerSecond: 2.5,
  quotaPerSecond: 2.5,
};

const CONTROL = /\p{Cc}/u;

describe("on a terminal", () => {
  it("draws five times a second at most, and nothing for a run that is over at once", () => {
    const { written, progress } = start("draw");
    progress.update(state);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(written).toHaveLength(1);
    progress.update({ ...state, rowsAccepted: 1_100 });
    progress.update({ ...state, rowsAccepted: 1_200 });
    expect(written).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain("1,200 accepted");
  });

  it("draws where there is too much to do for a timer", () => {
    const { written, progress } = start("draw");
    progress.update(state);
    vi.clearAllTimers();
    vi.advanceTimersByTime(250);
    progress.update(state);
    expect(written).toHaveLength(1);
  });

  it("says after a second that a run waits for its first row", () => {
    const { written } = start("draw");
    vi.advanceTimersByTime(800);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(400);
    expect(written.join("")).toContain("waiting for the first row, 1 s so far");
  });

  it("has the right width at once after the terminal has another one", () => {
    const { written, stderr, progress } = start("draw");
    progress.update(state);
    vi.advanceTimersByTime(200);
    expect(written[0]).toContain("=====");
    stderr.columns = 40;
    stderr.emit("resize");
    expect(written).toHaveLength(2);
    expect(written[1]).not.toContain("=====");
  });

  it("writes log lines above, and leaves nothing behind", () => {
    const countListeners = () =>
      ["exit", "SIGTSTP", "SIGCONT"].map((event) => process.listenerCount(event)).join(" ");
    const before = countListeners();
    const { written, stderr, progress } = start("draw");
    progress.update(state);
    vi.advanceTimersByTime(200);
    progress.write("log\n");
    expect(written[1]).toBe(`\r\u001B[Jlog\n${written[0]}`);
    progress.close();
    expect(written[2]).toBe("\r\u001B[J");
    expect(vi.getTimerCount()).toBe(0);
    expect(stderr.listenerCount("resize")).toBe(0);
    expect(countListeners()).toBe(before);
  });

  it("writes no control characters while the terminal is another job's, and logs every 30 seconds", () => {
    const { written, logged, place, progress } = start("draw");
    progress.update(state);
    vi.advanceTimersByTime(200);
    place.isInBackground = true;
    progress.write("log\n");
    vi.advanceTimersByTime(30_000);
    expect(written.slice(1)).toEqual(["log\n"]);
    expect(logged).toHaveLength(1);
    place.isInBackground = false;
    vi.advanceTimersByTime(200);
    expect(written).toHaveLength(3);
    place.isInBackground = true;
    progress.close();
    expect(written).toHaveLength(3);
  });
});

describe("off a terminal", () => {
  it("logs every 30 seconds, also while nothing happens", () => {
    const { written, logged, progress } = start("log");
    vi.advanceTimersByTime(29_900);
    expect(logged).toHaveLength(0);
    vi.advanceTimersByTime(100);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ rowsRead: 0, elapsedMs: 30_000 });
    progress.update(state);
    vi.advanceTimersByTime(60_000);
    expect(logged).toHaveLength(3);
    expect(logged[2]).toMatchObject({ ...state, quietMs: 60_000 });
    progress.close();
    vi.advanceTimersByTime(60_000);
    expect(logged).toHaveLength(3);
    expect(written).toEqual([]);
  });

  it("writes a line a second where progress is asked for, the last state among them", () => {
    const { written, progress } = start("lines");
    vi.advanceTimersByTime(1_000);
    progress.update(state);
    vi.advanceTimersByTime(1_000);
    progress.update({ ...state, share: 1, rowsAccepted: 2_000 });
    progress.close();
    expect(written).toHaveLength(2);
    expect(written[0]).toMatch(/^50 %, .*1,000 accepted, 3 rejected\n$/);
    expect(written[1]).toMatch(/^100 %, .*2,000 accepted/);
    expect(written.join("").replaceAll("\n", "")).not.toMatch(CONTROL);
  });

  it("says nothing where nobody wants to know", () => {
    const { written, logged, progress } = start("never");
    progress.update(state);
    vi.advanceTimersByTime(60_000);
    progress.close();
    expect([...written, ...logged]).toEqual([]);
  });
});

it("keeps no program alive", () => {
  vi.useRealTimers();
  const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = countTimers();
  const { progress } = start("log");
  expect(countTimers()).toBe(before);
  progress.close();
});
