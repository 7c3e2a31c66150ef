import { expect, it } from "vitest";
import { splitArguments } from "../../src/cli/split-arguments.js";

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
    { option: undefined, words: ["-m"] },
    { option: undefined, words: ["x.csv"] },
  ]);
});
