import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../helpers/run-cli.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

/** A directory with the script of a shell, and some files to be completed. */
async function prepare(shell: string): Promise<string> {
  const cwd = await temporaryDirectory();
  const { code, stdout, stderr } = await runCli(["completion", shell], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await writeFile(join(cwd, "script"), stdout);
  await writeFile(join(cwd, "my contacts.csv"), "");
  await writeFile(join(cwd, "mapping.json"), "");
  await mkdir(join(cwd, "folder"));
  return cwd;
}

async function runShell(shell: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(shell, args, { cwd, env: { PATH: process.env.PATH, HOME: cwd, TERM: "dumb" } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  child.stdin.end();
  await once(child, "close");
  return output;
}

/** What bash offers for a line that ends in its last word, as its own splitting leaves it. */
async function completeInBash(lines: readonly (readonly string[])[]): Promise<readonly string[][]> {
  const cwd = await prepare("bash");
  const quoted = lines.map((words) => words.map((word) => `'${word}'`).join(" "));
  const asked = quoted.map((words) => `ask pinpoint-import ${words}`).join("\n");
  const script = `set -u
source ./script
ask() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  "$(complete -p pinpoint-import | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
  printf '%s;' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"
  echo
}
${asked}
`;
  await writeFile(join(cwd, "ask.sh"), script);
  const output = await runShell("bash", ["--norc", "ask.sh"], cwd);
  return output
    .trimEnd()
    .split("\n")
    .map((line) => line.split(";").filter((word) => word !== ""));
}

test("bash completes commands, options, choices, mappings and files", async () => {
  const [
    commands,
    begun,
    option,
    choices,
    equals,
    equalsBegun,
    mappings,
    inputs,
    inner,
    innerOption,
    nothing,
    folders,
    shells,
  ] = await completeInBash([
    [""],
    ["pre"],
    ["run", "--max-"],
    ["check", "--log-level", ""],
    ["run", "--format", "="],
    ["run", "--format", "=", "js"],
    ["preview", "-m", ""],
    ["preview", "m"],
    ["state", ""],
    ["state", "clear", "--y"],
    ["run", "--limit", ""],
    ["run", "--state-dir", ""],
    ["completion", ""],
  ]);
  expect(commands).toEqual(
    expect.arrayContaining(["preview", "check", "run", "sandbox", "state", "completion"]),
  );
  expect(begun).toEqual(["preview"]);
  expect(option).toEqual(["--max-record-size", "--max-attempts", "--max-rejects", "--max-duration"]);
  expect(choices).toEqual(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);
  expect(equals).toEqual(["auto", "csv", "jsonl", "json"]);
  expect(equalsBegun).toEqual(["jsonl", "json"]);
  expect(mappings).toEqual(
    expect.arrayContaining([
      "pinpoint",
      "hubspot-contacts",
      "segment-identify",
      "mapping.json",
      "my contacts.csv",
    ]),
  );
  expect(inputs?.toSorted()).toEqual(["mapping.json", "my contacts.csv"]);
  expect(inner).toEqual(["clear"]);
  expect(innerOption).toEqual(["--yes"]);
  expect(nothing).toEqual([]);
  expect(folders).toEqual(["folder"]);
  expect(shells).toEqual(["bash", "zsh", "fish"]);
});

test("bash offers every option that the help of a command lists", async () => {
  const cwd = await temporaryDirectory();
  const names = ["preview", "run", "check", "state", "sandbox"];
  const offered = await completeInBash(names.map((name) => [name, "--"]));
  for (const [index, name] of names.entries()) {
    const { stdout } = await runCli([name, "--help"], { cwd });
    const listed = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);
    expect(offered[index]).toEqual(listed);
    expect(listed.length).toBeGreaterThan(1);
  }
});

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

test.skipIf(!isThere("fish"))("fish completes the same (skipped where there is no fish)", async () => {
  const cwd = await prepare("fish");
  const ask = async (line: string): Promise<readonly string[]> => {
    const output = await runShell(
      "fish",
      ["-c", `source script; complete -C "pinpoint-import ${line}"`],
      cwd,
    );
    return output.split("\n").flatMap((text) => (text === "" ? [] : [text.split("\t")[0] ?? ""]));
  };
  expect(await ask("")).toEqual(expect.arrayContaining(["preview", "run", "completion"]));
  expect(await ask("check --format ")).toEqual(["auto", "csv", "json", "jsonl"]);
  expect(await ask("run --max-rec")).toEqual(["--max-record-size"]);
  expect(await ask("preview -m m")).toEqual(["mailchimp-audience", "mapping.json", "my contacts.csv"]);
  expect(await ask("run m")).toEqual(["mapping.json", "my contacts.csv"]);
  expect(await ask("run --state-dir ")).toEqual(["folder/"]);
  expect(await ask("run --limit ")).toEqual([]);
  expect(await ask("state clear --y")).toEqual(["--yes"]);
});

test.skipIf(!isThere("zsh"))("zsh completes the same (skipped where there is no zsh)", async () => {
  const cwd = await prepare("zsh");
  // A terminal in a terminal: zsh completes only what is typed.
  const ask = async (line: string, expected: string): Promise<string> => {
    await writeFile(
      join(cwd, "ask.zsh"),
      `zmodload zsh/zpty
zpty inner 'zsh -f -i'
zpty -w inner 'PS1="" RPS1="" ; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -D -u; source ./script; print rea""dy'
zpty -r -m inner output '*ready*'
zpty -w -n inner $'pinpoint-import ${line}\\t'
zpty -r -m inner output '*${expected}*'
print -r -- "$output"
zpty -d inner
`,
    );
    return runShell("zsh", ["-f", "ask.zsh"], cwd);
  };
  expect(await ask("run --max-rec", "--max-record-size")).toContain("--max-record-size");
  expect(await ask("run --format=js", "--format=json")).toContain("--format=json");
  expect(await ask("preview -m hub", "hubspot-contacts")).toContain("hubspot-contacts");
  expect(await ask("check map", "mapping.json")).toContain("mapping.json");
  expect(await ask("state cl", "state clear")).toContain("state clear");
});

test("a shell that is not known is named with those that are", async () => {
  const cwd = await temporaryDirectory();
  const { code, stderr } = await runCli(["completion", "tcsh"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/bash, zsh, fish/);
});
