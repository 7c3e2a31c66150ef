import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { type CliResult, runCli } from "../helpers/run-cli.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** The command that a summary ends with, as arguments. */
function nextOf({ stdout }: CliResult): string[] {
  const [, command = ""] = /\nNext {7}.*\n {11}pinpoint-import ([^\n]*)\n$/s.exec(stdout) ?? [];
  return command.split(" ");
}

test("the commands that summaries name lead from a check to an import without rejects", async () => {
  const cwd = await temporaryDirectory();
  const sandbox = await startSandbox();
  const target = ["--endpoint-url", sandbox.url, "-a", "demo", "--state-dir", "state", "--rate", "1000"];
  await writeFile(join(cwd, "in.csv"), contactsCsv(10).replace("person7@", "person7"));

  const clean = await runCli(["check", "in.csv", "--limit", "5", ...target], { cwd });
  expect(nextOf(clean)).toEqual(["check", "in.csv", ...target]);
  const check = await runCli(nextOf(clean), { cwd });
  expect(nextOf(check)).toEqual(["preview", "--row", "7", "in.csv"]);
  const look = await runCli(nextOf(check), { cwd });
  expect(look.stdout).toMatch(/^Row 7.*rejected/m);

  const run = await runCli(["run", "in.csv", ...target, "--rejects", "left.csv"], { cwd });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain("1  Address is …; Pinpoint takes an e-mail address (row 7)\n");
  const rejects = await readFile(join(cwd, "left.csv"), "utf8");
  await writeFile(join(cwd, "left.csv"), rejects.replace("person7", "person7@"));
  const mended = await runCli(nextOf(run), { cwd });
  expect(mended.code).toBe(0);
  expect(sandbox.endpoints("demo")).toHaveLength(10);
});

test("rejects of a JSON document are imported by the mapping that says where its rows are", async () => {
  const cwd = await temporaryDirectory();
  await writeFile(
    join(cwd, "in.json"),
    JSON.stringify({ data: { rows: [{ Email: "a@example.com" }, { Email: "b" }] } }),
  );
  const input = { format: "json", select: "data.rows" };
  const fields = { ChannelType: { value: "EMAIL" }, Address: "Email" };
  await writeFile(join(cwd, "m.json"), JSON.stringify({ input, endpoints: [{ fields }] }));
  const run = await runCli(["run", "--sandbox", "-m", "m.json", "in.json", "--rejects", "left.jsonl"], {
    cwd,
  });
  expect(run.code).toBe(1);
  const rejects = await readFile(join(cwd, "left.jsonl"), "utf8");
  await writeFile(join(cwd, "left.jsonl"), rejects.replace('"Email":"b"', '"Email":"b@example.com"'));
  const mended = await runCli(nextOf(run), { cwd });
  expect([mended.code, mended.stderr.includes("--select")]).toEqual([0, false]);
  expect(mended.stdout).toContain("1 accepted");
});
