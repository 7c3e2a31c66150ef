import { expect, it } from "vitest";
import { createCsvFramer } from "../../src/sources/csv/csv-framer.js";
import { frameFirst } from "../../src/sources/csv/frame-first.js";

/** A framer of CSV that tells how much it was given at a time. */
function createWatchedFramer() {
  const framer = createCsvFramer({
    dialect: { delimiter: ",", newline: "\n" },
    columns: 0,
    maxRecordBytes: 2 ** 30,
    firstLine: 1,
  });
  const pieces: number[] = [];
  const push = (text: string) => {
    pieces.push(text.length);
    return framer.push(text);
  };
  return { pieces, framer: { ...framer, push } };
}

it("looks at no more of a text than its first records take", () => {
  const { pieces, framer } = createWatchedFramer();
  const text = "a,b\n".repeat(100_000);
  const frames = frameFirst(framer, text, 20, true);
  expect(frames.slice(0, 20)).toEqual(
    Array.from({ length: 20 }, (_, index) => ({ text: "a,b", line: index + 1 })),
  );
  expect(pieces).toEqual([4_096]);
});

it("gives a long record in few pieces, as a framer goes through all of it with each", () => {
  const { pieces, framer } = createWatchedFramer();
  const long = "a,".repeat(2_000_000);
  expect(frameFirst(framer, `${long}\nb`, 2, true).map(({ text }) => text)).toEqual([long, "b"]);
  expect(pieces.length).toBeLessThanOrEqual(12);
});

it("ends the last record only where the text is complete", () => {
  expect(frameFirst(createWatchedFramer().framer, "a\nb", 2, false).map(({ text }) => text)).toEqual(["a"]);
});
