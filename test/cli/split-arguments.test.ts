import { expect, it } from "vitest";
import { leaveOut, pickOut, splitArguments, toWords } from "../../src/cli/split-arguments.js";

const OPTIONS = [
  { short: "-m", long: "--mapping", required: true },
  { long: "--limit", required: true },
  { long: "--resume", required: false },
];

it("tells inputs, and options with their values", () => {
  expect(splitArguments(["in.csv", "-m", "m.json", "--resume", "--limit=3", "-"], OPTIONS)).toEqual([
    { option: undefined, words: ["in.csv"] },
    { option: "--mapping", words: ["-m", "m.json"] },
    { option: "--resume", words: ["--resume"] },
    { option: "--limit", words: ["--limit=3"] },
    { option: undefined, words: ["-"] },
  ]);
});

it("takes no value for an input, however it looks", () => {
  expect(splitArguments(["--mapping", "in.csv", "in.csv", "--limit", "-"], OPTIONS)).toEqual([
    { option: "--mapping", words: ["--mapping", "in.csv"] },
    { option: undefined, words: ["in.csv"] },
    { option: "--limit", words: ["--limit", "-"] },
  ]);
});

it("knows a value that is joined to a short option", () => {
  expect(splitArguments(["-mm.json", "in.csv"], OPTIONS)).toEqual([
    { option: "--mapping", words: ["-mm.json"] },
    { option: undefined, words: ["in.csv"] },
  ]);
});

it("knows that inputs follow on two dashes", () => {
  expect(splitArguments(["--resume", "--", "-m", "x.csv"], OPTIONS)).toEqual([
    { option: "--resume", words: ["--resume"] },
    { option: "--", words: ["--"] },
    { option: undefined, words: ["-m"] },
    { option: undefined, words: ["x.csv"] },
  ]);
});

it("leaves options out, or picks them, with their values", () => {
  const parts = splitArguments(["in.csv", "-m", "m.json", "--limit=3", "--resume"], OPTIONS);
  expect(toWords(leaveOut(parts, "--mapping", "--resume"))).toEqual(["in.csv", "--limit=3"]);
  expect(toWords(pickOut(parts, ["--mapping", "--limit"]))).toEqual(["-m", "m.json", "--limit=3"]);
});
