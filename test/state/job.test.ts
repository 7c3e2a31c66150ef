import { describe, expect, it } from "vitest";
import { areAkin, findDifference, type Job, toJobKey } from "../../src/state/job.js";

const contacts = {
  path: "/data/contacts.csv",
  size: 100,
  modifiedMs: 1_000,
  linesSha256: "aa",
  headBytes: 64,
  headSha256: "aa",
};
const job: Job = {
  inputs: [contacts],
  reading: { format: null, delimiter: null, skip: 0 },
  mapping: { name: "m.json", sha256: "11" },
  application: { id: "app", region: "us-east-1" },
};
const otherInputs: Job = { ...job, inputs: [{ ...contacts, path: "/data/leads.csv" }] };
const otherMapping: Job = { ...job, mapping: { name: "n.json", sha256: "22" } };
const otherApplication: Job = { ...job, application: { id: "other", region: "us-east-1" } };
const stdin = (sha256: string): Job => ({
  ...job,
  inputs: [{ path: "-", linesSha256: sha256, headBytes: 64, headSha256: sha256 }],
});

describe("the key", () => {
  it("is the same for the same job, and fit for a file name", () => {
    expect(toJobKey(job)).toBe(toJobKey(structuredClone(job)));
    expect(toJobKey(job)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ["inputs", otherInputs],
    ["the order of inputs", { ...job, inputs: [...otherInputs.inputs, ...job.inputs] }],
    ["mapping", otherMapping],
    ["application", otherApplication],
    ["region", { ...job, application: { id: "app", region: "eu-west-1" } }],
  ])("differs with %s", (_, other) => {
    expect(toJobKey(other)).not.toBe(toJobKey(job));
  });

  it("does not differ with what is in a file, but with what comes through standard input", () => {
    expect(toJobKey({ ...job, inputs: [{ ...contacts, size: 7, headSha256: "bb" }] })).toBe(toJobKey(job));
    expect(toJobKey(stdin("aa"))).not.toBe(toJobKey(stdin("bb")));
  });
});

describe("jobs are akin", () => {
  it.each([
    ["other inputs", otherInputs, true],
    ["another mapping", otherMapping, true],
    ["another application", otherApplication, true],
    ["other inputs and mapping", { ...otherInputs, mapping: otherMapping.mapping }, false],
    ["other mapping and application", { ...otherMapping, application: otherApplication.application }, false],
  ])("with two of inputs, mapping and application the same: %s", (_, other, akin) => {
    expect(areAkin(job, other)).toBe(akin);
    expect(areAkin(other, job)).toBe(akin);
  });
});

describe("the difference", () => {
  it("is none between a job and itself", () => {
    expect(findDifference(job, structuredClone(job))).toBeUndefined();
  });

  it.each([
    [{ ...contacts, size: 101 }, "/data/contacts.csv is not the same: it had 100 bytes, now it has 101"],
    [{ ...contacts, headSha256: "bb" }, "/data/contacts.csv is not the same: its beginning differs"],
    [
      { ...contacts, modifiedMs: 2_000 },
      "/data/contacts.csv is not the same: it was last modified at 1970-01-01T00:00:01.000Z, now at 1970-01-01T00:00:02.000Z",
    ],
  ])("is found in a file: %j", (input, words) => {
    expect(findDifference(job, { ...job, inputs: [input] })).toBe(words);
  });

  it.each([
    [otherInputs, "it read /data/contacts.csv, this one reads /data/leads.csv"],
    [otherMapping, "it used the mapping m.json, this one uses n.json"],
    [{ ...job, mapping: { name: "m.json", sha256: "22" } }, "the mapping m.json has changed since"],
    [otherApplication, "it imported into the application app, this one into other"],
    [
      { ...job, application: { id: "app", region: "eu-west-1" } },
      "it imported into the region us-east-1, this one into eu-west-1",
    ],
    [
      { ...job, reading: { ...job.reading, delimiter: ";" } },
      "it had no --delimiter, this one has --delimiter ;",
    ],
    [{ ...job, reading: { ...job.reading, skip: 5 } }, "it had --skip 0, this one has --skip 5"],
  ])("is said in words: %#", (other, words) => {
    expect(findDifference(job, other)).toBe(words);
  });

  it("is found in standard input", () => {
    expect(findDifference(stdin("aa"), stdin("bb"))).toBe(
      "standard input is not the same: its beginning differs",
    );
  });
});
