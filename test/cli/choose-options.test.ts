import { expect, test } from "vitest";
import { leaveOut, pickOut } from "../../src/cli/choose-options.js";

test("options go with their values, in either way of writing", () => {
  const args = ["preview", "--rows", "3", "--rows=4", "--rowser", "--json", "-m", "m.json", "in.csv"];
  expect(leaveOut(args, { alone: ["--json"], valued: ["--rows"] })).toEqual([
    "preview",
    "--rowser",
    "-m",
    "m.json",
    "in.csv",
  ]);
});

test("options are picked with their values, in either way of writing", () => {
  const args = ["check", "--format", "csv", "in.csv", "--delimiter=|", "-m", "m.json"];
  expect(pickOut(args, ["--format", "--delimiter"])).toEqual(["--format", "csv", "--delimiter=|"]);
});
