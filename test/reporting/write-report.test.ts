import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RunStoppedError } from "../../src/errors.js";
import { checkOutputPath } from "../../src/reporting/check-output-path.js";
import { writeReport } from "../../src/reporting/write-report.js";
import { makeReport } from "../helpers/reporting-report.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

describe("the report", () => {
  it("is the object as JSON, and nothing else is left behind", async () => {
    const folder = await temporaryDirectory();
    const report = makeReport({ warnings: ["é"] });
    await writeReport(join(folder, "run.json"), report);
    const text = await readFile(join(folder, "run.json"), "utf8");
    expect(JSON.parse(text)).toEqual(report);
    expect(text.endsWith("}\n")).toBe(true);
    expect(await readdir(folder)).toEqual(["run.json"]);
  });

  it("takes the place of an earlier one", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "run.json");
    await writeFile(path, "x".repeat(100_000));
    await writeReport(path, makeReport());
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(makeReport());
  });

  it("leaves the earlier one whole, and no other file, where it cannot be put in its place", async () => {
    const folder = await temporaryDirectory();
    const path = join(folder, "run.json");
    await mkdir(join(path, "inside"), { recursive: true });
    const error = await writeReport(path, makeReport()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunStoppedError);
    expect(error).toMatchObject({ code: "report_unwritable" });
    expect(await readdir(folder)).toEqual(["run.json"]);
    expect(await readdir(path)).toEqual(["inside"]);
  });

  it("fails with path and cause where its folder is gone", async () => {
    const path = join(await temporaryDirectory(), "none", "run.json");
    const error = await writeReport(path, makeReport()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "report_unwritable", cause: { code: "ENOENT" } });
    expect((error as Error).message).toMatch(/run\.json.*ENOENT.*--report/);
  });
});

describe("the check before the run", () => {
  it("takes a path in a folder that can be written, and writes nothing", async () => {
    const folder = await temporaryDirectory();
    await checkOutputPath("report", join(folder, "run.json"), []);
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses a folder that is not there", async () => {
    const path = join(await temporaryDirectory(), "none", "run.json");
    await expect(checkOutputPath("metrics", path, [])).rejects.toMatchObject({ code: "metrics_unwritable" });
  });
});
