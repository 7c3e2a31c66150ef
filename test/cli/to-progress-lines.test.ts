import { describe, expect, it } from "vitest";
import { toProgressFields, toProgressLines, toProgressWords } from "../../src/cli/to-progress-lines.js";
import { makeView } from "../helpers/progress-view.js";

describe("two lines of progress", () => {
  it("say how far the run is, how fast, and for how long", () => {
    expect(toProgressLines(makeView(), 79)).toEqual([
      "==================--------------------   48 %  190 rows/s  12 min left",
      "486,000 accepted, 1,000 rejected, 1.9 of 2.0 req/s",
    ]);
  });

  it.each([20, 30, 40, 60, 79, 100, 200])("fit %i columns, with the longest of all words", (columns) => {
    const view = makeView({
      share: 1,
      rowsRead: 99_000_000,
      rowsAccepted: 99_000_000,
      rowsRejected: 999_999,
      rowsUnchanged: 99_000_000,
      rowsPerSecond: 250_000,
      requestsPerSecond: 4_999,
      quotaPerSecond: 5_000,
      requestsRetried: 12_345,
      msLeft: 40 * 3_600_000,
    });
    for (const share of [1, undefined]) {
      const lines = toProgressLines({ ...view, share }, columns);
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      expect(lines[1]).toContain("99,000,000 accepted");
    }
  });

  it("leave out what matters least where they are narrow, and grow no further than a bar is of use", () => {
    expect(toProgressLines(makeView(), 40)).toEqual([
      "48 %  190 rows/s  12 min left",
      "486,000 accepted, 1,000 rejected",
    ]);
    expect(toProgressLines(makeView(), 20)[0]).toBe("48 %  12 min left");
    expect(toProgressLines(makeView(), 300)[0]?.replaceAll(/[^=-]/g, "")).toHaveLength(60);
  });

  it("have a bar that keeps its length", () => {
    const bars = [
      makeView(),
      makeView({ msLeft: undefined }),
      makeView({ share: 0.01, rowsPerSecond: 9 }),
      makeView({ share: 1, rowsPerSecond: 99_000, msLeft: 40_000_000 }),
    ].map((view) => toProgressLines(view, 79)[0]?.match(/^[=-]+/)?.[0].length);
    expect(new Set(bars).size).toBe(1);
  });

  it("know no share and no time left where the size is not known", () => {
    expect(toProgressLines(makeView({ share: undefined, msLeft: undefined }), 79)).toEqual([
      "490,000 rows read, 190 rows/s, 12 min so far",
      "486,000 accepted, 1,000 rejected, 1.9 of 2.0 req/s",
    ]);
  });

  it("tell of retries and unchanged rows where there are any", () => {
    expect(toProgressLines(makeView({ requestsRetried: 3, rowsUnchanged: 12_000 }), 90)[1]).toBe(
      "486,000 accepted, 1,000 rejected, 1.9 of 2.0 req/s, 3 retries, 12,000 unchanged",
    );
    expect(toProgressLines(makeView({ requestsRetried: 1 }), 79)[1]).toContain("1 retry");
    expect(toProgressLines(makeView(), 79)[1]).not.toContain("retr");
  });

  it("tell of requests only where some are made, and of a quota only where one is known", () => {
    expect(toProgressLines(makeView({ ratePerSecond: 0 }), 79)[1]).toBe("486,000 accepted, 1,000 rejected");
    const growing = makeView({ quotaPerSecond: undefined, requestsPerSecond: 38.4 });
    expect(toProgressLines(growing, 79)[1]).toContain("rejected, 38 req/s");
  });

  it("say nothing of what is not known yet, or over", () => {
    const young = makeView({ rowsPerSecond: undefined, requestsPerSecond: undefined, msLeft: undefined });
    expect(toProgressLines(young, 79)).toEqual([
      "==================--------------------   48 %",
      "486,000 accepted, 1,000 rejected",
    ]);
    expect(toProgressLines(makeView({ share: 1, msLeft: 0 }), 79)[0]).toMatch(/= {2}100 % {2}190 rows\/s$/);
  });

  it("say that nothing gets on in the place of the time left", () => {
    const [first] = toProgressLines(makeView({ quietMs: 14_200 }), 79);
    expect(first).toContain("waiting for 14 s");
    expect(first).not.toContain("left");
  });

  it("say what a run waits for before its first row", () => {
    const view = makeView({ rowsRead: 0, share: undefined, elapsedMs: 4_500 });
    expect(toProgressLines(view, 79)).toEqual(["waiting for the first row, 4 s so far"]);
    expect(toProgressWords(view)).toBe("waiting for the first row, 4 s so far");
  });

  it.each([
    [300, "1 s left"],
    [58_100, "59 s left"],
    [119_000, "119 s left"],
    [150_000, "3 min left"],
    [7_100_000, "118 min left"],
    [7_500_000, "2 h 05 min left"],
    [90_000_000, "25 h 00 min left"],
  ])("say %i ms in words: %s", (msLeft, words) => {
    expect(toProgressLines(makeView({ msLeft }), 79)[0]).toContain(`  ${words}`);
  });
});

describe("a line for a log", () => {
  it("says the same in words", () => {
    expect(toProgressWords(makeView({ requestsRetried: 2 }))).toBe(
      "48 %, 12 min left, 190 rows/s, 486,000 accepted, 1,000 rejected, 1.9 of 2.0 req/s, 2 retries",
    );
  });

  it("has rounded numbers for programs", () => {
    expect(toProgressFields(makeView({ share: 0.48712345 }))).toEqual({
      share: 0.4871,
      rowsRead: 490_000,
      rowsDecided: 487_000,
      rowsAccepted: 486_000,
      rowsUnchanged: 0,
      rowsRejected: 1_000,
      requestsSent: 4_900,
      requestsRetried: 0,
      batchesPassed: 4_870,
      ratePerSecond: 2.04,
      quotaPerSecond: 2,
      rowsPerSecond: 190,
      requestsPerSecond: 1.93,
      secondsLeft: 725,
    });
  });
});
