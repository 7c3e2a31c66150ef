import { describe, expect, it } from "vitest";
import { didYouMean, findNearMiss } from "../src/did-you-mean.js";

const columns = ["Email", "First Name", "Last Name", "Phone", "OptOut", " Country "];

describe("a near miss", () => {
  it.each([
    ["Emial", "Email"],
    ["Emal", "Email"],
    ["Emails", "Email"],
    ["email", "Email"],
    ["EMAIL", "Email"],
    [" Email ", "Email"],
    ["FirstName", "First Name"],
    ["Frist Name", "First Name"],
    ["Phnoe", "Phone"],
    ["optout", "OptOut"],
    ["Opt-Out", "OptOut"],
    ["Country", " Country "],
  ])("%j means %j", (name, meant) => {
    expect(findNearMiss(name, columns)).toBe(meant);
  });

  it.each(["Postal Code", "x", "", "Age", "Company"])("is none: %j", (name) => {
    expect(findNearMiss(name, columns)).toBeUndefined();
  });

  it("is none where there is nothing to choose from", () => {
    expect(findNearMiss("Email", [])).toBeUndefined();
    expect(didYouMean("Email", [])).toBe("");
  });

  it("is the nearest one", () => {
    expect(findNearMiss("Last Nam", ["Fast Name", "Last Names", "Last Name"])).toBe("Last Name");
  });

  it("is the name itself where it is there", () => {
    expect(findNearMiss("Email", columns)).toBe("Email");
  });
});

it("is put behind a message", () => {
  expect(didYouMean("Emal", columns)).toBe(' Did you mean "Email"?');
  expect(didYouMean("Postal Code", columns)).toBe("");
});
