import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contactsCsv } from "../helpers/contacts.js";
import { runCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

const MAPPING = JSON.stringify({
  endpoints: [{ fields: { ChannelType: { value: "EMAIL" }, Address: "Mail" } }],
});

/** A directory with contacts of a person's own shape, contacts of Pinpoint's, and a mapping for the first. */
async function prepare(): Promise<string> {
  const cwd = await temporaryDirectory();
  await writeFile(join(cwd, "my contacts.csv"), "Mail\nann@example.com\n");
  await writeFile(join(cwd, "in.csv"), contactsCsv(1));
  await writeFile(join(cwd, "own.json"), MAPPING);
  await writeFile(join(cwd, "taken.csv"), "");
  return cwd;
}

/** The commands that stand below the line `Next:`. */
function commandsOf(stderr: string): readonly string[] {
  const [, after = ""] = stderr.split(/^Next: .*\n/m);
  return after
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.trim());
}

const OWN = "'my contacts.csv'";

test.each([
  [
    "no mapping",
    ["check", "my contacts.csv"],
    [`pinpoint-import suggest ${OWN} -o mapping.json`, `pinpoint-import preview -m mapping.json ${OWN}`],
  ],
  [
    "a mapping file that is not there",
    ["run", "--sandbox", "my contacts.csv", "-m", "contacts-2026.json"],
    [
      `pinpoint-import suggest ${OWN} -o contacts-2026.json`,
      `pinpoint-import preview -m contacts-2026.json ${OWN}`,
    ],
  ],
  [
    "a shipped mapping with a typing mistake",
    ["check", "my contacts.csv", "-m", "hubspot-contcats"],
    [`pinpoint-import check ${OWN} -m hubspot-contacts`],
  ],
  [
    "a mapping for another header",
    ["check", "my contacts.csv", "--mapping=hubspot-contacts"],
    [`pinpoint-import preview -m hubspot-contacts ${OWN}`, `pinpoint-import suggest ${OWN} -o mapping.json`],
  ],
  [
    "no mapping, and an input that is read in a way of its own",
    ["check", "my contacts.csv", "--encoding", "latin1", "--delimiter=;"],
    [
      `pinpoint-import suggest --encoding latin1 '--delimiter=;' ${OWN} -o mapping.json`,
      `pinpoint-import preview --encoding latin1 '--delimiter=;' -m mapping.json ${OWN}`,
    ],
  ],
  ["an input that is not there", ["check", "inn.csv"], ["pinpoint-import check in.csv"]],
  ["no application", ["run", "in.csv"], ["pinpoint-import run --sandbox in.csv"]],
  [
    "a rejects file that is there",
    ["check", "in.csv", "--rejects", "taken.csv"],
    ["pinpoint-import check in.csv"],
  ],
  [
    "a file without a command",
    ["my contacts.csv"],
    [`pinpoint-import suggest ${OWN} -o mapping.json`, `pinpoint-import preview -m mapping.json ${OWN}`],
  ],
])("%s: the next commands can be pasted", async (_, args, commands) => {
  const { stderr, code } = await runCli(args, { cwd: await prepare() });
  expect(commandsOf(stderr)).toEqual(commands);
  expect(code).toBeGreaterThan(1);
});

test.each([
  ["region", { AWS_REGION: undefined }],
  ["credentials", { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }],
])("without %s the sandbox is the way to try", async (_, env) => {
  const cwd = await prepare();
  const { stderr, code } = await runCli(["run", "in.csv", "-a", "demo"], { cwd, env });
  expect(code).toBe(2);
  expect(commandsOf(stderr)).toEqual(["pinpoint-import run --sandbox in.csv -a demo"]);
  const [, ...pasted] = (commandsOf(stderr)[0] ?? "").split(" ");
  expect(await runCli(pasted, { cwd, env })).toMatchObject({ code: 0 });
});

test("a sandbox whose port is taken offers another one", async () => {
  const cwd = await prepare();
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await runCli(["sandbox", "--port", String(port), "--quiet"], { cwd });
  expect(code).toBe(2);
  expect(commandsOf(stderr)).toEqual(["pinpoint-import sandbox --quiet --port 0"]);
});

test("what the sandbox cannot do is not offered", async () => {
  const cwd = await prepare();
  for (const args of [
    ["run", "in.csv", "--changed-only"],
    ["run", "in.csv", "--limit", "1", "--rate", "5", "--batch-size", "0"],
  ])
    expect(commandsOf((await runCli(args, { cwd })).stderr)).toEqual([]);
});

test("a file of standard input has a name of its own, and no mapping is written over", async () => {
  const cwd = await prepare();
  await writeFile(join(cwd, "mapping.json"), MAPPING);
  const { stderr } = await runCli(["check"], { cwd, stdin: "Post\nann@example.com\n" });
  expect(stderr).toMatch(/^Next: save some of the input as sample\.csv, /m);
  expect(commandsOf(stderr)[0]).toBe("pinpoint-import suggest sample.csv -o mapping.new.json");
});

test("a quiet command says no more than what is wrong", async () => {
  const cwd = await prepare();
  for (const args of [["check", "my contacts.csv"], ["my contacts.csv"]])
    expect((await runCli([...args, "--quiet"], { cwd })).stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("no command: the usual way in a few lines", async () => {
  const { code, stdout, stderr } = await runCli([], { cwd: await prepare() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const commands = [...stderr.matchAll(/^ {4}pinpoint-import (\w+)/gm)].map(([, command]) => command);
  expect(commands).toEqual(["suggest", "preview", "check", "run"]);
  expect(stderr.split("\n").length).toBeLessThan(16);
});

test("a mistake in a command names the help of that command", async () => {
  const { stderr } = await runCli(["state", "clear"], { cwd: await prepare() });
  expect(stderr).toContain("(pinpoint-import state clear --help shows what there is)");
});
