import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createProgress } from "../../src/cli/create-progress.js";

const CLEAR = "\r\u001B[2K";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A stderr that keeps what is written. */
function createStderr(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const stderr = { isTTY, columns, write: (text: string) => written.push(text) > 0 };
  return { written, progress: createProgress({ stderr } as unknown as NodeJS.Process) };
}

const state = {
  share: 0.5,
  rowsRead: 2_000,
  rowsAccepted: 1_000,
  rowsRejected: 3,
  requestsSent: 10,
  ratePerSecond: 2.5,
};

it("draws one line over and over, at most five times a second", () => {
  const { written, progress } = createStderr(true);
  progress.update(state);
  progress.update({ ...state, rowsRead: 2_100 });
  expect(written).toEqual([
    `${CLEAR}==========---------- 50 %  2,000 read, 1,000 accepted, 3 rejected, 2.5 req/s`,
  ]);
  vi.advanceTimersByTime(200);
  progress.update({ ...state, rowsRead: 2_200 });
  expect(written).toHaveLength(2);
  expect(written[1]).toContain("2,200 read");
});

it("is never wider than the terminal", () => {
  const { written, progress } = createStderr(true, 40);
  progress.update(state);
  expect(written[0]?.slice(CLEAR.length)).toHaveLength(39);
});

it("makes room for log lines, and leaves nothing behind", () => {
  const { written, progress } = createStderr(true);
  progress.writeAbove("first\n");
  progress.update(state);
  progress.writeAbove("second\n");
  progress.close();
  expect(written[0]).toBe(`${CLEAR}first\n`);
  expect(written[2]).toBe(`${CLEAR}second\n`);
  expect(written[3]).toBe(written[1]);
  expect(written[4]).toBe(CLEAR);
});

it("shows no share where the size is not known, and no rate where nothing is sent", () => {
  const { written, progress } = createStderr(true);
  progress.update({ ...state, share: undefined, ratePerSecond: 0 });
  expect(written[0]).toBe(`${CLEAR}2,000 read, 1,000 accepted, 3 rejected`);
});

it("writes lines off a terminal, the last state among them", () => {
  const { written, progress } = createStderr(false);
  progress.update(state);
  progress.update({ ...state, share: 1, ratePerSecond: 50 });
  progress.close();
  expect(written.join("")).toBe(
    "==========---------- 50 %  2,000 read, 1,000 accepted, 3 rejected, 2.5 req/s\n" +
      "==================== 100 %  2,000 read, 1,000 accepted, 3 rejected, 50 req/s\n",
  );
});
