import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { runCommandLine } from "../../src/cli/run-command-line.js";
import { contactsCsv } from "../helpers/contacts.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** Runs the command line in this process; what it prints is kept. */
async function run(...args: string[]) {
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const spy = vi.spyOn(process[name], "write").mockImplementation((text, ...rest) => {
      printed[name] += text;
      const done = rest.at(-1);
      if (typeof done === "function") done();
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  const listeners = process.listenerCount("SIGINT");
  const code = await runCommandLine(["node", "pinpoint-import", ...args]);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
  return { code, ...printed };
}

async function inputFile(content: string): Promise<string> {
  const path = join(await temporaryDirectory(), "in.csv");
  await writeFile(path, content);
  return path;
}

test("help is no failure, and a wrong word is one of usage", async () => {
  expect((await run("--help")).code).toBe(0);
  expect(await run("check", "--nope")).toMatchObject({ code: 2, stdout: "" });
});

test("a check prints its summary and returns its exit code", async () => {
  const input = await inputFile(`${contactsCsv(2)}c3,FAX,x,y\n`);
  const { code, stdout } = await run("check", input, "--log-level", "silent", "--max-record-size", "64k");
  expect(code).toBe(1);
  expect(stdout).toContain("3 read, 2 would be accepted, 1 rejected");
});

test("a run into the embedded sandbox, with log and progress", async () => {
  const input = await inputFile(contactsCsv(3));
  const { code, stdout, stderr } = await run(
    "run",
    input,
    "--sandbox",
    "--progress",
    "always",
    "--summary",
    "json",
    "--rate",
    "5",
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rows: { accepted: 3 }, target: { applicationId: "sandbox" } });
  expect(stderr).toContain("3 accepted");
});

test("sizes, rates and numbers are checked before anything is read", async () => {
  for (const args of [
    ["--max-record-size", "big"],
    ["--rate", "fast"],
    ["--limit", "-1"],
  ]) {
    expect((await run("check", "nowhere.csv", ...args)).code).toBe(2);
  }
});

test("a wrong configuration is told in plain lines", async () => {
  const { code, stderr } = await run("check", await inputFile("Email\na@example.com\n"));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^pinpoint-import: .*--mapping/);
});

test("a sandbox that cannot start says why", async () => {
  const { code, stderr } = await run("sandbox", "--port", "0", "--behavior", "badItem=whatever");
  expect(code).toBe(2);
  expect(stderr).toContain("badItem");
});
