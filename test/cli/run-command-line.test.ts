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

test("a preview prints rows beside endpoints, and JSON on request", async () => {
  const input = await inputFile(contactsCsv(3));
  const { code, stdout } = await run("preview", input, "--rows", "2");
  expect(code).toBe(0);
  expect(stdout).toMatch(/→ Address +person2@example\.com\n/);
  expect(stdout).not.toContain("person3");
  const json = await run("preview", input, "--json", "--max-record-size", "64k");
  expect(JSON.parse(json.stdout)).toMatchObject({
    mapping: "pinpoint",
    rows: [{ row: 1 }, { row: 2 }, { row: 3 }],
  });
});

test("a preview that fails says why, and which command comes next", async () => {
  const input = await inputFile("Email\na@example.com\n");
  const { code, stdout, stderr } = await run("preview", input);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`    pinpoint-import suggest ${input} -o mapping.json\n`);
  expect((await run("preview", "nowhere.csv")).code).toBe(3);
});

test.each(["bash", "zsh", "fish"])(
  "the completion of %s knows commands, options, choices and mappings",
  async (shell) => {
    const { code, stdout } = await run("completion", shell);
    expect(code).toBe(0);
    for (const word of [
      "preview",
      "max-record-size",
      "auto csv jsonl json",
      "hubspot-contacts",
      "clear",
      "yes",
    ])
      expect(stdout).toContain(word);
  },
);

test("without a command the usual way is shown, and for a file alone what can be done with it", async () => {
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toMatch(/suggest(.|\n)*preview(.|\n)*check(.|\n)*run/);
  const input = await inputFile("");
  expect((await run(input)).stderr).toContain(`pinpoint-import suggest ${input} `);
});
