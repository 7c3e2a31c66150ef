import { expect, test } from "vitest";
import { leaveOut } from "../../src/cli/leave-out.js";

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
